import { concat, multiply, slice, subtract } from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';

/**
 * Cross product of vectors.
 *
 * @param a `[..., 3]`
 * @param b `[..., 3]`
 */
export function cross(a: Tensor, b: Tensor): Tensor {
  const turned = (v: Tensor) => concat([slice(v, -1, 1, 3), slice(v, -1, 0, 1)], -1); // (y, z, x)
  return turned(subtract(multiply(a, turned(b)), multiply(turned(a), b)));
}
