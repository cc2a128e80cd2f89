import { expect, it } from 'vitest';
import { addForce, noWrench } from '#structure/geometry/wrench';

it('forces add up, and so do their torques: arm times force, the arm from the pivot', () => {
  const wrench = noWrench();
  expect(wrench).toEqual({ force: new Float64Array(3), torque: new Float64Array(3) });
  const positions = Float64Array.of(99, 99, 99, 3, 5, 8, 6, 2, 4);
  const forces = Float64Array.of(99, 99, 99, 7, 11, 13, -2, 5, 3);
  addForce(wrench, positions, forces, 3, [1, 2, 3]);
  // (2, 3, 5) x (7, 11, 13)
  expect([...wrench.force]).toEqual([7, 11, 13]);
  expect([...wrench.torque]).toEqual([39 - 55, 35 - 26, 22 - 21]);
  addForce(wrench, positions, forces, 6, [1, 2, 3]);
  // (5, 0, 1) x (-2, 5, 3)
  expect([...wrench.force]).toEqual([5, 16, 16]);
  expect([...wrench.torque]).toEqual([-16 - 5, 9 - 2 - 15, 1 + 25]);
});
