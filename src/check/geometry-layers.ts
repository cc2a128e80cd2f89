/** @file How the functions of `geometry/` move. */
import { squaredDistances, virtualBeta } from '#geometry/distance';
import {
  applyInverse,
  applyRigid,
  composeRigids,
  invertRigid,
  rigidFrom3Points,
  type Rigid,
} from '#geometry/rigid';
import {
  multiplyByVector,
  multiplyQuaternions,
  normaliseQuaternion,
  rotate,
  rotateBack,
  rotationFromQuaternion,
} from '#geometry/rotation';
import { cross } from '#geometry/vector';
import { multiply } from '#tensor/ops';
import type { Shape } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';
import { layer, type MovingNumbers, type MovingTensor } from './layer.js';
import { move, type Moves } from './motion.js';
import { normals, randomMotion, unitRows, type Situation } from './situation.js';

/** Spread of coordinates about their centre, Å: that of a protein of 100 residues. */
export const SPREAD = 12;
/** `[P, 3]` in each frame */
const IN_FRAME: Shape = [3, 3];

/** `[1, N, ...rest]` coordinates or directions. */
function vectors(at: Situation, moves: Moves, rest: Shape = [3]): MovingNumbers {
  return [moves, normals(at.random, [1, at.mask.length, ...rest], SPREAD)];
}

/** `[1, N, 4]` rotations. */
function quaternions(at: Situation, moves: Moves): MovingNumbers {
  return [moves, unitRows(at.random, [1, at.mask.length, 4])];
}

/** `[1, N]` frames that move with the molecule. */
export function movingFrames(at: Situation) {
  return { quaternion: quaternions(at, 'quaternion'), translation: vectors(at, 'point') };
}

/** The frames that such inputs are. */
export function rigid(inputs: Readonly<Record<'quaternion' | 'translation', Tensor>>): Rigid {
  return {
    rotation: rotationFromQuaternion(inputs.quaternion),
    translation: inputs.translation,
  };
}

/** Frames as results. */
export function frames({ rotation, translation }: Rigid): Record<string, MovingTensor> {
  return { rotation: ['rotation', rotation], translation: ['point', translation] };
}

const inFrames = (at: Situation) => ({
  ...movingFrames(at),
  local: vectors(at, 'fixed', IN_FRAME),
});

const directions = ({ mask, random }: Situation): MovingNumbers => [
  'direction',
  unitRows(random, [1, mask.length, 3]),
];

export const CROSS = layer(
  'cross product',
  (at) => ({ a: directions(at), b: directions(at) }),
  ({ a, b }) => ({ product: ['direction', cross(a, b)] }),
);

export const QUATERNIONS = [
  layer(
    'rotation of a quaternion',
    (at) => ({ quaternion: quaternions(at, 'quaternion') }),
    ({ quaternion }) => ({ rotation: ['rotation', rotationFromQuaternion(quaternion)] }),
  ),
  layer(
    'quaternion of length 1',
    (at) => ({ quaternion: quaternions(at, 'quaternion') }),
    ({ quaternion }) => ({ unit: ['quaternion', normaliseQuaternion(multiply(quaternion, 3))] }),
  ),
  layer(
    'product of quaternions',
    (at) => ({ outer: quaternions(at, 'quaternion'), inner: quaternions(at, 'fixed') }),
    ({ outer, inner }) => ({ product: ['quaternion', multiplyQuaternions(outer, inner)] }),
  ),
  layer(
    'product with a pure quaternion',
    (at) => ({
      quaternion: quaternions(at, 'quaternion'),
      vector: ['fixed', normals(at.random, [1, at.mask.length, 3])],
    }),
    ({ quaternion, vector }) => ({ product: ['quaternion', multiplyByVector(quaternion, vector)] }),
  ),
];

/** What moves along. */
export const TURNS = [
  layer('turn directions', inFrames, ({ local, ...frame }) => ({
    turned: ['direction', rotate(rigid(frame).rotation, local)],
  })),
  layer('points out of frames', inFrames, ({ local, ...frame }) => ({
    points: ['point', applyRigid(rigid(frame), local)],
  })),
  layer(
    'frames in frames',
    (at) => ({
      ...movingFrames(at),
      innerQuaternion: quaternions(at, 'fixed'),
      innerTranslation: vectors(at, 'fixed'),
    }),
    ({ innerQuaternion, innerTranslation, ...frame }) => {
      const inner = rigid({ quaternion: innerQuaternion, translation: innerTranslation });
      return frames(composeRigids(rigid(frame), inner));
    },
  ),
];

const pointsAndFrames = (at: Situation) => ({
  ...movingFrames(at),
  points: vectors(at, 'point', IN_FRAME),
});

/** What stays the same. */
export const READINGS = [
  layer(
    'turn directions back',
    (at) => ({ ...movingFrames(at), directions: vectors(at, 'direction', IN_FRAME) }),
    ({ directions, ...frame }) => ({
      local: ['fixed', rotateBack(rigid(frame).rotation, directions)],
    }),
  ),
  layer('points into frames', pointsAndFrames, ({ points, ...frame }) => ({
    local: ['fixed', applyInverse(rigid(frame), points)],
  })),
  layer('inverse frames', pointsAndFrames, ({ points, ...frame }) => ({
    local: ['fixed', applyRigid(invertRigid(rigid(frame)), points)],
  })),
  layer(
    'squared distances',
    (at) => ({ points: vectors(at, 'point') }),
    ({ points }) => ({ squared: ['fixed', squaredDistances(points)] }),
  ),
];

/** A residue's backbone in a frame that is not its own, Å. */
const [N, CA, C] = [
  [-0.5, 1.4, 0.3],
  [0, 0, 0],
  [1.5, 0.2, 0],
] as const;

/** `[1, N, 3]` each: N, CA and C of residues that lie anywhere. */
function backbones({ mask, random }: Situation): Record<'n' | 'ca' | 'c', MovingNumbers> {
  const motions = mask.map(() => randomMotion(random));
  const atom = (local: readonly number[]): MovingNumbers => [
    'point',
    {
      shape: [1, mask.length, 3],
      data: Float32Array.from(motions.flatMap((motion) => [...move(motion, 'point', local)])),
    },
  ];
  return { n: atom(N), ca: atom(CA), c: atom(C) };
}

export const FRAMES_FROM_POINTS = layer('frames from three points', backbones, ({ n, ca, c }) =>
  frames(rigidFrom3Points(c, ca, n)),
);

export const VIRTUAL_BETA = layer('virtual CB', backbones, ({ n, ca, c }) => ({
  beta: ['point', virtualBeta(n, ca, c)],
}));
