/** @file How the scores of `structure/` answer to a motion of the predicted structure. */
import { lddtCa } from '#structure/comparison/lddt';
import { superpositionScores } from '#structure/comparison/superposition-scores';
import { CA_SLOT } from '#structure/residues/atoms';
import { difference } from './layer.js';
import { predictionClearOfLimits } from './loss-layers.js';
import { move } from './motion.js';
import type { Situation } from './situation.js';

/** Below the ½ Å at which a residue of a short chain scores ½: the superposition is then found beyond doubt. */
const SMALL_ERROR = 0.2;
/** Enough to fail some thresholds of lDDT, Å. */
const LARGE_ERROR = 2;

/** CA positions of a prediction, of the same moved, and of the truth. */
function drawn(at: Situation, error: number) {
  const { predictedPoints, truePoints } = predictionClearOfLimits(at, error);
  const predicted = predictedPoints[1].data;
  return {
    predicted,
    moved: Float32Array.from(move(at.motion, 'point', predicted)),
    truth: truePoints[1].data,
  };
}

/** Change of the TM-score when the prediction moves. */
export function tmScoreDeviation(at: Situation): Promise<number> {
  const { predicted, moved, truth } = drawn(at, SMALL_ERROR);
  const score = (points: ArrayLike<number>) =>
    superpositionScores(points, truth, { mask: at.mask }).tmScore;
  return Promise.resolve(Math.abs(score(moved) - score(predicted)));
}

/** Largest change of any residue's lDDT when the prediction moves. */
export function lddtDeviation(at: Situation): Promise<number> {
  const { predicted, moved, truth } = drawn(at, LARGE_ERROR);
  const chain = (ca: ArrayLike<number>) => chainOf(ca, at.mask);
  const before = lddtCa(chain(predicted), chain(truth)).perResidue;
  const after = lddtCa(chain(moved), chain(truth)).perResidue;
  return Promise.resolve(difference(before, after));
}

/** A chain of alanines of which only CA is known. */
function chainOf(ca: ArrayLike<number>, mask: readonly number[]) {
  const atom14 = new Float32Array(mask.length * 42);
  const atom14Mask = new Float32Array(mask.length * 14);
  mask.forEach((isKnown, residue) => {
    atom14Mask[14 * residue + CA_SLOT] = isKnown;
    for (let axis = 0; axis < 3; axis++) {
      atom14[42 * residue + 3 * CA_SLOT + axis] = ca[3 * residue + axis]!;
    }
  });
  return {
    aatype: new Int32Array(mask.length),
    atom14,
    atom14Mask,
    chainIndex: new Int32Array(mask.length),
    residueIndex: Int32Array.from(mask.keys()),
  };
}
