import { atomOffset } from '#structure/backbone/torsion-chain';
import { CA_SLOT } from '#structure/residues/atoms';
import { separation } from './atom-pair.js';

/** Two residues side by side in neighbouring strands, the one nearer to the start of the chain first. */
type ResiduePair = readonly [number, number];

/** Two strands side by side. */
export interface Ladder {
  readonly isParallel: boolean;
  /** One after the other; outwards from the turn in antiparallel strands. */
  readonly pairs: readonly ResiduePair[];
}

/** Probability of strand below which a residue is left alone. */
const LEAST_PROBABILITY = 0.35;
const LEAST_PAIRS = 3;
/** Å between CA atoms at which half of a pair's worth is lost, and how fast it is lost. */
const REACH = { middle: 8, width: 2 };
/** What a pair must be worth to make a ladder better. */
const PRICE = 0.05;
/** A tight turn between antiparallel strands, and the shortest way back to a parallel one. */
const LEAST_SEPARATION = { antiparallel: 3, parallel: 6 };
/** Residues; partners that are closer than this in sequence are in the same strand. */
const SAME_STRAND = 5;

/**
 * Chooses which strands lie side by side: residues that are likely to be in strands and that the fold has brought
 * near each other, the best first. A strand has two sides, no two strands pair twice, and no three all with each other.
 *
 * @param atoms `[N, 5, 3]` of the folded chain, Å
 * @param strand `[N]` probability that a residue is in a strand
 */
export function strandLadders(atoms: Float64Array, strand: ArrayLike<number>): Ladder[] {
  const worth = (i: number, j: number) => {
    const apart = separation(atoms, atomOffset(i, CA_SLOT), atomOffset(j, CA_SLOT));
    return strand[i]! * strand[j]! * nearness(apart) - PRICE;
  };
  const candidates = [...candidateLadders(strand, worth)].sort((a, b) => b.worth - a.worth);
  const partners = Array.from({ length: strand.length }, (): number[] => []);
  const chosen: Ladder[] = [];
  for (const { ladder } of candidates) {
    if (!ladder.pairs.every(([i, j]) => canPair(partners, i, j))) continue;
    for (const [i, j] of ladder.pairs) {
      partners[i]!.push(j);
      partners[j]!.push(i);
    }
    chosen.push(ladder);
  }
  return chosen;
}

function nearness(apart: number): number {
  return 1 / (1 + Math.exp((apart - REACH.middle) / REACH.width));
}

interface Candidate {
  readonly ladder: Ladder;
  readonly worth: number;
}

/** From each pair of residues the best ladder that starts there, in either direction. */
function* candidateLadders(
  strand: ArrayLike<number>,
  worth: (i: number, j: number) => number,
): Iterable<Candidate> {
  const last = strand.length - 1;
  // The ends of the chain lack a neighbour that a bond needs.
  const isStrand = (i: number) => i > 0 && i < last && strand[i]! >= LEAST_PROBABILITY;
  const longest = function* (i: number, j: number, isParallel: boolean): Iterable<ResiduePair> {
    for (let k = 0; ; k++) {
      const pair: ResiduePair = [isParallel ? i + k : i - k, j + k];
      if (!pair.every(isStrand)) return;
      yield pair;
    }
  };
  const residues = Array.from(strand, (_, i) => i).filter(isStrand);
  for (const i of residues) {
    for (const j of residues.filter((other) => other - i >= LEAST_SEPARATION.antiparallel)) {
      const directions = j - i < LEAST_SEPARATION.parallel ? [false] : [false, true];
      for (const isParallel of directions) {
        const best = mostWorth([...longest(i, j, isParallel)], worth);
        if (best) yield { ladder: { isParallel, pairs: best.pairs }, worth: best.worth };
      }
    }
  }
}

/** The first so many pairs that are worth most together; none where no three are worth anything. */
function mostWorth(
  pairs: readonly ResiduePair[],
  worth: (i: number, j: number) => number,
): { pairs: readonly ResiduePair[]; worth: number } | undefined {
  let [sum, best, length] = [0, 0, 0];
  for (const [k, [i, j]] of pairs.entries()) {
    sum += worth(i, j);
    if (sum > best && k + 1 >= LEAST_PAIRS) [best, length] = [sum, k + 1];
  }
  return length === 0 ? undefined : { pairs: pairs.slice(0, length), worth: best };
}

/** Whether two residues have room for each other: a side each, and no way to each other by other strands. */
function canPair(partners: readonly (readonly number[])[], i: number, j: number): boolean {
  return hasRoom(partners, i, j) && hasRoom(partners, j, i);
}

/** {@link canPair}, as seen from one of the two. */
function hasRoom(partners: readonly (readonly number[])[], own: number, other: number): boolean {
  const isNear = (a: number, b: number) => Math.abs(a - b) < SAME_STRAND;
  const around = (residue: number, reach: number) =>
    partners.slice(Math.max(0, residue - reach + 1), residue + reach).flat();
  if (partners[own]!.length > 1 || partners[own]!.some((a) => isNear(a, other))) return false;
  // Nearer than the tightest turn all residues are in the strand of this one, and share its two sides.
  const beside = around(own, LEAST_SEPARATION.antiparallel);
  if (numStrands([...beside, other]) > 2) return false;
  const beyond = beside.flatMap((a) => around(a, SAME_STRAND));
  return !beyond.some((b) => isNear(b, other) && Math.abs(b - other) < Math.abs(b - own));
}

/** How many strands these residues are in. */
function numStrands(residues: readonly number[]): number {
  const sorted = residues.toSorted((a, b) => a - b);
  return sorted.filter((b, k) => k === 0 || b - sorted[k - 1]! >= SAME_STRAND).length;
}
