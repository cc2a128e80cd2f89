import { Matrix4, Vector3 } from 'three';
import { topEigenvector } from '#structure/geometry/symmetric-eigen';
import type { Molecule } from '../molecule/molecule.js';

/** How a molecule is placed before the camera. */
export interface Pose {
  /** Moves the centroid to the origin, the longest axis to x, the next to y. */
  readonly matrix: Matrix4;
  /** Largest distance of an atom from the centroid, Å. */
  readonly radius: number;
  /** Largest distance of an atom from the plane in which the molecule turns, Å. */
  readonly halfHeight: number;
}

function centroidOf({ positions, numAtoms }: Molecule): Vector3 {
  const centroid = new Vector3();
  for (let atom = 0; atom < numAtoms; atom++)
    centroid.add(new Vector3().fromArray(positions, 3 * atom));
  return centroid.divideScalar(Math.max(1, numAtoms));
}

/** Direction in which the atoms spread most, at right angles to `except`. */
function principalAxis(molecule: Molecule, centroid: Vector3, except?: Vector3): Vector3 {
  const spread = new Float64Array(9);
  const offset = new Vector3();
  for (let atom = 0; atom < molecule.numAtoms; atom++) {
    offset.fromArray(molecule.positions, 3 * atom).sub(centroid);
    if (except) offset.addScaledVector(except, -offset.dot(except));
    const parts = offset.toArray();
    for (let i = 0; i < 3; i++)
      for (let j = 0; j < 3; j++) spread[3 * i + j]! += parts[i]! * parts[j]!;
  }
  return new Vector3().fromArray(topEigenvector(spread, 3));
}

/** The pose that shows a molecule at its broadest. */
export function broadestPose(molecule: Molecule): Pose {
  const centroid = centroidOf(molecule);
  const x = principalAxis(molecule, centroid);
  const second = principalAxis(molecule, centroid, x);
  const z = new Vector3().crossVectors(x, second);
  // all atoms on a line or in one point: any right angles will do
  if (z.lengthSq() < 1e-6)
    z.crossVectors(x, Math.abs(x.y) < 0.9 ? new Vector3(0, 1, 0) : new Vector3(1, 0, 0));
  z.normalize();
  const y = new Vector3().crossVectors(z, x);
  const matrix = new Matrix4().makeBasis(x, y, z).transpose();
  matrix.multiply(new Matrix4().makeTranslation(centroid.negate()));
  return widened({ matrix, radius: 5, halfHeight: 4 }, molecule);
}

/** The same pose, as wide as it takes to show another molecule too. */
export function widened({ matrix, radius, halfHeight }: Pose, molecule: Molecule): Pose {
  const place = new Vector3();
  for (let atom = 0; atom < molecule.numAtoms; atom++) {
    place.fromArray(molecule.positions, 3 * atom).applyMatrix4(matrix);
    radius = Math.max(radius, place.length());
    halfHeight = Math.max(halfHeight, Math.abs(place.y));
  }
  return { matrix, radius, halfHeight };
}
