/** @file Finds the superposition that maximises a score over pairs of points, as TM-score needs. */
import { fitPoints, squaredDeviations, type RigidMotion } from './superposition.js';

/** What a search looks for, and how hard. */
export interface SearchGoal {
  /** Score of a superposition from the squared deviations `[N]` of all points; larger is better. */
  readonly score: (squared: Float64Array) => number;
  /** Å²; which squared deviations of fit 0, 1, … the next fit keeps, given the third least, so that three remain. */
  readonly limit: (fit: number, thirdLeast: number) => number;
  /** Every how many points a fragment begins; 1 if absent; `Infinity` starts from all points at once and nothing else. */
  readonly stride?: number;
  /** How often a fit is repeated with the points that came close; 20 if absent. */
  readonly numRefinements?: number;
}

/** The best superposition found. */
export interface SearchResult {
  readonly score: number;
  readonly motion: RigidMotion;
}

/** Shortest fragment that starts a search. */
const SHORTEST_FRAGMENT = 4;
/** How often the fragments are halved before the shortest ones are tried. */
const NUM_HALVINGS = 4;
/** Fragments of each length are no more than this many, so that time grows with the square of the length. */
const MOST_FRAGMENTS = 400;
const MAX_REFINEMENTS = 20;
/** Å; a reach that leaves fewer than three points grows by this. */
const REACH_STEP = 0.5;

/**
 * The limits that TM-score goes by: points within `reach` - 1 Å after a first fit, within `reach` + 1 Å after others.
 *
 * @param reach Å
 */
export function limitsAround(reach: number): SearchGoal['limit'] {
  return (fit, thirdLeast) => {
    const least = fit === 0 ? reach - 1 : reach + 1;
    const numSteps = Math.max(0, Math.ceil((Math.sqrt(thirdLeast) - least) / REACH_STEP));
    return (least + numSteps * REACH_STEP) ** 2;
  };
}

/** Points that the next fit keeps. */
function pointsWithin(
  squared: Float64Array,
  limitFrom: (thirdLeast: number) => number,
  into: Int32Array,
): Int32Array {
  let [nearest, second, third] = [Infinity, Infinity, Infinity];
  for (const value of squared) {
    if (value < nearest) [nearest, second, third] = [value, nearest, second];
    else if (value < second) [second, third] = [value, second];
    else if (value < third) third = value;
  }
  const limit = limitFrom(third);
  let count = 0;
  for (let i = 0; i < squared.length; i++) if (squared[i]! <= limit) into[count++] = i;
  return into.subarray(0, count);
}

const isSame = (a: Int32Array, b: Int32Array): boolean =>
  a.length === b.length && a.every((value, i) => value === b[i]);

/** Lengths of the fragments to fit first: the whole, its half, quarter and so on, then the shortest. */
function fragmentLengths(numPoints: number): number[] {
  const halves = Array.from({ length: NUM_HALVINGS + 1 }, (_, i) => numPoints >> i);
  const long = halves.filter((length) => length > SHORTEST_FRAGMENT);
  return [...long, Math.min(numPoints, SHORTEST_FRAGMENT)];
}

/** Starts and lengths of the fragments to fit first. */
function* fragments(
  numPoints: number,
  stride: number,
): Iterable<{ start: number; length: number }> {
  if (stride === Infinity) {
    yield { start: 0, length: numPoints };
    return;
  }
  for (const length of fragmentLengths(numPoints)) {
    const last = numPoints - length;
    const step = Math.max(stride, Math.ceil(last / MOST_FRAGMENTS));
    for (let start = 0; start < last; start += step) yield { start, length };
    yield { start: last, length };
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
  const { stride = 1, numRefinements = MAX_REFINEMENTS } = goal;
  const squared = new Float64Array(numPoints);
  const everyPoint = Int32Array.from({ length: numPoints }, (_, i) => i);
  let buffers = [new Int32Array(numPoints), new Int32Array(numPoints)] as const;
  let best: SearchResult = { score: -1, motion: fitPoints(mobile, target, everyPoint) };
  for (const { start, length } of fragments(numPoints, stride)) {
    let used: Int32Array = everyPoint.subarray(start, start + length);
    for (let fit = 0; fit <= numRefinements; fit++) {
      const motion = fitPoints(mobile, target, used);
      squaredDeviations(motion, mobile, target, squared);
      const score = goal.score(squared);
      if (score > best.score) best = { score, motion };
      const close = pointsWithin(squared, (third) => goal.limit(fit, third), buffers[0]);
      // Later limits are wider: the first may keep just the fragment without being the end.
      if (fit > 0 && isSame(close, used)) break;
      used = close;
      buffers = [buffers[1], buffers[0]];
    }
  }
  return best;
}
