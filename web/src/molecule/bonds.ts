import { covalentRadius } from './elements.js';
import { findAtom, type Molecule } from './molecule.js';

/** Bonded atoms are closer than the sum of their covalent radii and this much, Å. */
const SLACK = 0.45;
/** A peptide bond is 1.33 Å; anything longer than this is a chain break. */
const LONGEST_PEPTIDE_BOND = 2;

function squaredDistance({ positions }: Molecule, a: number, b: number): number {
  const [x, y, z] = [0, 1, 2].map((axis) => positions[3 * a + axis]! - positions[3 * b + axis]!);
  return x! * x! + y! * y! + z! * z!;
}

/** Does a peptide bond join `residue` to the one after it? */
export function isPeptideBonded(molecule: Molecule, residue: number): boolean {
  const next = residue + 1;
  if (molecule.chainIndex[residue] !== molecule.chainIndex[next]) return false; // or none is next
  const [carbon, nitrogen] = [findAtom(molecule, residue, 'C'), findAtom(molecule, next, 'N')];
  return (
    carbon >= 0 &&
    nitrogen >= 0 &&
    squaredDistance(molecule, carbon, nitrogen) < LONGEST_PEPTIDE_BOND ** 2
  );
}

/**
 * Bonds within residues by distance, and peptide bonds between them.
 *
 * @returns `[B, 2]` atom indices
 */
export function findBonds(molecule: Molecule): Uint32Array {
  const bonds: number[] = [];
  for (let residue = 0; residue < molecule.numResidues; residue++) {
    const [start, end] = [molecule.atomStart[residue]!, molecule.atomStart[residue + 1]!];
    for (let a = start; a < end; a++)
      for (let b = a + 1; b < end; b++) {
        const reach =
          covalentRadius(molecule.elements[a]!) + covalentRadius(molecule.elements[b]!) + SLACK;
        if (squaredDistance(molecule, a, b) < reach * reach) bonds.push(a, b);
      }
    if (isPeptideBonded(molecule, residue))
      bonds.push(findAtom(molecule, residue, 'C'), findAtom(molecule, residue + 1, 'N'));
  }
  return Uint32Array.from(bonds);
}
