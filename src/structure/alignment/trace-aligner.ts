/** @file Two CA traces, and what a search for their alignment asks again and again. */
import type { AlignedPairs } from '#sequence/pairwise-alignment';
import { searchReach } from '#structure/comparison/superposition-scores';
import {
  limitsAround,
  searchSuperposition,
  type SearchGoal,
  type SearchResult,
} from '#structure/comparison/superposition-search';
import type { RigidMotion } from '#structure/comparison/superposition';
import type { ScoreRow } from '#sequence/pairwise-alignment';
import { traceStates } from './trace-states.js';

/** Å; added to the distance that scores ½, so that a search finds what is roughly alike. */
const SEARCH_EASE = 0.8;
/** Å; the distance that scores ½ in chains of up to 19 residues. */
const D0_OF_SHORT = 0.168;
/** Every how many pairs a quick search for a superposition starts. */
const COARSE_STRIDE = 40;
/** Å²; a limit of a quick score that leaves fewer than three pairs grows by this. */
const QUICK_STEP = 0.5;

/** Å; distances that a search for an alignment goes by. */
interface SearchScale {
  /** Pairs so far apart score ½. */
  readonly d0: number;
  /** Pairs within it take part in the next fit. */
  readonly reach: number;
  /** Pairs beyond it do not count. */
  readonly furthest: number;
}

function searchScale(shorter: number): SearchScale {
  const base = shorter <= 19 ? D0_OF_SHORT : 1.24 * Math.cbrt(shorter - 15) - 1.8;
  const d0 = base + SEARCH_EASE;
  return { d0, reach: searchReach(d0), furthest: 1.5 * shorter ** 0.3 + 3.5 };
}

/**
 * Scores and improves alignments of two chains by their CA atoms alone.
 *
 * @source Zhang & Skolnick 2005, "TM-align: a protein structure alignment algorithm based on the TM-score"
 */
export class TraceAligner {
  /** `[N, 3]` and `[M, 3]` Å */
  readonly mobile: Float64Array;
  readonly target: Float64Array;
  readonly lengths: readonly [number, number];
  /** `[N]` and `[M]`, as `traceStates` gives them. */
  readonly states: readonly [Uint8Array, Uint8Array];
  readonly scale: SearchScale;

  constructor(mobile: Float64Array, target: Float64Array) {
    this.mobile = mobile;
    this.target = target;
    this.lengths = [mobile.length / 3, target.length / 3];
    this.states = [traceStates(mobile), traceStates(target)];
    this.scale = searchScale(Math.min(...this.lengths));
  }

  /** Score of an alignment after three fits, the later ones of pairs that came close: for choosing among many. */
  quickScore(pairs: AlignedPairs): number {
    const { reach } = this.scale;
    const limit = (fit: number, thirdLeast: number): number => {
      const least = reach * reach + fit;
      return least + QUICK_STEP * Math.max(0, Math.ceil((thirdLeast - least) / QUICK_STEP));
    };
    return this.#search(pairs, Infinity, { limit, stride: Infinity, numRefinements: 2 }).score;
  }

  /**
   * The superposition that suits an alignment best.
   *
   * @param stride every how many pairs the search starts
   */
  superpose(pairs: AlignedPairs, stride = COARSE_STRIDE): SearchResult {
    const { reach, furthest } = this.scale;
    return this.#search(pairs, furthest, { limit: limitsAround(reach), stride });
  }

  /**
   * How near the residues come under a superposition.
   *
   * @param motion of the mobile chain
   * @param d0 Å at which a pair scores ½
   * @returns writes to a row `[M]` what a residue of the mobile chain scores with each of the other, 0-1
   */
  nearnessUnder(motion: RigidMotion, d0 = this.scale.d0): ScoreRow {
    const { mobile, target } = this;
    const [a, b, c, d, e, f, g, h, k] = motion.rotation as unknown as number[];
    const [u, v, w] = motion.translation as unknown as number[];
    const inverse = 1 / (d0 * d0);
    return (i, row) => {
      const [p, q, r] = [mobile[3 * i]!, mobile[3 * i + 1]!, mobile[3 * i + 2]!];
      const x = a! * p + b! * q + c! * r + u!;
      const y = d! * p + e! * q + f! * r + v!;
      const z = g! * p + h! * q + k! * r + w!;
      for (let j = 0; j < row.length; j++) {
        const dx = target[3 * j]! - x;
        const dy = target[3 * j + 1]! - y;
        const dz = target[3 * j + 2]! - z;
        row[j] = 1 / (1 + (dx * dx + dy * dy + dz * dz) * inverse);
      }
    };
  }

  /** The positions of the pairs, `[P, 3]` of each chain. */
  pairedPoints(pairs: AlignedPairs): readonly [Float64Array, Float64Array] {
    const points = [
      new Float64Array(3 * pairs.length),
      new Float64Array(3 * pairs.length),
    ] as const;
    pairs.forEach(([i, j], at) => {
      points[0].set(this.mobile.subarray(3 * i, 3 * i + 3), 3 * at);
      points[1].set(this.target.subarray(3 * j, 3 * j + 3), 3 * at);
    });
    return points;
  }

  #search(pairs: AlignedPairs, furthest: number, how: Omit<SearchGoal, 'score'>): SearchResult {
    const inverse = 1 / (this.scale.d0 * this.scale.d0);
    const score = (squared: Float64Array): number => {
      let sum = 0;
      for (const value of squared)
        if (value <= furthest * furthest) sum += 1 / (1 + value * inverse);
      return sum;
    };
    return searchSuperposition(...this.pairedPoints(pairs), { ...how, score });
  }
}
