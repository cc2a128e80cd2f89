import {
  concat,
  constant,
  expandAxis,
  full,
  greater,
  logSoftmax,
  maskedMean,
  multiply,
  negate,
  oneHot,
  reshape,
  subtract,
  sum,
} from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';

/**
 * Mean negative log-probability of the target classes.
 *
 * @param logits `[..., K]`
 * @param targets int32 `[...]` classes 0…K-1
 * @param mask `[...]` which to count
 * @returns scalar; 0 if nothing counts
 */
export function crossEntropy(logits: Tensor, targets: Tensor, mask: Tensor): Tensor {
  return softCrossEntropy(logits, oneHot(targets, logits.shape.at(-1)!), mask);
}

/**
 * Mean cross entropy against a distribution of targets.
 *
 * @param logits `[..., K]`
 * @param distribution `[..., K]` summing to 1 where `mask` counts
 * @param mask `[...]` which to count
 * @returns scalar; 0 if nothing counts
 */
export function softCrossEntropy(logits: Tensor, distribution: Tensor, mask: Tensor): Tensor {
  const each = negate(sum(multiply(logSoftmax(logits), distribution), -1)); // [...]
  return maskedMean(reshape(each, mask.shape), mask);
}

/**
 * One-hot rows of the bin that each value falls into.
 *
 * @param values `[...]`
 * @param limits rising upper limits of all bins but the last
 * @returns `[..., limits + 1]`
 */
export function oneHotBins(values: Tensor, limits: readonly number[]): Tensor {
  const isBeyond = greater(expandAxis(values, -1), constant(limits)); // [..., K - 1]
  const edge = (value: number) => full([...values.shape, 1], value);
  return subtract(concat([edge(1), isBeyond], -1), concat([isBeyond, edge(0)], -1));
}
