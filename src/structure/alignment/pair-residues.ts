/** @file Which residues of two chains stand for each other. */
import { alignSequences, type AlignedPairs } from '#sequence/pairwise-alignment';
import {
  superpositionScores,
  type SuperpositionScores,
} from '#structure/comparison/superposition-scores';
import { alignStructures } from './align-structures.js';
import type { ChainTrace } from './chain-trace.js';
import { TraceAligner } from './trace-aligner.js';
import { breaksAfter } from './trace-breaks.js';

/** By residue numbers, by sequence, or by shape alone. */
export type PairingMethod = 'numbers' | 'sequence' | 'structure';

/** Residues of two chains that stand for each other, how that was found, and how well they lie on one another. */
export interface Pairing {
  readonly method: PairingMethod;
  /** Places in both traces. */
  readonly pairs: AlignedPairs;
  /** Divided by the length of the target. */
  readonly scores: SuperpositionScores;
}

/** Share of equal residues among pairs above which two chains are the same protein, but for mutations. */
const SAME_PROTEIN = 0.9;
/** By how many pairs the sequences may do better by chance. */
const BY_CHANCE = 3;
/** Half bits. A residue that was not seen is not a deletion: a gap of any length costs the same. */
const GAP_OF_UNSEEN = { open: 11, extend: 0 };
/** Half bits that a gap costs where the chain shows by a break that residues are missing. */
const GAP_AT_BREAK = 6;

/**
 * How many pairs are of the same residue type.
 *
 * @param pairs places in the two sequences
 */
export function countIdentical(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  pairs: AlignedPairs,
): number {
  return pairs.filter(([i, j]) => first[i] === second[j]).length;
}

/** Pairs of residues with the same number. Numbers that occur twice in a chain name nothing. */
function pairsByNumber(mobile: ChainTrace, target: ChainTrace): AlignedPairs {
  const placeOf = new Map(mobile.numbers.map((number, i) => [number, i]));
  const isUnique = ({ numbers }: ChainTrace): boolean => new Set(numbers).size === numbers.length;
  if (!isUnique(mobile) || !isUnique(target)) return [];
  return target.numbers.flatMap((number, j) => {
    const i = placeOf.get(number);
    return i === undefined ? [] : [[i, j] as const];
  });
}

/** The best alignment of sequences; of equally good ones, that of the residues which lie nearest. */
function pairsBySequence(mobile: ChainTrace, target: ChainTrace): AlignedPairs {
  const [first, second] = [mobile.aatype, target.aatype];
  const { pairs } = alignSequences(first, second, { scope: 'whole' });
  if (pairs.length === 0) return pairs;
  const aligner = new TraceAligner(mobile.points, target.points);
  const nearness = aligner.nearnessUnder(aligner.superpose(pairs).motion);
  const near = new Float64Array(second.length);
  const prefer = (i: number, row: Float64Array): void => {
    nearness(i, near);
    for (let j = 0; j < row.length; j++) row[j]! += near[j]! / (first.length + 1);
  };
  const after = [breaksAfter(mobile.points), breaksAfter(target.points)] as const;
  const sameProtein = { gap: GAP_OF_UNSEEN, breaks: { after, open: GAP_AT_BREAK } };
  return alignSequences(first, second, {
    ...{ scope: 'whole', prefer },
    ...(isSameProtein(mobile, target, pairs) ? sameProtein : {}),
  }).pairs;
}

/**
 * Do numbers pair the residues as well as the sequences do? A part of the chain that is numbered otherwise pairs fewer
 * residues that are equal, and more that are not.
 */
function numbersAgree(
  { aatype: first }: ChainTrace,
  { aatype: second }: ChainTrace,
  [byNumber, bySequence]: readonly [AlignedPairs, AlignedPairs],
): boolean {
  const surplus = (pairs: AlignedPairs): number =>
    2 * countIdentical(first, second, pairs) - pairs.length;
  return surplus(byNumber) + BY_CHANCE >= surplus(bySequence);
}

/** Where the paired residues are, `[P, 3]` of each chain. */
export function pairedPoints(
  mobile: ChainTrace,
  target: ChainTrace,
  pairs: AlignedPairs,
): [Float64Array, Float64Array] {
  const points = (trace: ChainTrace, side: 0 | 1): Float64Array =>
    Float64Array.from(
      { length: 3 * pairs.length },
      (_, i) => trace.points[3 * pairs[Math.floor(i / 3)]![side] + (i % 3)]!,
    );
  return [points(mobile, 0), points(target, 1)];
}

function isSameProtein(mobile: ChainTrace, target: ChainTrace, pairs: AlignedPairs): boolean {
  const identical = countIdentical(mobile.aatype, target.aatype, pairs);
  return pairs.length > 0 && identical >= SAME_PROTEIN * pairs.length;
}

/**
 * Pairs the residues of two chains. Of the same protein, by their numbers where these agree with the sequences, else by
 * the sequences; of different ones, by the sequences or by shape, whichever scores better.
 *
 * @param mobile the chain that is laid on the other
 * @param method to pair by; chosen as above if absent
 */
export function pairResidues(
  mobile: ChainTrace,
  target: ChainTrace,
  method?: PairingMethod,
): Pairing {
  const scored = (by: PairingMethod, pairs: AlignedPairs): Pairing => ({
    method: by,
    pairs,
    scores: superpositionScores(...pairedPoints(mobile, target, pairs), {
      length: target.residues.length,
    }),
  });
  const byShape = () => scored('structure', alignStructures(mobile.points, target.points));
  if (method === 'structure') return byShape();
  const byNumber = pairsByNumber(mobile, target);
  if (method === 'numbers') return scored(method, byNumber);
  const bySequence = pairsBySequence(mobile, target);
  if (method === 'sequence') return scored(method, bySequence);
  if (
    isSameProtein(mobile, target, byNumber) &&
    numbersAgree(mobile, target, [byNumber, bySequence])
  )
    return scored('numbers', byNumber);
  const sequence = scored('sequence', bySequence);
  if (isSameProtein(mobile, target, bySequence)) return sequence;
  const shape = byShape();
  return shape.scores.tmScore > sequence.scores.tmScore ? shape : sequence;
}
