/** @file What AlphaFold Server, AlphaFold 3 and Boltz call a job: proteins with copies, and molecules of other kinds. */
import { FoldError } from '#errors';
import { chainNames, isChainName } from '#sequence/chain-names';
import type { TextEntry } from './entry.js';
import { joinChains, type LetterFinder, type PlacedChain } from './letter-finder.js';
import { cutTitle } from './lines.js';

/** A job as parsed, before anything is known of it. */
export type Fields = Readonly<Record<string, unknown>>;

const PROTEIN = new Set(['protein', 'proteinChain']);
/** What a job may hold besides what is folded and without a word: names, seeds, versions. */
const SILENT = new Set(['name', 'modelSeeds', 'sequences', 'dialect', 'version']);
/** Details of a protein that are left out with a word, where they hold something. */
const DETAILS = [
  'modifications',
  'glycans',
  'cyclic',
  'templates',
  'unpairedMsa',
  'pairedMsa',
  'msa',
];
const MOST_COPIES = 1000;
/** Letters of all copies together: what no model could fold, but a small text could ask for. */
const MOST_LETTERS = 1_000_000;

/**
 * One job as a record: its proteins in their order, each as often as it is asked for. What is not a protein is left out and
 * named.
 *
 * @param job as parsed
 * @param finder of the text
 * @param source name used in error messages
 * @throws FoldError `SEQUENCE_FORMAT` for a job without `sequences` or without a protein, and for wrong values
 */
export function complexEntry(job: Fields, finder: LetterFinder, source: string): TextEntry {
  const name = typeof job['name'] === 'string' ? job['name'] : '';
  const refuse = (message: string): FoldError =>
    new FoldError('SEQUENCE_FORMAT', `${source}${name && `, ${cutTitle(name)}`}: ${message}`, {
      hint: 'AlphaFold Server JSON and Boltz YAML list proteins under "sequences"',
    });
  const sequences = job['sequences'];
  if (!Array.isArray(sequences)) throw refuse('there is no list "sequences"');
  const chains: PlacedChain[] = [];
  const names: (string | undefined)[] = [];
  const others = new Map<string, number>();
  const details = new Set<string>();
  let numLetters = 0;
  for (const item of sequences as unknown[]) {
    const [kind, value] = Object.entries(fieldsOf(item) ?? {})[0] ?? [];
    const fields = fieldsOf(value);
    if (kind === undefined || !fields) throw refuse('an entry of "sequences" names no molecule');
    const copies = copiesOf(fields);
    if (copies === undefined) throw refuse(`a number of copies of ${kind} cannot be read`);
    if (!PROTEIN.has(kind)) {
      others.set(kind, (others.get(kind) ?? 0) + copies);
      continue;
    }
    if (typeof fields['sequence'] !== 'string') throw refuse(`${kind} has no "sequence"`);
    for (const detail of DETAILS) if (hasValue(fields[detail])) details.add(detail);
    const letters = fields['sequence'].replace(/\s+/g, '');
    numLetters += copies * letters.length;
    if (copies > MOST_COPIES || numLetters > MOST_LETTERS || letters.includes(':'))
      throw refuse(letters.includes(':') ? '":" in a sequence' : `too many copies of ${kind}`);
    const runs = finder.find(letters);
    for (let i = 0; i < copies; i++) {
      chains.push({ letters, runs });
      names.push(idOf(fields, i));
    }
  }
  const left = Array.from(
    others,
    ([kind, copies]) => `${kind}${copies > 1 ? ` (${copies} copies)` : ''}`,
  );
  if (chains.length === 0)
    throw refuse(
      `there is no protein to fold${left.length > 0 ? `, only ${left.join(', ')}` : ''}`,
    );
  const unused = [...left, ...details, ...Object.keys(job).filter((key) => !SILENT.has(key))];
  return {
    ...joinChains(chains),
    title: cutTitle(name),
    hasHeader: name !== '',
    line: chains[0]!.runs[0]!.line,
    chainNames: chainNames(names),
    kind: 'protein',
    notes:
      unused.length > 0
        ? [`left out, since proteins alone are folded: ${cutTitle(unused.join(', '))}`]
        : [],
  };
}

/** The fields of an object; undefined for anything else. */
export function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : undefined;
}

/** AlphaFold Server counts copies; AlphaFold 3 and Boltz give each its id. */
function copiesOf({ count, id }: Fields): number | undefined {
  if (count === undefined) return Array.isArray(id) ? id.length || undefined : 1;
  return typeof count === 'number' && Number.isInteger(count) && count > 0 ? count : undefined;
}

/** The name of a copy, where it has one that can be written to files. */
function idOf({ id }: Fields, copy: number): string | undefined {
  const name = Array.isArray(id) ? (id as unknown[])[copy] : id;
  return typeof name === 'string' && isChainName(name) ? name : undefined;
}

function hasValue(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return (
    value !== undefined && value !== null && value !== false && value !== '' && value !== 'empty'
  );
}
