/** @file How losses, and the targets of confidence heads, move. */
import { rotationFromQuaternion } from '#geometry/rotation';
import { bondLoss, PEPTIDE_BOND } from '#loss/bond';
import {
  alignedErrors,
  frameAlignedPointError,
  type FramesAndPoints,
} from '#loss/frame-aligned-error';
import { lddtTarget } from '#loss/local-distance';
import { torsionLoss } from '#loss/torsion';
import { full } from '#tensor/ops';
import type { HostTensor, Tensor } from '#tensor/tensor';
import { SPREAD } from './geometry-layers.js';
import { layer, type MovingNumbers } from './layer.js';
import { maskNumbers } from './model-layers.js';
import type { Moves } from './motion.js';
import { blurred, distances, normals, unitRows, type Situation } from './situation.js';

/** How far predicted atoms lie from the true ones, Å: errors are then below the clamp of 10 Å and count. */
const ERROR = 2;
/** The same of the entries of quaternions. */
const TURN = 0.1;

/** A prediction near its truth; either may be what moves. */
function predictionAndTruth(at: Situation, moving: 'prediction' | 'truth', error = ERROR) {
  const points = normals(at.random, [1, at.mask.length, 3], SPREAD);
  const turns = unitRows(at.random, [1, at.mask.length, 4]);
  const as = (one: typeof moving, moves: Moves, numbers: HostTensor): MovingNumbers => [
    one === moving ? moves : 'fixed',
    numbers,
  ];
  return {
    predictedTurns: as('prediction', 'quaternion', normalised(blurred(at.random, turns, TURN))),
    predictedPoints: as('prediction', 'point', blurred(at.random, points, error)),
    trueTurns: as('truth', 'quaternion', turns),
    truePoints: as('truth', 'point', points),
    mask: maskNumbers(at),
  };
}

function normalised({ shape, data }: HostTensor): HostTensor {
  const length = (at: number) => Math.hypot(...data.subarray(at, at + 4));
  return { shape, data: data.map((x, i) => x / length(i - (i % 4))) };
}

const body = (turns: Tensor, points: Tensor): FramesAndPoints => ({
  frames: { rotation: rotationFromQuaternion(turns), translation: points },
  points,
});

export const FAPE = (['prediction', 'truth'] as const).map((moving) =>
  layer(
    `frame aligned point error, ${moving} moved`,
    (at) => predictionAndTruth(at, moving),
    ({ predictedTurns, predictedPoints, trueTurns, truePoints, mask }) => {
      const predicted = body(predictedTurns, predictedPoints);
      const truth = body(trueTurns, truePoints);
      const masks = { frameMask: mask, pointMask: mask };
      return {
        loss: ['fixed', frameAlignedPointError(predicted, truth, masks)],
        errors: ['fixed', alignedErrors(predicted, truth)],
      };
    },
  ),
);

/** Distances this close to where they begin to count may be rounded to the other side, Å. */
const MARGIN = 2e-4;
const LIMITS = [0.5, 1, 2, 4];
const RADIUS = 15;

/** As {@link predictionAndTruth}, drawn again until rounding cannot decide what counts. */
export function predictionClearOfLimits(at: Situation, error = ERROR) {
  for (;;) {
    const drawn = predictionAndTruth(at, 'prediction', error);
    const [predicted, truth] = [drawn.predictedPoints, drawn.truePoints].map(([, { data }]) =>
      distances(data),
    ) as [number[], number[]];
    const isClear = truth.every((distance, i) => {
      const deviation = Math.abs(distance - predicted[i]!);
      const nearest = Math.min(...LIMITS.map((limit) => Math.abs(deviation - limit)));
      return nearest > MARGIN && Math.abs(distance - RADIUS) > MARGIN;
    });
    if (isClear) return drawn;
  }
}

export const LDDT_TARGET = layer(
  'lDDT target',
  (at) => predictionClearOfLimits(at),
  ({ predictedPoints, truePoints, mask }) => ({
    lddt: ['fixed', lddtTarget(predictedPoints, truePoints, mask)],
  }),
);

export const BOND_LOSS = layer(
  'bond length loss',
  (at) => predictionAndTruth(at, 'prediction'),
  ({ predictedPoints, mask }) => ({
    loss: ['fixed', bondLoss(predictedPoints, predictedPoints, mask, PEPTIDE_BOND)],
  }),
);

export const TORSION_LOSS = layer(
  'torsion loss',
  ({ mask, random }) => {
    const truth = unitRows(random, [1, mask.length, 7, 2]);
    return { predicted: ['torsion', blurred(random, truth, TURN)], truth: ['fixed', truth] };
  },
  ({ predicted, truth }) => {
    const all = full(truth.shape.slice(0, -1), 1);
    const known = { sinCos: truth, alternative: truth, mask: all };
    return { loss: ['fixed', torsionLoss(predicted, predicted, known)] };
  },
);
