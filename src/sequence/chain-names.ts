import { FoldError } from '#errors';
import { chainIdOf } from './chain.js';

/** What a chain may be called in every file that we write, mmCIF included. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,11}$/;

/** Longest piece of a wrong name that a message quotes. */
const MAX_QUOTED = 40;

/** Whether a chain may be called so. */
export function isChainName(name: string): boolean {
  return NAME.test(name);
}

/** RCSB's `>4HHB_1|Chains A, C|Hemoglobin`, with `[auth X]` behind names that the authors call otherwise. */
const RCSB_CHAINS = /\|\s*Chains?\s+([^|]+)/;
/** Chains of Boltz (`>A|protein|msa.a3m`) and of Chai (`>protein|heavy`, `>protein|name=heavy`). */
const BOLTZ_CHAIN = /^(\w+)\s*\|\s*(protein|dna|rna)\b/i;
const CHAI_CHAIN = /^(?:protein|dna|rna)\s*\|\s*(?:name=)?([\w-]+)/i;
/** A PDB entry and its chain: `1abc_A`, `1ABC:A`, `1abcA` as SCOP and CATH write it. */
const ENTRY_CHAIN = /^\d[a-z0-9]{3}[_:.]?([A-Za-z0-9])(?=\s|$)/i;

/**
 * The chains that a FASTA header names: one, or several copies of the sequence; none where it names none.
 *
 * @param title header line without `>`
 */
export function chainNamesIn(title: string): string[] {
  const listed = RCSB_CHAINS.exec(title)?.[1];
  if (listed !== undefined) {
    const names = listed.split(',').map((one) => /\[auth\s+(\w+)\]/.exec(one)?.[1] ?? one.trim());
    return names.every((name) => NAME.test(name)) ? names : [];
  }
  const [first = ''] = title.split(/\s/, 1);
  const name = (BOLTZ_CHAIN.exec(title) ?? CHAI_CHAIN.exec(title) ?? ENTRY_CHAIN.exec(title))?.[1];
  const found = name ?? first;
  return NAME.test(found) ? [found] : [];
}

/**
 * Names for the chains of a prediction, no two the same: what was wanted where it is free, else the next free letter.
 *
 * @param wanted of each chain, undefined where it has none
 */
export function chainNames(wanted: readonly (string | undefined)[]): string[] {
  const asked = new Set(wanted);
  const taken = new Set<string>();
  let next = 0;
  const freeName = (): string => {
    let name = chainIdOf(next++);
    while (taken.has(name) || asked.has(name)) name = chainIdOf(next++);
    return name;
  };
  return wanted.map((name) => {
    const given = name === undefined || taken.has(name) ? freeName() : name;
    taken.add(given);
    return given;
  });
}

/**
 * Checks the names that a user gives to the chains of a record.
 *
 * @param names in the order of the chains
 * @param numChains how many there are
 * @param record that they belong to
 * @throws FoldError `REQUEST_INVALID`
 */
export function requireChainNames(
  names: readonly string[],
  numChains: number,
  record: string,
): void {
  const refuse = (message: string, hint?: string): FoldError =>
    new FoldError('REQUEST_INVALID', `chain names of ${record}: ${message}`, { hint });
  const wrong = names.find((name) => !NAME.test(name));
  if (wrong !== undefined)
    throw refuse(
      `${JSON.stringify(wrong.slice(0, MAX_QUOTED))} is not a name for a chain`,
      'up to 12 letters, digits, - and _, a letter or digit first',
    );
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw refuse(`${twice} is there twice`);
  if (names.length !== numChains)
    throw refuse(
      `${names.length} for ${numChains === 1 ? 'one chain' : `${numChains} chains`}`,
      'give one for each chain, in their order; ":" separates the chains of a record',
    );
}
