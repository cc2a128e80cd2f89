import { UNKNOWN_AATYPE } from './amino-acids.js';
import type { GapCost } from './pairwise-alignment.js';

/** Types that a residue may be of: 0-20. */
const NUM_TYPES = UNKNOWN_AATYPE + 1;

/** A chain of M places that sequences are aligned to. */
export interface PlaceProfile {
  /** `[M, 21]` half bits that each place scores with each residue type */
  readonly scores: Float64Array;
  /** Half bits. */
  readonly gap: GapCost;
  /** `[M]` half bits that a gap costs more to open between a place and the next */
  readonly firmness: Float64Array;
}

/** Odds of a half bit. */
const PER_HALF_BIT = Math.LN2 / 2;
/** A row of sums whose largest is above this, or below its inverse, is scaled. */
const LARGEST = 1e100;

/**
 * How likely each residue of a sequence stands for each place of a profile: the weight of all alignments that pair them, of
 * the weight of all alignments. From end to end, though unpaired ends cost nothing.
 *
 * @param sequence `[N]` residue types 0-20
 * @returns `[N, M]` 0-1
 * @source Durbin et al. 1998, "Biological Sequence Analysis", 4.4 "The posterior probability that x_i is aligned to y_j"
 */
export function pairPosteriors(sequence: ArrayLike<number>, profile: PlaceProfile): Float32Array {
  const numRows = sequence.length;
  const numColumns = profile.firmness.length;
  const odds = oddsOf(profile);
  const { pairs, scales, logTotal } = forward(sequence, odds);
  const posteriors = new Float32Array(numRows * numColumns);
  // What may follow a pair, a residue alone and a place alone, from the row below up and from the last column on.
  const afterPair = new Float64Array(numColumns + 1);
  const afterDown = new Float64Array(numColumns);
  for (let i = numRows - 1; i >= 0; i--) {
    const isLastRow = i === numRows - 1;
    const rescale = isLastRow ? 0 : Math.exp(scales[i]! - scales[i + 1]!);
    const end = Math.exp(scales[i]! - logTotal);
    const below = isLastRow ? undefined : odds.pair[sequence[i + 1]!]!;
    let afterRight = 0;
    let pairBelowRight = 0;
    for (let j = numColumns - 1; j >= 0; j--) {
      const isLastColumn = j === numColumns - 1;
      const pair = isLastColumn || !below ? 0 : below[j + 1]! * pairBelowRight * rescale;
      pairBelowRight = afterPair[j]!;
      const down = afterDown[j]! * rescale * odds.extend;
      const right = afterRight * odds.extend;
      const [opensDown, opensRight] = [down * odds.open[j]!, right * odds.open[j]!];
      afterPair[j] = pair + opensDown + opensRight + (isLastRow || isLastColumn ? end : 0);
      afterDown[j] = pair + down + opensRight;
      afterRight = pair + right + opensDown;
      const at = i * numColumns + j;
      posteriors[at] = pairs[at]! * afterPair[j]!;
    }
  }
  return posteriors;
}

/** A profile as odds. */
interface ProfileOdds {
  /** `[21][M]` */
  readonly pair: readonly Float64Array[];
  /** `[M]` of a gap behind a place */
  readonly open: Float64Array;
  readonly extend: number;
}

function oddsOf({ scores, gap, firmness }: PlaceProfile): ProfileOdds {
  return {
    pair: Array.from({ length: NUM_TYPES }, (_, type) =>
      Float64Array.from(firmness, (_, j) => Math.exp(PER_HALF_BIT * scores[NUM_TYPES * j + type]!)),
    ),
    open: firmness.map((more) => Math.exp(-PER_HALF_BIT * (gap.open + more))),
    extend: Math.exp(-PER_HALF_BIT * gap.extend),
  };
}

/**
 * Weights of all alignments that end with each pair, `[N, M]`: those of row i times exp(-`scales[i]`). Also the logarithm of
 * the weight of all alignments.
 */
function forward(sequence: ArrayLike<number>, odds: ProfileOdds) {
  const numColumns = odds.open.length;
  const pairs = new Float64Array(sequence.length * numColumns);
  const scales = new Float64Array(sequence.length);
  const pairAbove = new Float64Array(numColumns);
  const down = new Float64Array(numColumns);
  const rightAbove = new Float64Array(numColumns);
  let scale = 0;
  let logTotal = -Infinity;
  for (let i = 0; i < sequence.length; i++) {
    const isLastRow = i === sequence.length - 1;
    const row = odds.pair[sequence[i]!]!;
    const start = Math.exp(-scale);
    let [diagonal, pairLeft, downLeft, rightLeft] = [0, 0, 0, 0];
    let [largest, ends] = [0, 0];
    for (let j = 0; j < numColumns; j++) {
      const pair = row[j]! * (diagonal + (i === 0 || j === 0 ? start : 0));
      diagonal = pairAbove[j]! + down[j]! + rightAbove[j]!;
      const opensDown = (pairAbove[j]! + rightAbove[j]!) * odds.open[j]!;
      const opensRight = j === 0 ? 0 : (pairLeft + downLeft) * odds.open[j - 1]!;
      down[j] = (opensDown + down[j]!) * odds.extend;
      rightLeft = (opensRight + rightLeft) * odds.extend;
      pairs[i * numColumns + j] = pairAbove[j] = pairLeft = pair;
      downLeft = down[j]!;
      rightAbove[j] = rightLeft;
      largest = Math.max(largest, pair);
      if (isLastRow || j === numColumns - 1) ends += pair;
    }
    scales[i] = scale;
    logTotal = sumOfLogs(logTotal, Math.log(ends) + scale);
    if (largest < LARGEST && largest > 1 / LARGEST) continue;
    for (const kept of [pairAbove, down, rightAbove])
      for (let j = 0; j < numColumns; j++) kept[j]! /= largest;
    scale += Math.log(largest);
  }
  return { pairs, scales, logTotal };
}

/** log(exp(a) + exp(b)) */
function sumOfLogs(a: number, b: number): number {
  const [less, more] = [Math.min(a, b), Math.max(a, b)];
  return less === -Infinity ? more : more + Math.log1p(Math.exp(less - more));
}
