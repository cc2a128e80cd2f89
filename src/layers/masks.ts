import { multiply, subtract } from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';

/** Far below any logit, yet far from overflow. */
const MINUS_INFINITY = -1e9;

/**
 * What to add to logits so that softmax gives nothing to masked entries.
 *
 * @param mask any shape; 1 = use, 0 = ignore
 */
export function maskBias(mask: Tensor): Tensor {
  return multiply(subtract(1, mask), MINUS_INFINITY);
}
