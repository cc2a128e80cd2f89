import { add, expandAxis, multiply, square, subtract, sum } from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';
import { cross } from './vector.js';

/**
 * Squared distances from each point to each of others.
 *
 * @param points `[..., N, 3]`
 * @param others `[..., M, 3]`; the same points where absent
 * @returns `[..., N, M]` Å²
 */
export function squaredDistances(points: Tensor, others = points): Tensor {
  return sum(square(subtract(expandAxis(points, -2), expandAxis(others, -3))), -1);
}

/**
 * Where CB lies, or would lie in glycine, by ideal tetrahedral geometry.
 *
 * @param n `[..., 3]`
 * @param ca `[..., 3]`
 * @param c `[..., 3]`
 * @source ESMFold trunk: the virtual CB of its recycled distances
 */
export function virtualBeta(n: Tensor, ca: Tensor, c: Tensor): Tensor {
  const toCa = subtract(ca, n);
  const toC = subtract(c, ca);
  const terms = [
    multiply(cross(toCa, toC), -0.58273431),
    multiply(toCa, 0.56802827),
    multiply(toC, -0.54067466),
  ];
  return terms.reduce((position, term) => add(position, term), ca);
}
