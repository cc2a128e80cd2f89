import { Color, CylinderGeometry, IcosahedronGeometry, Matrix4, Quaternion, Vector3 } from 'three';
import { elementColour } from '../molecule/elements.js';
import type { Molecule } from '../molecule/molecule.js';
import type { Instances } from './drawing.js';

/** Carbons take their residue's colour, all else the element's own. */
function writeTint(tints: Float32Array, at: number, element: string) {
  const { r, g, b } = new Color(elementColour(element));
  tints.set([r, g, b, element === 'C' ? 0 : 1], 4 * at);
}

const emptyInstances = (count: number): Omit<Instances, 'shape'> => ({
  matrices: new Float32Array(16 * count),
  residues: new Float32Array(count),
  atoms: new Float32Array(count),
  tints: new Float32Array(4 * count),
});

/**
 * A ball for every atom.
 *
 * @param radius Å, by element
 */
export function atomBalls(molecule: Molecule, radius: (element: string) => number): Instances {
  const { numAtoms, positions, elements, residueOfAtom } = molecule;
  const instances = emptyInstances(numAtoms);
  for (let atom = 0; atom < numAtoms; atom++) {
    const size = radius(elements[atom]!);
    const place = positions.subarray(3 * atom, 3 * atom + 3);
    instances.matrices.set(
      [size, 0, 0, 0, 0, size, 0, 0, 0, 0, size, 0, place[0]!, place[1]!, place[2]!, 1],
      16 * atom,
    );
    instances.residues[atom] = residueOfAtom[atom]!;
    instances.atoms[atom] = atom;
    writeTint(instances.tints, atom, elements[atom]!);
  }
  return { ...instances, shape: new IcosahedronGeometry(1, numAtoms > 6000 ? 2 : 3) };
}

/**
 * Two half cylinders for every bond, each in the colour of its atom.
 *
 * @param bonds `[B, 2]` atom indices
 * @param radius Å
 */
export function bondSticks(molecule: Molecule, bonds: Uint32Array, radius: number): Instances {
  const instances = emptyInstances(bonds.length);
  const [up, matrix, rotation] = [new Vector3(0, 1, 0), new Matrix4(), new Quaternion()];
  const [from, middle, direction, scale] = [0, 0, 0, 0].map(() => new Vector3());
  for (let end = 0; end < bonds.length; end++) {
    const [atom, partner] = [bonds[end]!, bonds[end ^ 1]!];
    from!.fromArray(molecule.positions, 3 * atom);
    middle!
      .fromArray(molecule.positions, 3 * partner)
      .add(from!)
      .multiplyScalar(0.5);
    direction!.copy(middle!).sub(from!);
    const half = direction!.length();
    rotation.setFromUnitVectors(up, direction!.divideScalar(half || 1));
    matrix.compose(
      from!.add(middle!).multiplyScalar(0.5),
      rotation,
      scale!.set(radius, half, radius),
    );
    matrix.toArray(instances.matrices, 16 * end);
    instances.residues[end] = molecule.residueOfAtom[atom]!;
    instances.atoms[end] = atom;
    writeTint(instances.tints, end, molecule.elements[atom]!);
  }
  return { ...instances, shape: new CylinderGeometry(1, 1, 1, 12, 1, true) };
}
