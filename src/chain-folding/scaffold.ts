import { rigidChainAt } from '#structure/backbone/rigid-chain';
import { atomOffset, CHAIN_ATOMS } from '#structure/backbone/torsion-chain';
import { dihedral, distance, pointAt } from '#structure/geometry/vector3';
import { CA_SLOT, C_SLOT, N_SLOT } from '#structure/residues/atoms';
import type { ScaffoldFrames } from '#structure/templates/template-scaffold';

/** Where some of a chain's N residues lie, as those of a relative do that has a known structure. */
export interface Scaffold {
  /** `[N, 5, 3]` N, CA, C, O and pseudo-beta, Å, of ideal shape; zeros where a residue is not known */
  readonly atoms: Float64Array;
  /** `[N]` 1 where a residue is known */
  readonly isKnown: Uint8Array;
  /** `[N]` 1 where more is known of it than its CA */
  readonly hasBackbone: Uint8Array;
}

/** The scaffold of frames. */
export function scaffoldOf(
  { rotations, origins, templateOf, hasBackbone }: ScaffoldFrames,
  aatype: ArrayLike<number>,
): Scaffold {
  const isKnown = Uint8Array.from(templateOf, (template) => Number(template >= 0));
  const { atoms } = rigidChainAt(rotations, origins, aatype);
  for (const [residue, known] of isKnown.entries())
    if (!known) atoms.fill(0, atomOffset(residue, 0), atomOffset(residue + 1, 0));
  return { atoms, isKnown, hasBackbone };
}

/** Å; C and N that lie further apart are not bonded. */
const LONGEST_BOND = 2;

/** Whether a residue and the one that follows are known, and bonded. */
function isJoined({ atoms, isKnown, hasBackbone }: Scaffold, residue: number): boolean {
  for (const one of [residue, residue + 1]) if (!isKnown[one] || !hasBackbone[one]) return false;
  const c = pointAt(atoms, CHAIN_ATOMS * residue + C_SLOT);
  return distance(c, pointAt(atoms, CHAIN_ATOMS * (residue + 1) + N_SLOT)) < LONGEST_BOND;
}

/**
 * Phi and psi of the residues whose neighbours are known too.
 *
 * @returns `[N, 2]` radians; NaN where they are not known
 */
export function scaffoldTorsions(scaffold: Scaffold): Float64Array {
  const { atoms, isKnown } = scaffold;
  const at = (residue: number, slot: number) => pointAt(atoms, CHAIN_ATOMS * residue + slot);
  const angles = new Float64Array(2 * isKnown.length).fill(NaN);
  for (let i = 0; i + 1 < isKnown.length; i++) {
    if (!isJoined(scaffold, i)) continue;
    const [n, ca, c] = [at(i, N_SLOT), at(i, CA_SLOT), at(i, C_SLOT)];
    const [nextN, nextCa, nextC] = [at(i + 1, N_SLOT), at(i + 1, CA_SLOT), at(i + 1, C_SLOT)];
    angles[2 * i + 1] = dihedral(n, ca, c, nextN);
    angles[2 * (i + 1)] = dihedral(c, nextN, nextCa, nextC);
  }
  return angles;
}

/** Å that two CA atoms lie apart at most for each bond between residues of a chain that is not stretched. */
const LONGEST_STEP = 3.4;
/** Å between CA atoms of neighbours: those of cis and of trans peptides, and some more. */
const NEIGHBOURS = { nearest: 3.4, furthest: 4.2 };

/** Residues that are freed at a gap at most: what they cannot close is left to be strained. */
const MOST_FREED = 10;

/**
 * A scaffold that leaves the chain enough residues to close every gap: where the relative has residues that the chain
 * lacks, the ends that are left lie too far apart, so the residues next to them are no longer counted as known.
 */
export function closableScaffold(scaffold: Scaffold): Scaffold {
  const isKnown = scaffold.isKnown.slice();
  const { atoms } = scaffold;
  const canClose = (left: number, right: number): boolean => {
    const apart = distance(
      pointAt(atoms, atomOffset(left, CA_SLOT) / 3),
      pointAt(atoms, atomOffset(right, CA_SLOT) / 3),
    );
    if (right - left > 1) return apart <= LONGEST_STEP * (right - left);
    return apart >= NEIGHBOURS.nearest && apart <= NEIGHBOURS.furthest;
  };
  let left = -1;
  for (let right = isKnown.indexOf(1); right >= 0; right = isKnown.indexOf(1, right + 1)) {
    for (let turn = 0; left >= 0 && turn < MOST_FREED && !canClose(left, right); turn++) {
      const next = isKnown.indexOf(1, right + 1);
      const freesRight = turn % 2 === 1 && next >= 0;
      isKnown[freesRight ? right : left] = 0;
      if (freesRight) right = next;
      else left = isKnown.lastIndexOf(1, left);
    }
    left = right;
  }
  return { ...scaffold, isKnown };
}
