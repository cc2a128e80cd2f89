import { squaredDistances } from '#geometry/distance';
import { INCLUSION_RADIUS, THRESHOLDS } from '#structure/comparison/lddt';
import {
  abs,
  add,
  constant,
  divide,
  expandAxis,
  greater,
  maskedMean,
  multiply,
  reshape,
  sigmoid,
  sqrt,
  subtract,
  sum,
} from '#tensor/ops';
import { assertShape } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';

/** Makes a residue without neighbours keep all of its distances. */
const EPSILON = 1e-6;

/**
 * lDDT of each CA against the truth, as a target for the confidence head.
 *
 * @param predicted `[B, N, 3]` Å
 * @param truth `[B, N, 3]` Å
 * @param mask `[B, N]`
 * @returns `[B, N]` 0-1, in steps that have no gradient; 1 for a residue without neighbours, 0 for a masked one
 * @source Mariani et al. 2013
 */
export function lddtTarget(predicted: Tensor, truth: Tensor, mask: Tensor): Tensor {
  const { B, N } = assertShape(predicted, ['B', 'N', 3], 'predicted');
  const { deviation, isCounted } = countedPairs(predicted, truth, mask);
  const missed = THRESHOLDS.map((threshold) => greater(deviation, threshold)).reduce(add);
  const kept = subtract(1, multiply(missed, 1 / THRESHOLDS.length));
  const score = add(sum(multiply(kept, isCounted), -1), EPSILON);
  const share = divide(score, add(sum(isCounted, -1), EPSILON));
  return multiply(reshape(share, [B, N]), mask);
}

/**
 * How much of lDDT is missing, softened so that it can be followed downhill.
 *
 * @param predicted `[B, N, 3]` Å
 * @param truth `[B, N, 3]` Å
 * @param mask `[B, N]`
 * @returns scalar 0-1, mean over pairs
 * @source AlphaFold 3 SI Algorithm 27 "SmoothLDDTLoss"
 */
export function smoothLddtLoss(predicted: Tensor, truth: Tensor, mask: Tensor): Tensor {
  const { deviation, isCounted } = countedPairs(predicted, truth, mask);
  const kept = THRESHOLDS.map((threshold) => sigmoid(subtract(threshold, deviation))).reduce(add);
  return subtract(1, maskedMean(multiply(kept, 1 / THRESHOLDS.length), isCounted));
}

/** `[B, N, N]` errors of distances in Å, and 1 for the pairs that lDDT counts. */
function countedPairs(predicted: Tensor, truth: Tensor, mask: Tensor) {
  const { N } = assertShape(predicted, ['B', 'N', 3], 'predicted');
  const distances = (points: Tensor) => sqrt(add(squaredDistances(points), EPSILON));
  const trueDistances = distances(truth);
  const others = constant(
    Float32Array.from({ length: N * N }, (_, i) => Number(i % (N + 1) !== 0)),
    [N, N],
  );
  const pairs = multiply(multiply(expandAxis(mask, 1), expandAxis(mask, 2)), others);
  const isCounted = multiply(greater(INCLUSION_RADIUS, trueDistances), pairs);
  return { deviation: abs(subtract(distances(predicted), trueDistances)), isCounted };
}
