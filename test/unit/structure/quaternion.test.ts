import { describe, expect, it } from 'vitest';
import { rotationFromQuaternion } from '#geometry/rotation';
import { quaternionOf } from '#structure/geometry/quaternion';
import { constant } from '#tensor/ops';
import { randomTensor } from '../../helpers/random.js';
import { evaluate } from '../../helpers/reference-engine.js';

const rotationOf = (quaternion: readonly number[]) =>
  evaluate([rotationFromQuaternion(constant([...quaternion], [4]))], {})[0]!;

function unit(quaternion: readonly number[]): number[] {
  const size = Math.hypot(...quaternion);
  return quaternion.map((x) => x / size);
}

describe('quaternionOf', () => {
  const random = randomTensor([20, 4], 1).data;
  const halfTurns = [
    [0, 1, 0, 0],
    [0, 0, 1, 0],
    [0, 0, 0, 1],
    [0, 0.6, 0, 0.8],
    [1e-4, -1, 0, 0],
  ];
  it.each([
    ...Array.from({ length: 20 }, (_, i) => [...random.subarray(4 * i, 4 * i + 4)]),
    ...halfTurns,
    [1, 0, 0, 0],
  ])('gives the rotation of (%f, %f, %f, %f) back', (...components) => {
    const rotation = rotationOf(unit(components));
    const quaternion = quaternionOf(rotation);
    expect(Math.hypot(...quaternion)).toBeCloseTo(1, 6);
    expect(quaternion[0]).toBeGreaterThanOrEqual(0);
    for (const [k, x] of rotationOf(quaternion).entries()) expect(x).toBeCloseTo(rotation[k]!, 5);
  });
});
