import { multiplyByVector, normaliseQuaternion, rotate } from '#geometry/rotation';
import { linearLayer } from '#layers/elementary';
import type { Parameters } from '#layers/parameters';
import { add, expandAxis, slice, sum } from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';
import { rigidOf, type BackboneFrames } from './frames.js';

/**
 * Moves each frame by a rotation and a step that its residue's state gives, both in the frame itself.
 *
 * @param single `[B, N, cS]`
 * @source AlphaFold2 SI Algorithm 23 "BackboneUpdate"
 */
export function backboneUpdate(
  parameters: Parameters,
  single: Tensor,
  frames: BackboneFrames,
): BackboneFrames {
  const update = linearLayer(parameters.within('linear'), single, 6, { start: 'zeros' });
  const turn = multiplyByVector(frames.quaternion, slice(update, -1, 0, 3));
  const step = rotate(rigidOf(frames).rotation, expandAxis(slice(update, -1, 3, 6), -2));
  return {
    quaternion: normaliseQuaternion(add(frames.quaternion, turn)),
    translation: add(frames.translation, sum(step, -2)),
  };
}
