import { describe, expect, it } from 'vitest';
import { alignedErrors, frameAlignedPointError } from '#loss/frame-aligned-error';
import { constant } from '#tensor/ops';
import { evaluate } from '../../helpers/reference-engine.js';

const IDENTITY = [1, 0, 0, 0, 1, 0, 0, 0, 1];
/** A quarter turn about z. */
const QUARTER = [0, -1, 0, 1, 0, 0, 0, 0, 1];
const POINTS = [
  [0, 0, 0],
  [3, 0, 0],
  [3, 4, 0],
];

/** One frame at the origin and three points. */
function body(points: readonly (readonly number[])[], rotation = IDENTITY, origin = [0, 0, 0]) {
  return {
    frames: {
      rotation: constant(rotation, [1, 1, 3, 3]),
      translation: constant(origin, [1, 1, 3]),
    },
    points: constant(points.flat(), [1, points.length, 3]),
  };
}
const shifted = (by: number) => POINTS.map(([x, y, z]) => [x! + by, y!, z!]);
const masks = (points: readonly number[] = [1, 1, 1]) => ({
  frameMask: constant([1], [1, 1]),
  pointMask: constant(points, [1, 3]),
});
const valueOf = (...[predicted, truth, options]: Parameters<typeof frameAlignedPointError>) =>
  evaluate([frameAlignedPointError(predicted, truth, options)], {})[0]![0]!;

describe('frame aligned point error', () => {
  it.each([
    [2.5, 0.25],
    [5, 0.5],
    [10, 1],
    [40, 1], // clamped
  ])('of a shift of %f Å is %f', (shift, loss) => {
    expect(valueOf(body(shifted(shift)), body(POINTS), masks())).toBeCloseTo(loss, 4);
  });

  it('of the same structure, turned and moved as a whole, is the 0.01 Å that keep its gradient finite', () => {
    const turned = POINTS.map(([x, y, z]) => [7 - y!, x! + 2, z! - 30]);
    const loss = valueOf(body(turned, QUARTER, [7, 2, -30]), body(POINTS), masks());
    expect(loss).toBeCloseTo(0.001, 6);
  });

  it('sees a turned frame on unmoved points', () => {
    // Points 0, 3 and 5 Å from the origin, a quarter turn apart: chords 0, 3√2, 5√2.
    const loss = valueOf(body(POINTS, QUARTER), body(POINTS), masks());
    expect(loss).toBeCloseTo((8 * Math.SQRT2) / 30, 3);
  });

  it('counts only what the masks mark', () => {
    const predicted = POINTS.map(([x, y, z], i) => [x! + (i === 1 ? 5 : 0), y!, z!]);
    expect(valueOf(body(predicted), body(POINTS), masks([1, 0, 1]))).toBeCloseTo(0.001, 6);
    expect(valueOf(body(predicted), body(POINTS), masks([0, 1, 0]))).toBeCloseTo(0.5, 4);
    expect(valueOf(body(predicted), body(POINTS), masks([0, 0, 0]))).toBe(0);
  });

  it('clamps and scales as it is told', () => {
    const options = { ...masks(), clamp: 30, scale: 20 };
    expect(valueOf(body(shifted(25)), body(POINTS), options)).toBeCloseTo(25 / 20, 4);
    expect(valueOf(body(shifted(45)), body(POINTS), options)).toBeCloseTo(30 / 20, 4);
  });
});

describe('aligned errors', () => {
  it('have a row for each point and a column for each frame', () => {
    const two = (x: ReturnType<typeof body>, rotations: number[], origins: number[]) => ({
      ...x,
      frames: {
        rotation: constant(rotations, [1, 2, 3, 3]),
        translation: constant(origins, [1, 2, 3]),
      },
    });
    const truth = two(body(POINTS), [...IDENTITY, ...IDENTITY], [0, 0, 0, 3, 0, 0]);
    const predicted = two(body(POINTS), [...IDENTITY, ...QUARTER], [0, 0, 0, 3, 0, 0]);
    const errors = alignedErrors(predicted, truth);
    expect(errors.shape).toEqual([1, 3, 2]);
    // Seen from the second frame, at (3, 0, 0) and turned: chords of 3, 0 and 4 Å arms.
    const want = [0, 3 * Math.SQRT2, 0, 0, 0, 4 * Math.SQRT2];
    expect(evaluate([errors], {})[0]!).toBeCloseToTensor(want, { atol: 0.011 });
  });
});
