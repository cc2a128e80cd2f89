import { findAtom, representativeAtom, type Molecule } from '../molecule/molecule.js';

/**
 * Distances between pseudo-betas: CB, or CA for glycine.
 *
 * @returns `[N, N]` Å; NaN where a residue has no atoms
 */
export function pseudoBetaDistances(molecule: Molecule): Float32Array {
  const { numResidues, positions } = molecule;
  const atoms = Array.from({ length: numResidues }, (_, residue) => {
    const beta = findAtom(molecule, residue, 'CB');
    return beta >= 0 ? beta : representativeAtom(molecule, residue);
  });
  const distances = new Float32Array(numResidues * numResidues).fill(Number.NaN);
  for (let i = 0; i < numResidues; i++)
    for (let j = 0; j < numResidues; j++) {
      const [a, b] = [3 * atoms[i]!, 3 * atoms[j]!];
      if (a < 0 || b < 0) continue;
      distances[i * numResidues + j] = Math.hypot(
        positions[a]! - positions[b]!,
        positions[a + 1]! - positions[b + 1]!,
        positions[a + 2]! - positions[b + 2]!,
      );
    }
  return distances;
}
