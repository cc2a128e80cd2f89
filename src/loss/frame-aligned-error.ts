import type { Rigid } from '#geometry/rigid';
import {
  add,
  expandAxis,
  divide,
  matmul,
  minimum,
  multiply,
  reshape,
  sqrt,
  square,
  subtract,
  sum,
  transpose,
} from '#tensor/ops';
import { assertShape } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';

/** Added to squared distances so that they have a gradient at 0; Å². */
const EPSILON = 1e-4;

/** A structure, or the truth about it, as frames and points. */
export interface FramesAndPoints {
  /** `[B, F]` frames, Å */
  readonly frames: Rigid;
  /** `[B, P, 3]` Å */
  readonly points: Tensor;
}

/**
 * Every point in every frame: `Rᵢᵀ (xⱼ - tᵢ)`, as one product with all rotations side by side.
 *
 * @returns `[B, P, F, 3]`
 */
export function pointsInFrames({ frames, points }: FramesAndPoints): Tensor {
  const { B, F } = assertShape(frames.translation, ['B', 'F', 3], 'frames');
  const { P } = assertShape(points, [B, 'P', 3], 'points');
  const rotations = reshape(transpose(frames.rotation, [0, 2, 1, 3]), [B, 3, 3 * F]);
  const origins = sum(multiply(expandAxis(frames.translation, -1), frames.rotation), -2); // [B, F, 3]
  return subtract(reshape(matmul(points, rotations), [B, P, F, 3]), expandAxis(origins, 1));
}

/**
 * Distance of every point from where it should be, seen from every frame.
 *
 * @returns `[B, P, F]` Å; unchanged when either structure moves as a whole
 */
export function alignedErrors(predicted: FramesAndPoints, truth: FramesAndPoints): Tensor {
  const difference = subtract(pointsInFrames(predicted), pointsInFrames(truth));
  return sqrt(add(sum(square(difference), -1), EPSILON));
}

/** How {@link frameAlignedPointError} counts. */
export interface FapeOptions {
  /** `[B, F]` which frames count */
  readonly frameMask: Tensor;
  /** `[B, P]` which points count */
  readonly pointMask: Tensor;
  /** Errors beyond this count no more, Å; 10 where absent. */
  readonly clamp?: number;
  /** Unit of the result, Å; 10 where absent. */
  readonly scale?: number;
}

/**
 * Frame aligned point error: mean of {@link alignedErrors}, in units of `scale`.
 *
 * @returns scalar
 * @source AlphaFold2 SI Algorithm 28 "computeFAPE"
 */
export function frameAlignedPointError(
  predicted: FramesAndPoints,
  truth: FramesAndPoints,
  { frameMask, pointMask, clamp = 10, scale = 10 }: FapeOptions,
): Tensor {
  const errors = minimum(alignedErrors(predicted, truth), clamp);
  const mask = multiply(expandAxis(pointMask, 2), expandAxis(frameMask, 1)); // [B, P, F]
  return divide(sum(multiply(errors, mask)), add(multiply(sum(mask), scale), 1e-6));
}
