import { backboneFrames, type BackboneFrames } from '#structure/backbone/backbone-frames';
import type { ResidueAtoms } from '#structure/residues/residue-atoms';
import { momentsOf, type Moments } from './statistics.js';

/**
 * Predicted (x) against actual (y) aligned error over all ordered pairs of residues with known frames. The actual
 * error is cut at the largest that can be predicted.
 *
 * @param model predicted atoms
 * @param truth known atoms
 * @param prediction of `[N, N]` aligned errors, Å
 */
export function alignedErrorMoments(
  model: ResidueAtoms,
  truth: ResidueAtoms,
  prediction: { readonly pae: ArrayLike<number>; readonly maxPae: number },
): Moments {
  const [modelled, real] = [backboneFrames(model), backboneFrames(truth)];
  const residues = [...real.mask.keys()].filter((i) => real.mask[i] && modelled.mask[i]);
  const predicted = new Float32Array(residues.length ** 2);
  const actual = new Float32Array(residues.length ** 2);
  let pair = 0;
  for (const frame of residues) {
    for (const point of residues) {
      const [x, y, z] = localPoint(modelled, frame, point);
      const [u, v, w] = localPoint(real, frame, point);
      predicted[pair] = prediction.pae[frame * modelled.mask.length + point]!;
      actual[pair++] = Math.min(prediction.maxPae, Math.hypot(x - u, y - v, z - w));
    }
  }
  return momentsOf(predicted, actual);
}

/** CA of one residue in the frame of another. */
function localPoint(
  { rotation, translation }: BackboneFrames,
  frame: number,
  point: number,
): [number, number, number] {
  const offset = (k: number) => translation[3 * point + k]! - translation[3 * frame + k]!;
  const [dx, dy, dz] = [offset(0), offset(1), offset(2)];
  const along = (axis: number) =>
    rotation[9 * frame + axis]! * dx +
    rotation[9 * frame + 3 + axis]! * dy +
    rotation[9 * frame + 6 + axis]! * dz;
  return [along(0), along(1), along(2)];
}
