import {
  add,
  concat,
  constant,
  cos,
  matmul,
  multiply,
  negate,
  reshape,
  sin,
  slice,
} from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';

/** Sines and cosines of position times frequency, `[T, D]`, the D/2 frequencies twice in a row. */
export interface RotaryAngles {
  readonly sin: Tensor;
  readonly cos: Tensor;
}

/** Frequencies that a new model starts with: `10000^(-2i/D)`. */
export function rotaryFrequencies(headChannels: number): Float32Array {
  return Float32Array.from(
    { length: headChannels / 2 },
    (_, i) => 10000 ** ((-2 * i) / headChannels),
  );
}

/**
 * Angles for positions 0 … T-1.
 *
 * @param frequencies `[D/2]`, taken from the checkpoint: published ones were rounded to half precision
 */
export function rotaryAngles(frequencies: Tensor, numTokens: number): RotaryAngles {
  const positions = constant(
    Float32Array.from({ length: numTokens }, (_, i) => i),
    [numTokens, 1],
  );
  const half = matmul(positions, reshape(frequencies, [1, -1])); // [T, D/2]
  const angles = concat([half, half], -1);
  return { sin: sin(angles), cos: cos(angles) };
}

/**
 * Turns each pair of channels (i, i + D/2) by its angle.
 *
 * @param x `[..., T, D]`
 * @source Su et al. 2021 "RoFormer"
 */
export function rotatePositions(x: Tensor, angles: RotaryAngles): Tensor {
  const half = x.shape.at(-1)! / 2;
  const turned = concat([negate(slice(x, -1, half, 2 * half)), slice(x, -1, 0, half)], -1);
  return add(multiply(x, angles.cos), multiply(turned, angles.sin));
}
