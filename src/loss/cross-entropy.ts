import { logSoftmax, maskedMean, multiply, negate, oneHot, reshape, sum } from '#tensor/ops';
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
