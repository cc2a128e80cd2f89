import type { Vector3 } from './vector3.js';

/** What forces do to a body that moves as one: their sum, and the sum of their torques. */
export interface Wrench {
  readonly force: Float64Array;
  readonly torque: Float64Array;
}

/** No force at all. */
export function noWrench(): Wrench {
  return { force: new Float64Array(3), torque: new Float64Array(3) };
}

/**
 * Adds the force on one atom.
 *
 * @param wrench added to
 * @param positions of atoms
 * @param forces on them
 * @param at where the atom's numbers start in both
 * @param pivot that the torque is about
 */
export function addForce(
  wrench: Wrench,
  positions: Float64Array,
  forces: Float64Array,
  at: number,
  pivot: Vector3,
): void {
  const { force, torque } = wrench;
  const [fx, fy, fz] = [forces[at]!, forces[at + 1]!, forces[at + 2]!];
  const x = positions[at]! - pivot[0];
  const y = positions[at + 1]! - pivot[1];
  const z = positions[at + 2]! - pivot[2];
  force[0]! += fx;
  force[1]! += fy;
  force[2]! += fz;
  torque[0]! += y * fz - z * fy;
  torque[1]! += z * fx - x * fz;
  torque[2]! += x * fy - y * fx;
}
