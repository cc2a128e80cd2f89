import {
  multiplyQuaternions,
  normaliseQuaternion,
  rotate,
  rotationFromQuaternion,
} from '#geometry/rotation';
import {
  ANGLE_CA_C_N,
  ANGLE_C_N_CA,
  ANGLE_N_CA_C,
  LENGTH_CA_C,
  LENGTH_C_N,
  LENGTH_N_CA,
} from '#structure/backbone/backbone-geometry';
import {
  add,
  concat,
  constant,
  divide,
  expandAxis,
  greater,
  maximum,
  multiply,
  pad,
  select,
  slice,
  sqrt,
  subtract,
  sum,
} from '#tensor/ops';
import { assertShape } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';
import { identityFrames, type BackboneFrames } from './frames.js';

/** A step along x. */
function step(length: number): BackboneFrames {
  return { quaternion: constant([1, 0, 0, 0]), translation: constant([length, 0, 0]) };
}

/** Turns x onto the next bond, which makes this angle with the last. */
function bend(angle: number): BackboneFrames {
  const half = (Math.PI - angle) / 2;
  return {
    quaternion: constant([Math.cos(half), 0, 0, Math.sin(half)]),
    translation: constant([0, 0, 0]),
  };
}

/** A trans peptide bond's half turn about x. */
const TRANS: BackboneFrames = {
  quaternion: constant([0, 1, 0, 0]),
  translation: constant([0, 0, 0]),
};

/**
 * A rotation about x.
 *
 * @param sinCos `[..., 2]`
 */
function turn(sinCos: Tensor): BackboneFrames {
  const [sin, cos] = [slice(sinCos, -1, 0, 1), slice(sinCos, -1, 1, 2)];
  const half = (x: Tensor) => sqrt(multiply(maximum(x, 0), 0.5));
  const sinHalf = multiply(half(subtract(1, cos)), select(greater(sin, 0), 1, -1));
  const quaternion = concat([half(add(1, cos)), pad(sinHalf, -1, 0, 2)], -1);
  return { quaternion, translation: multiply(slice(quaternion, -1, 0, 3), 0) };
}

/** The frame that applies `inner`, then `outer`; leading axes broadcast. */
function compose(outer: BackboneFrames, inner: BackboneFrames): BackboneFrames {
  const moved = rotate(rotationFromQuaternion(outer.quaternion), expandAxis(inner.translation, -2));
  return {
    quaternion: multiplyQuaternions(outer.quaternion, inner.quaternion),
    translation: add(outer.translation, sum(moved, -2)),
  };
}

/**
 * Backbone frames of a chain with ideal bonds and trans peptides and the given torsions, the first at the origin.
 * Residue i stands in the frame of the first by the product of all steps up to it, taken in log N rounds.
 *
 * @param torsions `[B, N, 2, 2]` (sin, cos) of phi and psi
 * @param lengthScale Å in one unit of the result
 * @returns `[B, N]` frames
 */
export function chainFrames(torsions: Tensor, lengthScale: number): BackboneFrames {
  const { B, N: count } = assertShape(torsions, ['B', 'N', 2, 2], 'torsions');
  const first = identityFrames(B, 1);
  if (count === 1) return first;
  const ofTorsion = (index: number, start: number, end: number) =>
    turn(sum(slice(slice(torsions, 1, start, end), 2, index, index + 1), 2)); // [B, N - 1]
  const [phi, psi] = [ofTorsion(0, 1, count), ofTorsion(1, 0, count - 1)];
  const steps = [
    step(LENGTH_CA_C),
    psi,
    bend(ANGLE_CA_C_N),
    step(LENGTH_C_N),
    TRANS,
    bend(ANGLE_C_N_CA),
    step(LENGTH_N_CA),
    phi,
    bend(ANGLE_N_CA_C),
  ].reduce(compose);
  let frames = join(first, steps);
  for (let reach = 1; reach < count; reach *= 2) {
    const moved = compose(cut(frames, 0, count - reach), cut(frames, reach, count));
    frames = join(cut(frames, 0, reach), moved);
  }
  return {
    quaternion: normaliseQuaternion(frames.quaternion),
    translation: divide(frames.translation, lengthScale),
  };
}

function cut({ quaternion, translation }: BackboneFrames, start: number, end: number) {
  return {
    quaternion: slice(quaternion, 1, start, end),
    translation: slice(translation, 1, start, end),
  };
}

function join(a: BackboneFrames, b: BackboneFrames): BackboneFrames {
  return {
    quaternion: concat([a.quaternion, b.quaternion], 1),
    translation: concat([a.translation, b.translation], 1),
  };
}
