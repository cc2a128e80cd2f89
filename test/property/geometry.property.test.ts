import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyInverse,
  applyRigid,
  composeRigids,
  invertRigid,
  rigidFrom3Points,
  type Rigid,
} from '#geometry/rigid';
import { multiplyQuaternions, rotationFromQuaternion } from '#geometry/rotation';
import { rotationAboutX } from '#geometry/torsion';
import { constant, matmul, multiply } from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';
import { evaluate } from '../helpers/reference-engine.js';
import { motions } from '../helpers/situations.js';

const IDENTITY = [1, 0, 0, 0, 1, 0, 0, 0, 1];
/** Inputs are float32, so that unit quaternions are off by 1e-7; all else is float64. */
const ROUNDING = { atol: 1e-6, rtol: 0 };
/** The same on coordinates of a few hundred Å. */
const ANGSTROM = { atol: 1e-4, rtol: 0 };

const valuesOf = (tensor: Tensor) => evaluate([tensor], {})[0]!;
const coordinates = fc.array(fc.double({ min: -50, max: 50, noNaN: true }), {
  minLength: 6,
  maxLength: 6,
});
const points = coordinates.map((numbers) => constant(numbers, [2, 3]));
const quaternions = motions.map(({ quaternion }) => constant([...quaternion]));
const rigids = motions.map(({ quaternion, translation }): Rigid => ({
  rotation: rotationFromQuaternion(constant([...quaternion])),
  translation: constant([...translation]),
}));

function determinant([a, b, c, d, e, f, g, h, i]: Float64Array): number {
  return a! * (e! * i! - f! * h!) - b! * (d! * i! - f! * g!) + c! * (d! * h! - e! * g!);
}

function expectRotation(rotation: Tensor): void {
  const square = matmul(rotation, rotation, { transposeB: true });
  expect(valuesOf(square)).toBeCloseToTensor(IDENTITY, ROUNDING);
  expect(determinant(valuesOf(rotation))).toBeCloseTo(1, 5);
}

describe('rotations', () => {
  it('of unit quaternions are orthonormal with determinant +1', () => {
    fc.assert(
      fc.property(quaternions, (quaternion) => {
        expectRotation(rotationFromQuaternion(quaternion));
      }),
    );
  });

  it('are the same of q and -q', () => {
    fc.assert(
      fc.property(quaternions, (quaternion) => {
        const opposite = rotationFromQuaternion(multiply(quaternion, -1));
        const values = valuesOf(rotationFromQuaternion(quaternion));
        expect(valuesOf(opposite)).toBeCloseToTensor(values, ROUNDING);
      }),
    );
  });

  it('of a product of quaternions are the product of rotations', () => {
    fc.assert(
      fc.property(quaternions, quaternions, (a, b) => {
        const ofProduct = rotationFromQuaternion(multiplyQuaternions(a, b));
        const product = matmul(rotationFromQuaternion(a), rotationFromQuaternion(b));
        expect(valuesOf(ofProduct)).toBeCloseToTensor(valuesOf(product), ROUNDING);
      }),
    );
  });

  it('about x add their angles', () => {
    const angle = fc.double({ min: -Math.PI, max: Math.PI, noNaN: true });
    const about = (radians: number) =>
      rotationAboutX(constant([Math.sin(radians), Math.cos(radians)]));
    fc.assert(
      fc.property(angle, angle, (a, b) => {
        const product = valuesOf(matmul(about(a), about(b)));
        expect(product).toBeCloseToTensor(valuesOf(about(a + b)), ROUNDING);
      }),
    );
  });
});

describe('frames', () => {
  it('compose: applying both is applying one after the other', () => {
    fc.assert(
      fc.property(rigids, rigids, points, (outer, inner, x) => {
        const inTurn = applyRigid(outer, applyRigid(inner, x));
        const atOnce = applyRigid(composeRigids(outer, inner), x);
        expect(valuesOf(atOnce)).toBeCloseToTensor(valuesOf(inTurn), ANGSTROM);
      }),
    );
  });

  it('compose in any grouping', () => {
    fc.assert(
      fc.property(rigids, rigids, rigids, points, (a, b, c, x) => {
        const left = composeRigids(composeRigids(a, b), c);
        const right = composeRigids(a, composeRigids(b, c));
        const want = valuesOf(applyRigid(right, x));
        expect(valuesOf(applyRigid(left, x))).toBeCloseToTensor(want, ANGSTROM);
      }),
    );
  });

  it('are undone by applyInverse and by their inverse alike', () => {
    fc.assert(
      fc.property(rigids, points, (rigid, x) => {
        const there = applyRigid(rigid, x);
        expect(valuesOf(applyInverse(rigid, there))).toBeCloseToTensor(valuesOf(x), ANGSTROM);
        const back = applyRigid(invertRigid(rigid), there);
        expect(valuesOf(back)).toBeCloseToTensor(valuesOf(x), ANGSTROM);
      }),
    );
  });

  it('from three points have the first on +x and the last in the upper xy-plane', () => {
    const spread = fc
      .array(fc.integer({ min: -20, max: 20 }), { minLength: 9, maxLength: 9 })
      .map((numbers) => [0, 3, 6].map((at) => numbers.slice(at, at + 3)))
      .filter(([a, b, c]) => areaOf(a!, b!, c!) > 1);
    fc.assert(
      fc.property(spread, ([onX, origin, inPlane]) => {
        const rigid = rigidFrom3Points(constant(onX!), constant(origin!), constant(inPlane!));
        expectRotation(rigid.rotation);
        const three = constant([...onX!, ...origin!, ...inPlane!], [3, 3]);
        const local = valuesOf(applyInverse(rigid, three));
        expect(local[0]).toBeGreaterThan(0);
        expect([local[1]!, local[2]!]).toBeCloseToTensor([0, 0], ANGSTROM);
        expect(local.subarray(3, 6)).toBeCloseToTensor([0, 0, 0], ANGSTROM);
        expect(local[7]).toBeGreaterThan(0);
        expect(local[8]).toBeCloseTo(0, 4);
      }),
    );
  });
});

/** Twice the area of a triangle. */
function areaOf(a: readonly number[], b: readonly number[], c: readonly number[]): number {
  const [u, v] = [a, c].map((point) => point.map((x, axis) => x - b[axis]!)) as [
    number[],
    number[],
  ];
  const normal = [1, 2, 0].map((next, axis) => {
    const last = [2, 0, 1][axis]!;
    return u[next]! * v[last]! - u[last]! * v[next]!;
  });
  return Math.hypot(...normal);
}
