/** @file Finds the superposition that maximises a score over pairs of points, as TM-score and GDT need. */
import { fitPoints, squaredDeviations, type RigidMotion } from './superposition.js';

/** What a search looks for. */
export interface SearchGoal {
  /** Score of a superposition from the squared deviations `[N]` of all points; larger is better. */
  readonly score: (squared: Float64Array) => number;
  /** Å; a first fit keeps the points within the first of these, later fits those within the second. */
  readonly cutoffs: readonly [number, number];
}

/** The best superposition found. */
export interface SearchResult {
  readonly score: number;
  readonly motion: RigidMotion;
}

/** Shortest fragment that starts a search. */
const SHORTEST_FRAGMENT = 4;
/** How many fragments of each length; more find no better score (measured against TMscore). */
const STARTS_PER_LENGTH = 60;
const MAX_REFINEMENTS = 20;

/** Points within `cutoff`, or the nearest three where that is fewer. */
function pointsWithin(squared: Float64Array, cutoff: number, into: Int32Array): Int32Array {
  let [nearest, second, third] = [Infinity, Infinity, Infinity];
  for (const value of squared) {
    if (value < nearest) [nearest, second, third] = [value, nearest, second];
    else if (value < second) [second, third] = [value, second];
    else if (value < third) third = value;
  }
  const limit = Math.max(cutoff * cutoff, third);
  let count = 0;
  for (let i = 0; i < squared.length; i++) if (squared[i]! <= limit) into[count++] = i;
  return into.subarray(0, count);
}

const isSame = (a: Int32Array, b: Int32Array): boolean =>
  a.length === b.length && a.every((value, i) => value === b[i]);

/** Starts and lengths of the fragments to fit first: the whole, its halves, quarters and so on. */
function* fragments(numPoints: number): Iterable<{ start: number; length: number }> {
  for (let length = numPoints; ; length = Math.max(SHORTEST_FRAGMENT, length >> 1)) {
    const last = numPoints - length;
    const step = Math.max(1, Math.floor(last / STARTS_PER_LENGTH));
    for (let start = 0; start <= last; start += step) yield { start, length };
    if (length <= SHORTEST_FRAGMENT) return;
  }
}

/**
 * Fits fragments of every size, then refits on the points that came close until they stay the same.
 *
 * @param mobile `[N, 3]` Å
 * @param target `[N, 3]` Å
 * @param goal what to maximise
 * @source Zhang & Skolnick 2004, "Scoring function for automated assessment of protein structure template quality"
 */
export function searchSuperposition(
  mobile: Float64Array,
  target: Float64Array,
  goal: SearchGoal,
): SearchResult {
  const numPoints = mobile.length / 3;
  const squared = new Float64Array(numPoints);
  const everyPoint = Int32Array.from({ length: numPoints }, (_, i) => i);
  let buffers = [new Int32Array(numPoints), new Int32Array(numPoints)] as const;
  let best: SearchResult = { score: -1, motion: fitPoints(mobile, target, everyPoint) };
  for (const { start, length } of fragments(numPoints)) {
    let used: Int32Array = everyPoint.subarray(start, start + length);
    for (let refinement = 0; refinement <= MAX_REFINEMENTS; refinement++) {
      const motion = fitPoints(mobile, target, used);
      squaredDeviations(motion, mobile, target, squared);
      const score = goal.score(squared);
      if (score > best.score) best = { score, motion };
      const cutoff = goal.cutoffs[refinement === 0 ? 0 : 1];
      const close = pointsWithin(squared, cutoff, buffers[0]);
      if (isSame(close, used)) break;
      used = close;
      buffers = [buffers[1], buffers[0]];
    }
  }
  return best;
}
