import { setImmediate } from 'node:timers/promises';
import { expectedByChance } from '#sequence/alignment-significance';
import { DiagonalScan } from './diagonal-scan.js';
import { localScorer } from './local-score.js';
import type { TemplateLibrary } from './template-library.js';

/** Chains that are aligned with gaps: those with the best ungapped alignments. */
const MOST_ALIGNED = 2000;
/** Chains that are scored at a stretch, before other work gets its turn. */
const AT_A_STRETCH = 50;

/** What is searched: a library, or sequences in memory. */
export type SequenceSet = Pick<
  TemplateLibrary,
  'numChains' | 'numResidues' | 'date' | 'pieces' | 'sequence'
>;

/** A chain of a library that resembles a query. */
export interface LibraryHit {
  /** Its number in the library. */
  readonly chain: number;
  /** Half bits. */
  readonly score: number;
  /** Local alignments with as much or more that a search of the whole library finds by chance. */
  readonly expected: number;
}

/** What a search leaves out. */
export interface SearchOptions {
  /** Hits of more by chance are left out. */
  readonly mostExpected: number;
  /** Chains whose release date is later, as 20250131, or not known, are left out. */
  readonly maxDate?: number;
  readonly signal?: AbortSignal;
}

/**
 * Searches a library as BLASTP does: words of three letters that resemble words of the query, two of them on one
 * diagonal, an ungapped alignment there, and of the two thousand best an alignment with gaps.
 *
 * @param query `[N]` types 0-20
 * @returns the best first
 * @source Altschul et al. 1997 "Gapped BLAST and PSI-BLAST"
 * @departs the alignment with gaps is that of Smith and Waterman, of the whole sequences
 */
export async function searchLibrary(
  library: SequenceSet,
  query: Uint8Array,
  { mostExpected, maxDate = Infinity, signal }: SearchOptions,
): Promise<LibraryHit[]> {
  const scan = new DiagonalScan(query);
  const scoreOf = localScorer(query);
  const seeds: { chain: number; score: number }[] = [];
  for await (const { first, last, types, begin } of library.pieces()) {
    signal?.throwIfAborted();
    for (let chain = first; chain <= last; chain++) {
      const date = library.date(chain);
      if (maxDate !== Infinity && (date === 0 || date > maxDate)) continue;
      const end = chain === last ? types.length : begin(chain + 1);
      const score = scan.best(types, begin(chain), end);
      if (score > 0) seeds.push({ chain, score });
    }
  }
  seeds.sort((a, b) => b.score - a.score || a.chain - b.chain);
  const searched = searchSpace(query.length, library.numResidues, library.numChains);
  const hits: LibraryHit[] = [];
  for (const [index, { chain }] of seeds.slice(0, MOST_ALIGNED).entries()) {
    if (index % AT_A_STRETCH === 0) await setImmediate();
    signal?.throwIfAborted();
    const types = await library.sequence(chain);
    const score = scoreOf(types);
    const byChance = expectedByChance(score, query, types) / (query.length * types.length);
    const expected = byChance * searched;
    if (expected <= mostExpected) hits.push({ chain, score, expected });
  }
  return hits.sort((a, b) => a.expected - b.expected || a.chain - b.chain);
}

/** Of BLOSUM62 with gaps of 11 and 1. */
const GAPPED = { lambda: 0.267, k: 0.041, alpha: 1.9, beta: -30 };
const ROUNDS = 20;

/**
 * Places where an alignment can begin: the lengths of the query and of all sequences together, multiplied, each less what
 * an alignment by chance takes, since none begins at an end.
 *
 * @source Altschul, Bundschuh, Olsen & Hwa 2001 "The estimation of statistical parameters for local alignment score
 *   distributions"
 */
export function searchSpace(numPlaces: number, numResidues: number, numChains: number): number {
  const { lambda, k, alpha, beta } = GAPPED;
  const left = (taken: number): [number, number] => [
    Math.max(1, numPlaces - taken),
    Math.max(numChains, numResidues - numChains * taken),
  ];
  let taken = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const [places, residues] = left(taken);
    const next = (alpha / lambda) * Math.log(k * places * residues) + beta;
    taken = (taken + Math.min(Math.max(0, next), numPlaces - 1)) / 2;
  }
  const [places, residues] = left(taken);
  return places * residues;
}
