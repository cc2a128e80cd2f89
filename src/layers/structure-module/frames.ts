import type { Rigid } from '#geometry/rigid';
import { normaliseQuaternion, rotationFromQuaternion } from '#geometry/rotation';
import { constant, divide, input, multiply, stopGradient } from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';

/** Backbone frames while the structure module moves them; translations in units of its length scale. */
export interface BackboneFrames {
  /** `[B, N, 4]` of length 1 */
  readonly quaternion: Tensor;
  /** `[B, N, 3]` */
  readonly translation: Tensor;
}

/**
 * All residues at the origin, unturned.
 *
 * @source AlphaFold2 SI Algorithm 20 "StructureModule", line 4: the black-hole initialisation
 */
export function identityFrames(batch: number, numResidues: number): BackboneFrames {
  const quaternion = new Float32Array(batch * numResidues * 4);
  for (let i = 0; i < quaternion.length; i += 4) quaternion[i] = 1;
  return {
    quaternion: constant(quaternion, [batch, numResidues, 4]),
    translation: constant(new Float32Array(batch * numResidues * 3), [batch, numResidues, 3]),
  };
}

/**
 * Frames that are fed: inputs `startQuaternion` `[B, N, 4]` and `startTranslation` `[B, N, 3]`, Å.
 *
 * @param lengthScale Å in one unit of the result
 */
export function startFrames(
  batch: number,
  numResidues: number,
  lengthScale: number,
): BackboneFrames {
  return {
    quaternion: input('startQuaternion', [batch, numResidues, 4]),
    translation: divide(input('startTranslation', [batch, numResidues, 3]), lengthScale),
  };
}

/** The frames as rotation matrices. */
export function rigidOf({ quaternion, translation }: BackboneFrames): Rigid {
  return { rotation: rotationFromQuaternion(normaliseQuaternion(quaternion)), translation };
}

/** The frames in Å. */
export function scaleFrames(frames: BackboneFrames, scale: number): BackboneFrames {
  return { ...frames, translation: multiply(frames.translation, scale) };
}

/**
 * The frames, with no gradient through their rotations.
 *
 * @source AlphaFold2 SI Algorithm 20, line 20
 */
export function stopRotationGradient(frames: BackboneFrames): BackboneFrames {
  return { ...frames, quaternion: stopGradient(frames.quaternion) };
}
