import { angle, dihedral, distance, pointAt } from '#structure/geometry/vector3';
import { chainOf, type Molecule } from '../molecule/molecule.js';

/** Two atoms have a distance, three an angle at the middle one, four a dihedral about the middle two. */
export interface Measurement {
  /** 2, 3 or 4 atom indices. */
  readonly atoms: readonly number[];
  readonly kind: 'distance' | 'angle' | 'dihedral';
  /** Å or degrees. */
  readonly value: number;
  /** Value with unit. */
  readonly text: string;
  /** What was measured, in words. */
  readonly title: string;
}

const DEGREES = 180 / Math.PI;

/** `A Ser 12 CA` */
function atomLabel(molecule: Molecule, atom: number): string {
  const residue = molecule.residueOfAtom[atom]!;
  const number = molecule.residueNumber[residue]!;
  return `${chainOf(molecule, residue)}/${molecule.residueNames[residue]!}${number}/${molecule.atomNames[atom]!}`;
}

/**
 * Measures 2, 3 or 4 atoms.
 *
 * @param atoms atom indices, in order
 * @returns undefined for any other number of atoms
 */
export function measure(molecule: Molecule, atoms: readonly number[]): Measurement | undefined {
  const points = atoms.map((atom) => pointAt(molecule.positions, atom));
  const [a, b, c, d] = points;
  const title = atoms.map((atom) => atomLabel(molecule, atom)).join(' – ');
  if (!a || !b || points.length > 4) return undefined;
  if (!c) {
    const value = distance(a, b);
    return { atoms, kind: 'distance', value, text: `${value.toFixed(2)} Å`, title };
  }
  const kind = d ? 'dihedral' : 'angle';
  const value = DEGREES * (d ? dihedral(a, b, c, d) : angle(a, b, c));
  return { atoms, kind, value, text: `${value.toFixed(1)}°`, title };
}
