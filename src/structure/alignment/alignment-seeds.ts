/** @file First guesses of how two chains are aligned, each by another idea of what they may share. */
import type { AlignedPairs } from '#sequence/pairwise-alignment';
import { fitPoints } from '#structure/comparison/superposition';
import type { ScoreRow } from '#sequence/pairwise-alignment';
import { alignPlaces } from './align-places.js';
import type { TraceAligner } from './trace-aligner.js';
import { breaksAfter } from './trace-breaks.js';

/** Residues of the fragments that are laid on one another, and their share of the shorter chain at most. */
const FRAGMENTS = [
  { length: 20, share: 1 / 3 },
  { length: 100, share: 1 / 2 },
] as const;
/** Å; added to the distance that scores ½ where a guess is rough. */
const ROUGH = 1.5;
/** What a gap costs where secondary structure decides, and what residues of the same state score beside their nearness. */
const STATE_GAP = 1;
const SAME_STATE = 0.5;

/** Pairs of residue i with residue i + `shift`, of a run of the first chain with all of the second. */
function shifted(first: number, end: number, shift: number, numTarget: number): AlignedPairs {
  const from = Math.max(first, -shift);
  const to = Math.min(end, numTarget - shift);
  return Array.from({ length: Math.max(0, to - from) }, (_, k) => [from + k, from + k + shift]);
}

function bestOf(aligner: TraceAligner, candidates: Iterable<AlignedPairs>): AlignedPairs {
  let best: { readonly pairs: AlignedPairs; readonly score: number } = { pairs: [], score: -1 };
  for (const pairs of candidates) {
    const score = aligner.quickScore(pairs);
    if (score > best.score) best = { pairs, score };
  }
  return best.pairs;
}

/** One chain slid along the other without gaps, at least half of the shorter one overlapping. */
export function threaded(aligner: TraceAligner): AlignedPairs {
  const [numMobile, numTarget] = aligner.lengths;
  const overlap = Math.max(5, Math.floor(Math.min(numMobile, numTarget) / 2));
  return bestOf(aligner, shifts(0, numMobile, numTarget, overlap));
}

function* shifts(first: number, end: number, numTarget: number, overlap: number) {
  for (let shift = numTarget - overlap - first; shift >= overlap - end; shift--)
    yield shifted(first, end, shift, numTarget);
}

/** By secondary structure alone. */
export function alignedByStates({ lengths, states }: TraceAligner): AlignedPairs {
  const scoreRow: ScoreRow = (i, row) => {
    for (let j = 0; j < row.length; j++) row[j] = Number(states[0][i] === states[1][j]);
  };
  return alignPlaces(lengths, scoreRow, STATE_GAP);
}

/** By nearness and secondary structure under the superposition of an alignment that is known already. */
export function alignedByStatesAndNearness(
  aligner: TraceAligner,
  known: AlignedPairs,
): AlignedPairs {
  const every = Int32Array.from(known.keys());
  const motion = fitPoints(...aligner.pairedPoints(known), every);
  const nearness = aligner.nearnessUnder(motion, aligner.scale.d0 + ROUGH);
  const { lengths, states } = aligner;
  const scoreRow: ScoreRow = (i, row) => {
    nearness(i, row);
    for (let j = 0; j < row.length; j++) if (states[0][i] === states[1][j]) row[j]! += SAME_STATE;
  };
  return alignPlaces(lengths, scoreRow, STATE_GAP);
}

/** Residues between the fragments that are tried, so that long chains take no more of them. */
function strideOf(length: number): number {
  const stride = length > 250 ? 45 : length > 200 ? 35 : length > 150 ? 25 : 15;
  return Math.max(1, Math.min(stride, Math.floor(length / 3)));
}

/** By fragments of one chain laid on fragments of the other: what the rest does under that superposition. */
export function alignedByFragments(aligner: TraceAligner): AlignedPairs {
  return bestOf(aligner, fragmentAlignments(aligner));
}

function* fragmentAlignments(aligner: TraceAligner): Iterable<AlignedPairs> {
  const [numMobile, numTarget] = aligner.lengths;
  const d0 = aligner.scale.d0 + ROUGH;
  for (const { length, share } of FRAGMENTS) {
    const size = Math.min(length, Math.floor(Math.min(numMobile, numTarget) * share));
    const every = Int32Array.from({ length: size }, (_, k) => k);
    for (let i = 0; i <= numMobile - size; i += strideOf(numMobile))
      for (let j = 0; j <= numTarget - size; j += strideOf(numTarget)) {
        const mobile = aligner.mobile.subarray(3 * i);
        const motion = fitPoints(mobile, aligner.target.subarray(3 * j), every);
        yield alignPlaces(aligner.lengths, aligner.nearnessUnder(motion, d0), 0);
      }
  }
}

/** The longest run of residues without a break. */
function longestRun(points: Float64Array): { first: number; end: number } {
  const breaks = breaksAfter(points);
  let best = { first: 0, end: 0 };
  for (let first = 0, at = 1; at <= breaks.length; at++) {
    if (at < breaks.length && breaks[at - 1] === 0) continue;
    if (at - first > best.end - best.first) best = { first, end: at };
    first = at;
  }
  return best;
}

/** Places of a run of one chain with those of the other chain along which it slides. */
function* slidingRun(points: Float64Array, otherLength: number): Iterable<AlignedPairs> {
  const run = longestRun(points);
  const size = run.end - run.first;
  const isWhole = size === points.length / 3; // which was tried already
  const first = isWhole ? Math.floor(0.1 * size) : run.first;
  const end = isWhole ? Math.floor(0.89 * size) + 1 : run.end;
  const overlap = Math.max(3, Math.floor(Math.min(end - first, otherLength) / 2.5));
  yield* shifts(first, end, otherLength, overlap);
}

/** The longest unbroken run of each chain, without its ends where it is the whole chain, slid along the other. */
export function threadedRun(aligner: TraceAligner): AlignedPairs {
  const { mobile, target, lengths } = aligner;
  const ofTarget = [...slidingRun(target, lengths[0])];
  const turned = ofTarget.map((pairs) => pairs.map(([i, j]) => [j, i] as const));
  return bestOf(aligner, [...turned, ...slidingRun(mobile, lengths[1])]);
}
