/** @file The backbone as hydrogen bonds see it: N, CA, C, O and the amide H, in flat doubles. */
import { PROLINE } from '#sequence/amino-acids';
import { distance, normalize, pointAt, subtract } from '#structure/geometry/vector3';
import { CA_SLOT, C_SLOT, N_SLOT, O_SLOT } from '#structure/residues/atoms';
import { countResidues, hasAtom, type ResidueAtoms } from '#structure/residues/residue-atoms';

/** Å; a longer C-N distance is a break in the chain. */
const LONGEST_PEPTIDE_BOND = 2.5;

/** Backbone atoms of the residues that have all four of them. */
export interface Backbone {
  readonly count: number;
  /** `[count]` which residue of the structure each is. */
  readonly residue: Int32Array;
  /** `[count, 3]` Å each; `h` lies on `n` where no hydrogen can be placed. */
  readonly n: Float64Array;
  readonly ca: Float64Array;
  readonly c: Float64Array;
  readonly o: Float64Array;
  readonly h: Float64Array;
  /** `[count]` 1 where a hydrogen was placed. */
  readonly canDonate: Uint8Array;
  /** `[count]` number of the unbroken stretch of chain. */
  readonly stretch: Int32Array;
}

/**
 * Gathers the backbone and puts each amide hydrogen 1 Å from N, opposite to the C=O before it.
 *
 * @param residues one structure; residues without N, CA, C or O are left out
 * @throws FoldError `STRUCTURE_MISMATCH` when the arrays disagree on N
 */
export function backboneOf(residues: ResidueAtoms): Backbone {
  const numResidues = countResidues(residues);
  const complete = Array.from({ length: numResidues }, (_, i) => i).filter((i) =>
    [N_SLOT, CA_SLOT, C_SLOT, O_SLOT].every((slot) => hasAtom(residues, i, slot)),
  );
  const count = complete.length;
  const gather = (slot: number): Float64Array =>
    Float64Array.from(complete.flatMap((i) => pointAt(residues.atom14, 14 * i + slot)));
  const [n, ca, c, o] = [gather(N_SLOT), gather(CA_SLOT), gather(C_SLOT), gather(O_SLOT)];
  const h = n.slice();
  const canDonate = new Uint8Array(count);
  const stretch = new Int32Array(count);
  for (let i = 1; i < count; i++) {
    const isJoined =
      residues.chainIndex[complete[i]!] === residues.chainIndex[complete[i - 1]!] &&
      distance(pointAt(c, i - 1), pointAt(n, i)) <= LONGEST_PEPTIDE_BOND;
    stretch[i] = stretch[i - 1]! + Number(!isJoined);
    if (!isJoined || residues.aatype[complete[i]!] === PROLINE) continue;
    const away = normalize(subtract(pointAt(c, i - 1), pointAt(o, i - 1)));
    for (let axis = 0; axis < 3; axis++) h[3 * i + axis]! += away[axis]!;
    canDonate[i] = 1;
  }
  return { count, residue: Int32Array.from(complete), n, ca, c, o, h, canDonate, stretch };
}
