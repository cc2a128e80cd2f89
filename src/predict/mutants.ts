/** @file Mutants as people list them: `A12G`, `A12G:L30P`, `p.Ala12Gly`; and what they score. */
import { FoldError } from '#errors';
import { AMINO_ACIDS, type MutationScores } from '#predict/mutation-scores';
import { oneLetter } from '#sequence/amino-acids';

/** One residue exchanged for another. */
export interface Substitution {
  readonly wildtype: string;
  /** Counted from the first residue's number. */
  readonly position: number;
  readonly mutant: string;
}

/** One or more substitutions in one protein. */
export interface Mutant {
  /** As people write it: `A12G:L30P`. */
  readonly name: string;
  readonly substitutions: readonly Substitution[];
  /** Where it is listed, for messages. */
  readonly place: string;
}

/** A mutant and its score. */
export interface ScoredMutant extends Mutant {
  /** Sum of the log-odds of its substitutions. */
  readonly logOdds: number;
}

const SUBSTITUTION = /^([a-z]{3}|[a-z])(-?\d{1,9})([a-z]{3}|[a-z*=])$/i;
/** Headers of tables with a column of mutants first. */
const HEADER = /^(mutants?|mutations?|variants?|hgvs_p\w*)\b/i;

/**
 * Reads a list of mutants, one a line: substitutions with `:` between them, in one or three letters, with or without
 * HGVS's `p.`; of tables the first column. Blank lines and `#` comments are left out.
 *
 * @param text of the list
 * @param source what messages call it
 * @throws FoldError `REQUEST_INVALID` naming the line
 */
export function readMutants(text: string, source: string): Mutant[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|[\r\n]/)
    .flatMap((line, i) => {
      const written = line.replace(/^\s*>/, '').trim();
      if (written === '' || written.startsWith('#') || HEADER.test(written)) return [];
      return [readMutant(written, `${source}:${i + 1}`)];
    });
}

/**
 * Reads one mutant as {@link readMutants} does.
 *
 * @param place for messages
 * @throws FoldError `REQUEST_INVALID`
 */
export function readMutant(written: string, place: string): Mutant {
  const listed = /^p\.\[(.*)\]/i.exec(written)?.[1] ?? written.split(/[\t,]|\s{2,}/, 1)[0]!;
  const substitutions = listed
    .split(/[:;/+]|\s+/)
    .filter((part) => part !== '')
    .map((part) => readSubstitution(part, place));
  const seen = new Set<number>();
  const twice = substitutions.find(({ position }) => {
    const isSeen = seen.has(position);
    seen.add(position);
    return isSeen;
  })?.position;
  if (twice !== undefined) throw refused(`${place}: ${listed} changes residue ${twice} twice`);
  return { name: substitutions.map(nameOf).join(':'), substitutions, place };
}

function nameOf({ wildtype, position, mutant }: Substitution): string {
  return `${wildtype}${position}${mutant}`;
}

function readSubstitution(part: string, place: string): Substitution {
  const bare = part.replace(/^p\./i, '').replace(/^\((.*)\)$/, '$1');
  const [, from, number, to] = SUBSTITUTION.exec(bare) ?? [];
  const wildtype = from && letterOf(from);
  const mutant = to === '=' ? wildtype : to && letterOf(to);
  if (to === '*' || /^ter$/i.test(to ?? ''))
    throw refused(`${place}: ${part} is a stop; only exchanges of residues are scored`);
  if (!wildtype || !mutant)
    throw refused(
      `${place}: ${JSON.stringify(part)} is no substitution`,
      'write A12G, A12G:L30P or p.Ala12Gly; insertions and deletions are not scored',
    );
  return { wildtype, position: Number(number), mutant };
}

function letterOf(name: string): string | undefined {
  const letter = name.length === 3 ? oneLetter(name.toUpperCase()) : name.toUpperCase();
  return AMINO_ACIDS.includes(letter) ? letter : undefined;
}

/** Holds at every door; the command line is the only one with an option. */
const FIRST_RESIDUE_HINT =
  'the first residue has number 1, unless another is given (--first-residue on the command line)';

/** A chain that mutants are of. */
type NumberedChain = Pick<MutationScores, 'name' | 'sequence' | 'firstResidue'>;

/**
 * Sees that mutants are of a chain.
 *
 * @throws FoldError `REQUEST_INVALID` naming the line, the residue and both letters
 */
export function requireWildtype(chain: NumberedChain, mutants: readonly Mutant[]): void {
  for (const { place, substitutions } of mutants)
    for (const substitution of substitutions) {
      const { wildtype, position } = substitution;
      const found = chain.sequence[indexOf(chain, position, `${place}: ${nameOf(substitution)}`)];
      if (found !== wildtype)
        throw refused(
          `${place}: ${nameOf(substitution)} expects ${wildtype} at ${position}, and ${chain.name} has ${found}`,
          FIRST_RESIDUE_HINT,
        );
    }
}

/** Which residues mutants change, from 0, in order. */
export function mutatedPlaces(
  { firstResidue }: Pick<NumberedChain, 'firstResidue'>,
  mutants: readonly Mutant[],
): number[] {
  const places = mutants.flatMap(({ substitutions }) =>
    substitutions.map(({ position }) => position - firstResidue),
  );
  return [...new Set(places)].sort((a, b) => a - b);
}

/**
 * Scores of mutants: sums over their substitutions.
 *
 * @param scores with a row for each mutated residue
 * @source Meier et al. 2021, "we assume an additive model when multiple mutations exist in the same sequence"
 * @departs masks one position at a time for masked marginals, as their code does, where the formula masks all of a mutant
 */
export function scoredMutants(scores: MutationScores, mutants: readonly Mutant[]): ScoredMutant[] {
  return mutants.map((mutant) => {
    const logOdds = mutant.substitutions.reduce((sum, { position, mutant: to }) => {
      const row = (position - scores.firstResidue) * AMINO_ACIDS.length;
      return sum + scores.logOdds[row + AMINO_ACIDS.indexOf(to)]!;
    }, 0);
    return { ...mutant, logOdds };
  });
}

/** Residues from one number to another, both among them. */
export interface PositionRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Reads `10-20,35`.
 *
 * @returns undefined for anything else
 */
export function readPositions(text: string): PositionRange[] | undefined {
  const ranges = text.split(',').map((part) => {
    const [, first, last = first] =
      /^\s*([+-]?\d{1,9})(?:\s*(?:-|:|\.\.)\s*([+-]?\d{1,9}))?\s*$/.exec(part) ?? [];
    return { first: Number(first ?? NaN), last: Number(last ?? NaN) };
  });
  return ranges.every(({ first, last }) => first <= last) ? ranges : undefined;
}

/**
 * The residues of a chain that ranges name, from 0, in order.
 *
 * @throws FoldError `REQUEST_INVALID` where a range reaches beyond the chain
 */
export function placesOf(chain: NumberedChain, ranges: readonly PositionRange[]): number[] {
  const places = ranges.flatMap(({ first, last }) => {
    const [from, to] = [first, last].map((position) =>
      indexOf(chain, position, `--positions: ${position}`),
    ) as [number, number];
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
  return [...new Set(places)].sort((a, b) => a - b);
}

function indexOf({ name, sequence, firstResidue }: NumberedChain, position: number, what: string) {
  const index = position - firstResidue;
  if (index >= 0 && index < sequence.length) return index;
  throw refused(
    `${what}: ${name} has residues ${firstResidue} to ${firstResidue + sequence.length - 1}`,
    FIRST_RESIDUE_HINT,
  );
}

function refused(message: string, hint?: string): FoldError {
  return new FoldError('REQUEST_INVALID', message, { hint });
}
