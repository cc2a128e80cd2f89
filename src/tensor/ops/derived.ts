import type { Tensor } from '#tensor/tensor';
import { add, divide, erf, maximum, minimum, multiply, sqrt } from './elementwise.js';
import { sum } from './reduce.js';

/** `x²` */
export function square(x: Tensor): Tensor {
  return multiply(x, x);
}

/** `x` kept within `low` and `high`. */
export function clamp(x: Tensor, low: number, high: number): Tensor {
  return minimum(maximum(x, low), high);
}

/**
 * Gaussian error linear unit: `x Φ(x)`.
 *
 * @source Hendrycks & Gimpel 2016, exact form
 */
export function gelu(x: Tensor): Tensor {
  return multiply(multiply(x, 0.5), add(erf(multiply(x, Math.SQRT1_2)), 1));
}

/** Euclidean length of the last axis, `[..., 1]`; `epsilon` is added to the square so that it has a gradient at 0. */
export function norm(x: Tensor, epsilon: number): Tensor {
  return sqrt(add(sum(square(x), -1, { keepAxes: true }), epsilon));
}

/** Mean of the elements that `mask` (0 or 1, of `x`'s shape) keeps; 0 if it keeps none. */
export function maskedMean(x: Tensor, mask: Tensor): Tensor {
  return divide(sum(multiply(x, mask)), add(sum(mask), 1e-8));
}
