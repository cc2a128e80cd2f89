import { ATOM14_TO_ATOM37, ATOM37_NAMES } from '#structure/residues/atoms';
import type { ResidueAtoms } from '#structure/residues/residue-atoms';
import { GAP_CODE } from './distinct-rows.js';

const NUM_ATOMS = ATOM37_NAMES.length;

/** A known structure, laid over the N residues of a query. */
export interface PlacedTemplate {
  /** `[N]` types 0-20 of the template's residues, 21 where none is aligned. */
  readonly aatype: Uint8Array;
  /** `[N, 37, 3]` Å; zero where the atom is unknown. */
  readonly atom37: Float32Array;
  /** `[N, 37]` 1 where the atom is known. */
  readonly atom37Mask: Uint8Array;
}

/**
 * Lays a structure over a query.
 *
 * @param residues M residues of the template
 * @param positions `[M]` 0-based residue of the query that each is aligned to; others are left out
 * @param numResidues N, of the query
 */
export function placeTemplate(
  residues: Pick<ResidueAtoms, 'aatype' | 'atom14' | 'atom14Mask'>,
  positions: ArrayLike<number>,
  numResidues: number,
): PlacedTemplate {
  const aatype = new Uint8Array(numResidues).fill(GAP_CODE);
  const atom37 = new Float32Array(numResidues * NUM_ATOMS * 3);
  const atom37Mask = new Uint8Array(numResidues * NUM_ATOMS);
  for (let residue = 0; residue < residues.aatype.length; residue++) {
    const position = positions[residue]!;
    if (!(position >= 0 && position < numResidues)) continue;
    aatype[position] = residues.aatype[residue]!;
    for (let slot = 0; slot < 14; slot++) {
      const from = 14 * residue + slot;
      if (!(residues.atom14Mask[from]! > 0)) continue;
      const to = position * NUM_ATOMS + ATOM14_TO_ATOM37[14 * aatype[position] + slot]!;
      atom37Mask[to] = 1;
      for (let axis = 0; axis < 3; axis++)
        atom37[3 * to + axis] = residues.atom14[3 * from + axis]!;
    }
  }
  return { aatype, atom37, atom37Mask };
}
