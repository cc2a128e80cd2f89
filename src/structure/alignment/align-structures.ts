import type { AlignedPairs } from '#sequence/pairwise-alignment';
import { squaredDeviations, type RigidMotion } from '#structure/comparison/superposition';
import {
  alignedByFragments,
  alignedByStates,
  alignedByStatesAndNearness,
  threaded,
  threadedRun,
} from './alignment-seeds.js';
import { alignPlaces } from './align-places.js';
import { TraceAligner } from './trace-aligner.js';

/** What a gap costs while an alignment is improved: first a little, then nothing. */
const GAP_COSTS = [0.6, 0] as const;
const MANY_ROUNDS = 30;
const FEW_ROUNDS = 2;

/** A way to begin, and how far it is followed. */
interface Beginning {
  readonly seed: (aligner: TraceAligner, best: AlignedPairs) => AlignedPairs;
  readonly gapCosts: readonly number[];
  readonly rounds: number;
  /** It is followed where it scores this share of the best at least. */
  readonly share: number;
}

function beginnings(shorter: number): readonly Beginning[] {
  const share = shorter <= 40 ? 0.1 : 0.4;
  return [
    { seed: threaded, gapCosts: GAP_COSTS, rounds: MANY_ROUNDS, share: 0 },
    { seed: alignedByStates, gapCosts: GAP_COSTS, rounds: MANY_ROUNDS, share: 0.2 },
    { seed: alignedByFragments, gapCosts: GAP_COSTS, rounds: FEW_ROUNDS, share },
    { seed: alignedByStatesAndNearness, gapCosts: GAP_COSTS, rounds: MANY_ROUNDS, share },
    { seed: threadedRun, gapCosts: GAP_COSTS.slice(1), rounds: FEW_ROUNDS, share },
  ];
}

/** The best alignment so far. */
class Best {
  pairs: AlignedPairs = [];
  score = 0;

  offer(pairs: AlignedPairs, score: number): void {
    if (score > this.score) Object.assign(this, { pairs, score });
  }
}

/** Aligns under the superposition of the last alignment, again and again. */
function follow(
  aligner: TraceAligner,
  start: RigidMotion,
  { gapCosts, rounds }: Beginning,
  best: Best,
): void {
  let motion = start;
  for (const gapCost of gapCosts) {
    let before = -1;
    for (let round = 0; round < rounds; round++) {
      const pairs = alignPlaces(aligner.lengths, aligner.nearnessUnder(motion), gapCost);
      const found = aligner.superpose(pairs);
      best.offer(pairs, found.score);
      motion = found.motion;
      if (Math.abs(found.score - before) < 1e-6 * Math.min(...aligner.lengths)) break;
      before = found.score;
    }
  }
}

/**
 * Aligns two chains by their shape alone, for relatives whose sequences no longer say which residues correspond.
 *
 * @param mobile `[N, 3]` CA positions, Å
 * @param target `[M, 3]` CA positions, Å
 * @returns pairs that come near one another; none where a chain has fewer than five residues
 * @source Zhang & Skolnick 2005, "TM-align: a protein structure alignment algorithm based on the TM-score"
 */
export function alignStructures(mobile: Float64Array, target: Float64Array): AlignedPairs {
  const aligner = new TraceAligner(mobile, target);
  const shorter = Math.min(...aligner.lengths);
  if (shorter < 5) return [];
  const best = new Best();
  for (const beginning of beginnings(shorter)) {
    const pairs = beginning.seed(aligner, best.pairs);
    const found = aligner.superpose(pairs);
    best.offer(pairs, found.score);
    if (found.score > beginning.share * best.score) follow(aligner, found.motion, beginning, best);
  }
  return nearPairs(aligner, best.pairs);
}

/** The pairs that come near one another at the best superposition. */
function nearPairs(aligner: TraceAligner, pairs: AlignedPairs): AlignedPairs {
  const { motion } = aligner.superpose(pairs, 1);
  const squared = new Float64Array(pairs.length);
  squaredDeviations(motion, ...aligner.pairedPoints(pairs), squared);
  return pairs.filter((_, i) => squared[i]! <= aligner.scale.furthest ** 2);
}
