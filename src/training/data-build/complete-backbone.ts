import { backboneFrames } from '#structure/backbone/backbone-frames';
import { carbonylOxygen } from '#structure/backbone/carbonyl-oxygen';
import { distance, pointAt, type Vector3 } from '#structure/geometry/vector3';
import { ATOM14_MASK, C_SLOT, CA_SLOT, CB_SLOT, N_SLOT, O_SLOT } from '#structure/residues/atoms';
import { hasAtom, type ResidueAtoms } from '#structure/residues/residue-atoms';
import { ATOM14_LOCAL_POSITIONS } from '#structure/residues/rigid-groups';

/** Å; the longest C to N that still is a peptide bond. */
const LONGEST_PEPTIDE_BOND = 2;

/** A chain's atoms that may be added to. */
export interface MutableAtoms extends ResidueAtoms {
  readonly atom14: Float32Array;
  readonly atom14Mask: Uint8Array;
}

/**
 * Adds CB and O, which the rest of the backbone determines, where they are missing: CB by ideal geometry, O in the
 * plane of the peptide bond that follows.
 */
export function completeBackbone(residues: MutableAtoms): void {
  const frames = backboneFrames(residues);
  const place = (residue: number, slot: number, point: Vector3) => {
    residues.atom14.set(point, 42 * residue + 3 * slot);
    residues.atom14Mask[14 * residue + slot] = 1;
  };
  for (let residue = 0; residue < residues.aatype.length; residue++) {
    if (!frames.mask[residue]) continue;
    const type = residues.aatype[residue]!;
    if (ATOM14_MASK[14 * type + CB_SLOT] && !hasAtom(residues, residue, CB_SLOT)) {
      const local = pointAt(ATOM14_LOCAL_POSITIONS, 14 * type + CB_SLOT);
      const row = (axis: number) =>
        frames.translation[3 * residue + axis]! +
        local.reduce((sum, x, k) => sum + frames.rotation[9 * residue + 3 * axis + k]! * x, 0);
      place(residue, CB_SLOT, [row(0), row(1), row(2)]);
    }
    const oxygen = hasAtom(residues, residue, O_SLOT) ? undefined : oxygenOf(residues, residue);
    if (oxygen) place(residue, O_SLOT, oxygen);
  }
}

function oxygenOf(residues: ResidueAtoms, residue: number): Vector3 | undefined {
  if (!isBondedToNext(residues, residue)) return undefined;
  const at = (i: number, slot: number) => pointAt(residues.atom14, 14 * i + slot);
  return carbonylOxygen(at(residue, CA_SLOT), at(residue, C_SLOT), at(residue + 1, N_SLOT));
}

/** Å; longest distance of neighbouring CA atoms, with room for error. */
const LONGEST_CA_STEP = 4.5;

/** Whether a peptide bond joins a residue with the next, by the distance of C and N, else of the CA atoms. */
export function isBondedToNext(residues: ResidueAtoms, residue: number): boolean {
  if (residue + 1 >= residues.aatype.length) return false;
  const near = (slot: number, nextSlot: number, limit: number) =>
    distance(
      pointAt(residues.atom14, 14 * residue + slot),
      pointAt(residues.atom14, 14 * (residue + 1) + nextSlot),
    ) <= limit;
  return hasAtom(residues, residue, C_SLOT) && hasAtom(residues, residue + 1, N_SLOT)
    ? near(C_SLOT, N_SLOT, LONGEST_PEPTIDE_BOND)
    : near(CA_SLOT, CA_SLOT, LONGEST_CA_STEP);
}
