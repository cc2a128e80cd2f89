import { atomOffset } from '#structure/backbone/torsion-chain';
import { cross, dihedral, dot, pointAt, subtract, type Vector3 } from '#structure/geometry/vector3';
import { CA_SLOT, C_SLOT, N_SLOT } from '#structure/residues/atoms';

/** One phi or psi: its place in `[N, 2]`, and where the coordinates of its four atoms start. */
interface BackboneTorsion {
  readonly index: number;
  readonly atoms: Quartet<number>;
}

/** Every phi and psi of a chain but the first phi and the last psi, which nothing spans. */
export function backboneTorsions(numResidues: number): BackboneTorsion[] {
  return Array.from({ length: Math.max(0, numResidues - 1) }, (_, i): BackboneTorsion[] => {
    const [next, c, nextN] = [i + 1, atomOffset(i, C_SLOT), atomOffset(i + 1, N_SLOT)];
    return [
      { index: 2 * i + 1, atoms: [atomOffset(i, N_SLOT), atomOffset(i, CA_SLOT), c, nextN] },
      { index: 2 * next, atoms: [c, nextN, atomOffset(next, CA_SLOT), atomOffset(next, C_SLOT)] },
    ];
  }).flat();
}

type Quartet<Value> = readonly [Value, Value, Value, Value];

function pointsOf(atoms: Quartet<number>, points: Float64Array): Quartet<Vector3> {
  const [a, b, c, d] = atoms;
  return [
    pointAt(points, a / 3),
    pointAt(points, b / 3),
    pointAt(points, c / 3),
    pointAt(points, d / 3),
  ];
}

/**
 * Measures torsions.
 *
 * @param angles `[N, 2]` radians, written where there is a torsion
 */
export function measureTorsions(
  torsions: readonly BackboneTorsion[],
  points: Float64Array,
  angles: Float64Array,
): void {
  for (const { index, atoms } of torsions) {
    const [a, b, c, d] = pointsOf(atoms, points);
    angles[index] = dihedral(a, b, c, d);
  }
}

/**
 * Hands the derivative of an energy by torsions on to the atoms.
 *
 * @param points `[N, 5, 3]` Å
 * @param byAngles `[N, 2]` derivative by the torsions
 * @param byAtoms `[N, 5, 3]` added to
 * @source Blondel & Karplus 1996, "New formulation for derivatives of torsion angles", equation 27
 */
export function addTorsionForces(
  torsions: readonly BackboneTorsion[],
  points: Float64Array,
  byAngles: Float64Array,
  byAtoms: Float64Array,
): void {
  for (const { index, atoms } of torsions) {
    const [a, b, c, d] = pointsOf(atoms, points);
    const [before, axis, after] = [subtract(b, a), subtract(c, b), subtract(d, c)];
    const [left, right] = [cross(before, axis), cross(axis, after)];
    const size = Math.sqrt(dot(axis, axis));
    const force = size * byAngles[index]!;
    const [outer, inner] = [-force / squareOf(left), force / squareOf(right)];
    const [back, ahead] = [dot(before, axis) / size ** 2, dot(after, axis) / size ** 2];
    for (let k = 0; k < 3; k++) {
      const [first, last] = [outer * left[k]!, inner * right[k]!];
      byAtoms[atoms[0] + k]! += first;
      byAtoms[atoms[1] + k]! += -(1 + back) * first + ahead * last;
      byAtoms[atoms[2] + k]! += back * first - (1 + ahead) * last;
      byAtoms[atoms[3] + k]! += last;
    }
  }
}

/** Å⁴; of real bonds it is about 3, of three atoms in a line, which no torsion turns about, it would be 0. */
const LEAST_SQUARE = 0.1;

function squareOf(normal: Vector3): number {
  return Math.max(LEAST_SQUARE, dot(normal, normal));
}
