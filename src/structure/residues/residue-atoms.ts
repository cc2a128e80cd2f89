import { FoldError } from '#errors';
import { pointAt } from '#structure/geometry/vector3';

/** Atoms of N residues over all chains, as models, files and data sets give them. */
export interface ResidueAtoms {
  /** `[N]` residue types 0-20. */
  readonly aatype: ArrayLike<number>;
  /** `[N, 14, 3]` Å; anything where the mask is 0. */
  readonly atom14: ArrayLike<number>;
  /** `[N, 14]` 1 where the atom is known. */
  readonly atom14Mask: ArrayLike<number>;
  /** `[N]` 0-based chain. */
  readonly chainIndex: ArrayLike<number>;
  /** `[N]` residue number; neighbours in a chain differ by 1, more means that residues are missing. */
  readonly residueIndex: ArrayLike<number>;
}

/**
 * Number of residues, after checking that all arrays agree on it.
 *
 * @param residues one structure
 * @throws FoldError `STRUCTURE_MISMATCH`
 */
export function countResidues(residues: ResidueAtoms): number {
  const numResidues = residues.aatype.length;
  const expected = { atom14: 42, atom14Mask: 14, chainIndex: 1, residueIndex: 1 };
  for (const [name, perResidue] of Object.entries(expected)) {
    const found = residues[name as keyof typeof expected].length;
    if (found !== numResidues * perResidue)
      throw new FoldError(
        'STRUCTURE_MISMATCH',
        `${name} must hold ${numResidues * perResidue} numbers for ${numResidues} residues, got ${found}`,
        { hint: 'pass arrays of one structure' },
      );
  }
  return numResidues;
}

/** Whether `residue` follows the one before it in its chain, so that a peptide bond joins them. */
export function followsPrevious(
  residues: Pick<ResidueAtoms, 'chainIndex' | 'residueIndex'>,
  residue: number,
): boolean {
  return (
    residue > 0 &&
    residues.chainIndex[residue] === residues.chainIndex[residue - 1] &&
    residues.residueIndex[residue]! - residues.residueIndex[residue - 1]! === 1
  );
}

/** Whether an atom14 slot is known. */
export function hasAtom(residues: ResidueAtoms, residue: number, slot: number): boolean {
  return residues.atom14Mask[14 * residue + slot]! > 0;
}

/** One point of each of N residues. */
export interface PointOfEach {
  /** `[N, 3]` Å; zero where unknown. */
  readonly positions: Float32Array;
  /** `[N]` 1 where the point is known. */
  readonly mask: Uint8Array;
}

/**
 * Where one atom of each residue lies.
 *
 * @param residues one structure
 * @param slotOf atom14 slot of the atom in a residue type
 * @throws FoldError `STRUCTURE_MISMATCH` when the arrays disagree on N
 */
export function atomPositions(
  residues: ResidueAtoms,
  slotOf: (aatype: number) => number,
): PointOfEach {
  const numResidues = countResidues(residues);
  const positions = new Float32Array(numResidues * 3);
  const mask = new Uint8Array(numResidues);
  for (let residue = 0; residue < numResidues; residue++) {
    const slot = slotOf(residues.aatype[residue]!);
    if (!hasAtom(residues, residue, slot)) continue;
    positions.set(pointAt(residues.atom14, 14 * residue + slot), 3 * residue);
    mask[residue] = 1;
  }
  return { positions, mask };
}
