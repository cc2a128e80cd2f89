/** @file Atoms whose two names say the same chemically: OD1/OD2 of ASP and the like. */
import { FoldError } from '#errors';
import { ATOM14_NAMES } from './atoms.js';
import { countResidues, type ResidueAtoms } from './residue-atoms.js';
import { RESIDUE_GEOMETRY } from './residue-geometry.generated.js';

/** `[21, 14]` slot that each atom swaps with when its residue is renamed; itself where unambiguous. */
export const ATOM14_SWAP = Int32Array.from(
  ATOM14_NAMES.flatMap((names, aatype) =>
    names.map((name, slot) => {
      const pair = RESIDUE_GEOMETRY[aatype]?.swaps.find((swap) => swap.includes(name));
      return pair ? names.indexOf(pair[0] === name ? pair[1] : pair[0]) : slot;
    }),
  ),
);

const hasSwap = ATOM14_NAMES.map((names, aatype) =>
  names.some((_, slot) => ATOM14_SWAP[14 * aatype + slot] !== slot),
);

/** True coordinates under the names that suit a prediction best. */
export interface RenamedAtoms {
  /** `[N, 14, 3]` */
  readonly atom14: Float32Array;
  /** `[N, 14]` */
  readonly atom14Mask: Uint8Array;
  /** `[N]` 1 where the residue's ambiguous atoms were exchanged. */
  readonly isSwapped: Uint8Array;
}

function distanceAt(points: ArrayLike<number>, a: number, b: number): number {
  const x = points[3 * a]! - points[3 * b]!;
  const y = points[3 * a + 1]! - points[3 * b + 1]!;
  const z = points[3 * a + 2]! - points[3 * b + 2]!;
  return Math.sqrt(x * x + y * y + z * z);
}

/**
 * Renames ambiguous atoms of the truth so that their distances to all unambiguous atoms come closest to
 * those of the prediction.
 *
 * @param predicted `[N, 14, 3]` predicted positions
 * @param truth true structure
 * @throws FoldError `STRUCTURE_MISMATCH` when the lengths differ
 * @source AlphaFold2 SI Algorithm 26 "renameSymmetricGroundTruthAtoms"
 */
export function renameSymmetricAtoms(
  predicted: ArrayLike<number>,
  truth: ResidueAtoms,
): RenamedAtoms {
  const numResidues = countResidues(truth);
  if (predicted.length !== truth.atom14.length)
    throw new FoldError(
      'STRUCTURE_MISMATCH',
      `the prediction has ${predicted.length / 42} residues, the true structure ${numResidues}`,
    );
  const atom14 = Float32Array.from(truth.atom14);
  const atom14Mask = Uint8Array.from(truth.atom14Mask);
  const isSwapped = new Uint8Array(numResidues);
  const swapOf = (atom: number): number => {
    const residue = Math.floor(atom / 14);
    return 14 * residue + ATOM14_SWAP[14 * truth.aatype[residue]! + atom - 14 * residue]!;
  };
  const known = Array.from(atom14Mask.keys()).filter((atom) => truth.atom14Mask[atom]! > 0);
  const anchors = known.filter((atom) => swapOf(atom) === atom);
  for (let residue = 0; residue < numResidues; residue++) {
    if (!hasSwap[truth.aatype[residue]!]) continue;
    const slots = Array.from({ length: 14 }, (_, slot) => 14 * residue + slot);
    const ambiguous = slots.filter((atom) => swapOf(atom) !== atom);
    // Atoms that are known under one name only cannot be compared under both.
    if (ambiguous.some((atom) => !(truth.atom14Mask[atom]! > 0))) continue;
    let gain = 0; // how much worse the names as given fit than the exchanged ones
    for (const atom of ambiguous) {
      const swapped = swapOf(atom);
      for (const anchor of anchors) {
        const wanted = distanceAt(predicted, atom, anchor);
        gain += Math.abs(wanted - distanceAt(truth.atom14, atom, anchor));
        gain -= Math.abs(wanted - distanceAt(truth.atom14, swapped, anchor));
      }
    }
    if (gain <= 0) continue;
    isSwapped[residue] = 1;
    for (const atom of ambiguous)
      for (let axis = 0; axis < 3; axis++)
        atom14[3 * atom + axis] = truth.atom14[3 * swapOf(atom) + axis]!;
  }
  return { atom14, atom14Mask, isSwapped };
}
