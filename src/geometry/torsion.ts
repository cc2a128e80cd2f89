import { add, constant, matmul, reshape } from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';

/** What sin (first row) and cos (second row) of an angle add to each entry of a rotation about x. */
const ENTRIES_OF_ANGLE = constant(
  [
    [0, 0, 0, 0, 0, -1, 0, 1, 0],
    [0, 0, 0, 0, 1, 0, 0, 0, 1],
  ].flat(),
  [2, 9],
);
/** The entry of a rotation about x that no angle changes. */
const FIXED_ENTRY = constant([1, 0, 0, 0, 0, 0, 0, 0, 0]);

/**
 * Rotations about the x-axis.
 *
 * @param sinCos `[..., 2]` sine and cosine, of length 1
 * @returns `[..., 3, 3]`
 * @source AlphaFold2 SI Algorithm 25 "makeRotX"
 */
export function rotationAboutX(sinCos: Tensor): Tensor {
  const entries = add(matmul(reshape(sinCos, [-1, 2]), ENTRIES_OF_ANGLE), FIXED_ENTRY);
  return reshape(entries, [...sinCos.shape.slice(0, -1), 3, 3]);
}
