import { angle, distance, pointAt, type Vector3 } from '#structure/geometry/vector3';
import { PEPTIDE_BOND } from '#structure/residues/residue-geometry.generated';
import { ATOM14_LOCAL_POSITIONS } from '#structure/residues/rigid-groups';
import { nextAtom } from './next-atom.js';

/** Alanine's N, CA and C: the first residue, and the bonds of all others. */
const [N, CA, C] = [0, 1, 2].map((atom) => pointAt(ATOM14_LOCAL_POSITIONS, atom)) as [
  Vector3,
  Vector3,
  Vector3,
];

/**
 * N, CA and C of a chain of trans peptides, laid atom by atom.
 *
 * @param torsions phi and psi of each residue, radians
 * @source Parsons et al. 2005, natural extension reference frame
 */
export function chainPositions(
  torsions: readonly { readonly phi: number; readonly psi: number }[],
): Vector3[] {
  const atoms: Vector3[] = [N, CA, C];
  for (let i = 1; i < torsions.length; i++) {
    const bonds = [
      [PEPTIDE_BOND.length[0], Math.acos(PEPTIDE_BOND.cosineCaCN[0]), torsions[i - 1]!.psi],
      [distance(N, CA), Math.acos(PEPTIDE_BOND.cosineCNCa[0]), Math.PI],
      [distance(CA, C), angle(N, CA, C), torsions[i]!.phi],
    ] as const;
    for (const [length, bend, torsion] of bonds) {
      const [a, b, c] = atoms.slice(-3) as [Vector3, Vector3, Vector3];
      atoms.push(nextAtom([a, b, c], length, bend, torsion));
    }
  }
  return atoms;
}
