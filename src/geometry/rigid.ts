import {
  add,
  divide,
  expandAxis,
  matmul,
  multiply,
  norm,
  stack,
  subtract,
  sum,
  transpose,
} from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';
import { cross } from './vector.js';
import { rotate, rotateBack } from './rotation.js';

/** A frame: what takes local points to the global frame as `R x + t`. */
export interface Rigid {
  /** `[..., 3, 3]` */
  readonly rotation: Tensor;
  /** `[..., 3]` */
  readonly translation: Tensor;
}

/**
 * Moves points from each frame into the global frame: `R x + t`.
 *
 * @param rigid `[...]` frames
 * @param points `[..., P, 3]`
 */
export function applyRigid({ rotation, translation }: Rigid, points: Tensor): Tensor {
  return add(rotate(rotation, points), expandAxis(translation, -2));
}

/**
 * Moves global points into each frame: `Rᵀ (x - t)`.
 *
 * @param rigid `[...]` frames
 * @param points `[..., P, 3]`
 */
export function applyInverse({ rotation, translation }: Rigid, points: Tensor): Tensor {
  return rotateBack(rotation, subtract(points, expandAxis(translation, -2)));
}

/** The frame that applies `inner`, then `outer`: `R₁ R₂ x + R₁ t₂ + t₁`. */
export function composeRigids(outer: Rigid, inner: Rigid): Rigid {
  const moved = rotate(outer.rotation, expandAxis(inner.translation, -2));
  return {
    rotation: matmul(outer.rotation, inner.rotation),
    translation: add(sum(moved, -2), outer.translation),
  };
}

/** The frame that undoes another. */
export function invertRigid({ rotation, translation }: Rigid): Rigid {
  const axes = rotation.shape.map((_, axis) => axis);
  const swapped = [...axes.slice(0, -2), axes.at(-1)!, axes.at(-2)!];
  const moved = rotateBack(rotation, expandAxis(translation, -2));
  return { rotation: transpose(rotation, swapped), translation: multiply(sum(moved, -2), -1) };
}

/** Keeps directions finite where points coincide. */
const EPSILON = 1e-12;

/**
 * Frames from three points by Gram-Schmidt. A backbone frame is `rigidFrom3Points(C, CA, N)`.
 *
 * @param pointOnX `[..., 3]`
 * @param origin `[..., 3]`
 * @param pointOnXyPlane `[..., 3]` on the side of +y
 * @source AlphaFold2 SI Algorithm 21 "rigidFrom3Points"
 */
export function rigidFrom3Points(pointOnX: Tensor, origin: Tensor, pointOnXyPlane: Tensor): Rigid {
  const direction = (v: Tensor) => divide(v, norm(v, EPSILON));
  const x = direction(subtract(pointOnX, origin));
  const inPlane = subtract(pointOnXyPlane, origin);
  const alongX = sum(multiply(x, inPlane), -1, { keepAxes: true });
  const y = direction(subtract(inPlane, multiply(x, alongX)));
  const z = cross(x, y);
  return { rotation: stack([x, y, z], -1), translation: origin };
}
