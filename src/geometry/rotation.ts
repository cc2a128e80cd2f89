import {
  add,
  concat,
  constant,
  divide,
  matmul,
  multiply,
  norm,
  reshape,
  slice,
  stack,
  subtract,
  unstack,
} from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';

/** Keeps the length of a quaternion from being zero. */
const EPSILON = 1e-12;

/**
 * Scales quaternions to length 1.
 *
 * @param quaternion `[..., 4]`
 */
export function normaliseQuaternion(quaternion: Tensor): Tensor {
  return divide(quaternion, norm(quaternion, EPSILON));
}

/**
 * Turns unit quaternions into rotation matrices that act on column vectors.
 *
 * @param quaternion `[..., 4]` as (w, x, y, z)
 * @returns `[..., 3, 3]` orthonormal, determinant +1
 * @source AlphaFold2 SI Algorithm 23 "BackboneUpdate", line 3
 */
export function rotationFromQuaternion(quaternion: Tensor): Tensor {
  const [w, x, y, z] = unstack(quaternion, -1) as [Tensor, Tensor, Tensor, Tensor]; // each [...]
  const twice = (a: Tensor, b: Tensor) => multiply(multiply(a, b), 2);
  const entries = [
    [
      subtract(1, add(twice(y, y), twice(z, z))),
      subtract(twice(x, y), twice(w, z)),
      add(twice(x, z), twice(w, y)),
    ],
    [
      add(twice(x, y), twice(w, z)),
      subtract(1, add(twice(x, x), twice(z, z))),
      subtract(twice(y, z), twice(w, x)),
    ],
    [
      subtract(twice(x, z), twice(w, y)),
      add(twice(y, z), twice(w, x)),
      subtract(1, add(twice(x, x), twice(y, y))),
    ],
  ].flat();
  return reshape(stack(entries, -1), [...quaternion.shape.slice(0, -1), 3, 3]);
}

/** Entry (4 i + j, k): what the product of quaternion units i and j adds to unit k. */
const HAMILTON_PRODUCT = constant(
  [
    [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1],
    [0, 1, 0, 0], [-1, 0, 0, 0], [0, 0, 0, 1], [0, 0, -1, 0],
    [0, 0, 1, 0], [0, 0, 0, -1], [-1, 0, 0, 0], [0, 1, 0, 0],
    [0, 0, 0, 1], [0, 0, 1, 0], [0, -1, 0, 0], [-1, 0, 0, 0],
  ].flat(),
  [16, 4],
); // prettier-ignore

/**
 * Hamilton product of quaternions.
 *
 * @param a `[..., 4]`
 * @param b `[..., 4]`
 * @returns `[..., 4]` the rotation that first turns by `b`, then by `a`
 */
export function multiplyQuaternions(a: Tensor, b: Tensor): Tensor {
  const outer = multiply(reshape(a, [...a.shape, 1]), reshape(b, [...b.shape.slice(0, -1), 1, 4])); // [..., 4, 4]
  const rows = reshape(outer, [-1, 16]);
  return reshape(matmul(rows, HAMILTON_PRODUCT), outer.shape.slice(0, -1));
}

/**
 * Product of quaternions with the pure quaternions (0, v).
 *
 * @param quaternion `[..., 4]`
 * @param vector `[..., 3]`
 */
export function multiplyByVector(quaternion: Tensor, vector: Tensor): Tensor {
  const zero = multiply(slice(vector, -1, 0, 1), 0);
  return multiplyQuaternions(quaternion, concat([zero, vector], -1));
}

/**
 * Rotates points.
 *
 * @param rotation `[..., 3, 3]`
 * @param points `[..., P, 3]`
 */
export function rotate(rotation: Tensor, points: Tensor): Tensor {
  return matmul(points, rotation, { transposeB: true });
}

/**
 * Rotates points back: applies the inverse, which is the transpose.
 *
 * @param rotation `[..., 3, 3]`
 * @param points `[..., P, 3]`
 */
export function rotateBack(rotation: Tensor, points: Tensor): Tensor {
  return matmul(points, rotation);
}
