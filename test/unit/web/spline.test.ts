import { describe, expect, it } from 'vitest';
import type { SecondaryStructure } from '#web/molecule/molecule';
import { hermiteFrames } from '#web/viewer/spline';
import { randomTensor } from '../../helpers/random.js';

type Xyz = readonly [number, number, number];

const at = (values: ArrayLike<number>, i: number): Xyz => [
  values[3 * i]!,
  values[3 * i + 1]!,
  values[3 * i + 2]!,
];
const sum = (...parts: readonly (readonly [number, Xyz])[]): Xyz =>
  [0, 1, 2].map((k) =>
    parts.reduce((total, [weight, vector]) => total + weight * vector[k as 0 | 1 | 2], 0),
  ) as unknown as Xyz;
const dot = (a: Xyz, b: Xyz) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const unit = (a: Xyz) => sum([1 / Math.sqrt(dot(a, a)), a]);
function expectNear(actual: Xyz, expected: Xyz): void {
  for (const k of [0, 1, 2] as const) expect(actual[k]).toBeCloseTo(expected[k], 4);
}

/** A point of a Bézier curve, by de Casteljau. */
const bezier = (controls: readonly Xyz[], t: number): Xyz =>
  controls.length === 1
    ? controls[0]!
    : bezier(
        controls.slice(1).map((next, i) => sum([1 - t, controls[i]!], [t, next])),
        t,
      );

function traceOf(kinds: readonly SecondaryStructure[], seed = 2) {
  const count = kinds.length;
  const numbers = randomTensor([6 * count], seed, [-9, 9]).data as Float32Array;
  return {
    residues: kinds.map((_, i) => i),
    kinds,
    points: numbers.slice(0, 3 * count),
    sides: numbers.slice(3 * count),
  };
}

describe('hermiteFrames', () => {
  it('is Catmull and Rom’s curve, with longer slopes in helices', () => {
    const trace = traceOf(['coil', 'strand', 'helix', 'helix', 'coil']);
    const steps = 6;
    const frames = hermiteFrames(trace, steps);
    expect(frames.points).toHaveLength(3 * (4 * steps + 1));
    const point = (i: number) => at(trace.points, i);
    const tensions = [0.5, 0.5, 0.9, 0.9, 0.5];
    // At the ends a step counts as two.
    const ways = [
      sum([2, point(1)], [-2, point(0)]),
      ...[1, 2, 3].map((i) => sum([1, point(i + 1)], [-1, point(i - 1)])),
      sum([2, point(4)], [-2, point(3)]),
    ];
    const slopes = ways.map((way, i) => sum([tensions[i]!, way]));
    for (let frame = 0; frame <= 4 * steps; frame++) {
      const i = Math.min(3, Math.floor(frame / steps));
      const t = frame / steps - i;
      const controls = [
        point(i),
        sum([1, point(i)], [1 / 3, slopes[i]!]),
        sum([1, point(i + 1)], [-1 / 3, slopes[i + 1]!]),
        point(i + 1),
      ];
      expectNear(at(frames.points, frame), bezier(controls, t));
      const hodograph = controls.slice(1).map((next, k) => sum([1, next], [-1, controls[k]!]));
      const tangent = unit(bezier(hodograph, t));
      expectNear(at(frames.tangents, frame), tangent);
      const side = sum([1 - t, at(trace.sides, i)], [t, at(trace.sides, i + 1)]);
      expectNear(at(frames.sides, frame), unit(sum([1, side], [-dot(side, tangent), tangent])));
    }
  });

  it('of two residues is a straight line at an even pace', () => {
    const trace = traceOf(['coil', 'coil']);
    const { points, tangents } = hermiteFrames(trace, 4);
    const [from, to] = [at(trace.points, 0), at(trace.points, 1)];
    for (let frame = 0; frame <= 4; frame++) {
      expectNear(at(points, frame), sum([1 - frame / 4, from], [frame / 4, to]));
      expectNear(at(tangents, frame), unit(sum([1, to], [-1, from])));
    }
  });

  it('of one residue, or of two in one place, is a frame along x', () => {
    const one = hermiteFrames(traceOf(['coil']), 4);
    expect(one.points).toEqual(traceOf(['coil']).points);
    expect([...one.tangents]).toEqual([1, 0, 0]);
    expect(one.sides[0]).toBeCloseTo(0, 6);
    expect(Math.hypot(...one.sides)).toBeCloseTo(1, 6);
    const twice = { ...traceOf(['coil', 'coil']), points: Float32Array.of(4, 5, 6, 4, 5, 6) };
    const { points, tangents } = hermiteFrames(twice, 2);
    expect([...points]).toEqual([4, 5, 6, 4, 5, 6, 4, 5, 6]);
    expect([...tangents].map(Math.abs)).toEqual([1, 0, 0, 1, 0, 0, 1, 0, 0]);
  });

  it('leaves a side that lies along the curve without a direction, and no NaN', () => {
    const trace = {
      ...traceOf(['coil', 'coil']),
      points: Float32Array.of(0, 0, 0, 3, 0, 0),
      sides: Float32Array.of(1, 0, 0, 1, 0, 0),
    };
    expect([...hermiteFrames(trace, 1).sides]).toEqual([0, 0, 0, 0, 0, 0]);
  });
});
