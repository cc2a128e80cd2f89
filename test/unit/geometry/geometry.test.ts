import { describe, expect, it } from 'vitest';
import { squaredDistances, virtualBeta } from '#geometry/distance';
import {
  applyInverse,
  applyRigid,
  composeRigids,
  invertRigid,
  rigidFrom3Points,
} from '#geometry/rigid';
import {
  multiplyQuaternions,
  normaliseQuaternion,
  rotationFromQuaternion,
} from '#geometry/rotation';
import { rotationAboutX } from '#geometry/torsion';
import { cross } from '#geometry/vector';
import { ATOM14_LOCAL_POSITIONS } from '#structure/residues/rigid-groups';
import { constant } from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';
import { evaluate } from '../../helpers/reference-engine.js';

const valuesOf = (tensor: Tensor) => evaluate([tensor], {})[0]!;
const HALF = Math.SQRT1_2;
/** A quarter turn about z: x goes to y. */
const QUARTER_ABOUT_Z = [0, -1, 0, 1, 0, 0, 0, 0, 1];

describe('quaternions', () => {
  it.each([
    ['nothing', [1, 0, 0, 0], [1, 0, 0, 0, 1, 0, 0, 0, 1]],
    ['a half turn about x', [0, 1, 0, 0], [1, 0, 0, 0, -1, 0, 0, 0, -1]],
    ['a quarter turn about x', [HALF, HALF, 0, 0], [1, 0, 0, 0, 0, -1, 0, 1, 0]],
    ['a quarter turn about y', [HALF, 0, HALF, 0], [0, 0, 1, 0, 1, 0, -1, 0, 0]],
    ['a quarter turn about z', [HALF, 0, 0, HALF], QUARTER_ABOUT_Z],
  ])('stand for %s', (_, quaternion, matrix) => {
    expect(valuesOf(rotationFromQuaternion(constant(quaternion)))).toBeCloseToTensor(matrix);
  });

  it('multiply as i j = k, j k = i, k i = j, and not the other way round', () => {
    const [i, j, k] = [
      [0, 1, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 1],
    ] as const;
    const product = (a: readonly number[], b: readonly number[]) => [
      ...valuesOf(multiplyQuaternions(constant(a), constant(b))),
    ];
    expect(product(i, j)).toEqual(k);
    expect(product(j, k)).toEqual(i);
    expect(product(k, i)).toEqual(j);
    expect(valuesOf(multiplyQuaternions(constant(j), constant(i)))).toBeCloseToTensor([
      0, 0, 0, -1,
    ]);
    expect(product(i, i)[0]).toBe(-1);
  });

  it('are scaled to length 1, and what is zero stays finite', () => {
    const unit = normaliseQuaternion(constant([0, 3, 0, -4, 0, 0, 0, 0], [2, 4]));
    expect(valuesOf(unit)).toBeCloseToTensor([0, 0.6, 0, -0.8, 0, 0, 0, 0]);
  });
});

describe('frames', () => {
  const frame = {
    rotation: constant(QUARTER_ABOUT_Z, [3, 3]),
    translation: constant([10, 0, 0]),
  };
  const point = constant([1, 2, 3], [1, 3]);

  it('take local points out and global points in', () => {
    expect(valuesOf(applyRigid(frame, point))).toBeCloseToTensor([8, 1, 3]);
    expect(valuesOf(applyInverse(frame, constant([8, 1, 3], [1, 3])))).toBeCloseToTensor([1, 2, 3]);
  });

  it('compose from the inside out', () => {
    const shift = {
      rotation: constant([1, 0, 0, 0, 1, 0, 0, 0, 1], [3, 3]),
      translation: constant([0, 5, 0]),
    };
    expect(valuesOf(applyRigid(composeRigids(frame, shift), point))).toBeCloseToTensor([3, 1, 3]);
    expect(valuesOf(applyRigid(composeRigids(shift, frame), point))).toBeCloseToTensor([8, 6, 3]);
  });

  it('are undone by their inverses', () => {
    const none = composeRigids(invertRigid(frame), frame);
    expect(valuesOf(none.rotation)).toBeCloseToTensor([1, 0, 0, 0, 1, 0, 0, 0, 1]);
    expect(valuesOf(none.translation)).toBeCloseToTensor([0, 0, 0]);
  });

  it('come from three points: the first on +x, the last on the side of +y', () => {
    const { rotation, translation } = rigidFrom3Points(
      constant([4, 9, 4]),
      constant([4, 4, 4]),
      constant([-1, 5, 4]),
    );
    expect(valuesOf(rotation)).toBeCloseToTensor(QUARTER_ABOUT_Z);
    expect(valuesOf(translation)).toBeCloseToTensor([4, 4, 4]);
  });

  it('stay finite where points coincide', () => {
    const { rotation } = rigidFrom3Points(
      constant([1, 1, 1]),
      constant([1, 1, 1]),
      constant([1, 1, 1]),
    );
    expect(valuesOf(rotation).every(Number.isFinite)).toBe(true);
  });
});

describe('vectors and distances', () => {
  it('have the cross product of the right hand', () => {
    expect(valuesOf(cross(constant([1, 0, 0]), constant([0, 1, 0])))).toBeCloseToTensor([0, 0, 1]);
    expect(valuesOf(cross(constant([1, 2, 3]), constant([4, 5, 6])))).toBeCloseToTensor([
      -3, 6, -3,
    ]);
  });

  it('give squared distances of all pairs', () => {
    const squared = squaredDistances(constant([0, 0, 0, 3, 4, 0, 3, 4, 12], [3, 3]));
    expect(valuesOf(squared)).toBeCloseToTensor([0, 25, 169, 25, 0, 144, 169, 144, 0]);
  });

  it('put the virtual CB where alanine has its own', () => {
    const atom = (slot: number) =>
      constant(ATOM14_LOCAL_POSITIONS.subarray(3 * slot, 3 * slot + 3));
    // Slots N, CA, C, O, CB; the ideal CB of the tables differs by less than a tenth of an Å.
    const beta = virtualBeta(atom(0), atom(1), atom(2));
    const ideal = ATOM14_LOCAL_POSITIONS.subarray(12, 15);
    expect(valuesOf(beta)).toBeCloseToTensor(ideal, { atol: 0.1 });
  });

  it('turn about x by the right hand', () => {
    const turn = rotationAboutX(constant([1, 0])); // sin, cos of a quarter turn
    expect(valuesOf(turn)).toBeCloseToTensor([1, 0, 0, 0, 0, -1, 0, 1, 0]);
  });
});
