import { distance, pointAt } from '#structure/geometry/vector3';
import { CA_SLOT } from '#structure/residues/atoms';
import { countResidues, hasAtom, type ResidueAtoms } from '#structure/residues/residue-atoms';
import { LONGEST_REACH } from './clashes.js';

/** Å between heavy atoms; within it two residues touch. */
export const CONTACT_DISTANCE = 5;

/**
 * Residues of two chains that touch: some heavy atoms of them lie within 5 Å.
 *
 * @param residues one structure; residues without CA are left out
 * @param chains the two, as in `chainIndex`
 * @returns pairs of residues, that of the first chain first
 * @throws FoldError `STRUCTURE_MISMATCH` when the arrays disagree on N
 */
export function chainContacts(
  residues: ResidueAtoms,
  [first, second]: readonly [number, number],
): [number, number][] {
  const placed = Array.from({ length: countResidues(residues) }, (_, i) => i).filter((i) =>
    hasAtom(residues, i, CA_SLOT),
  );
  const inChain = (chain: number) => placed.filter((i) => residues.chainIndex[i] === chain);
  const [ofFirst, ofSecond] = [inChain(first), inChain(second)];
  const centres = new Map(placed.map((i) => [i, pointAt(residues.atom14, 14 * i + CA_SLOT)]));
  const reach = CONTACT_DISTANCE + 2 * LONGEST_REACH;
  return ofFirst.flatMap((a) =>
    ofSecond
      .filter((b) => distance(centres.get(a)!, centres.get(b)!) <= reach && touch(residues, a, b))
      .map((b): [number, number] => [a, b]),
  );
}

function touch(residues: ResidueAtoms, a: number, b: number): boolean {
  for (let i = 0; i < 14; i++) {
    if (!hasAtom(residues, a, i)) continue;
    const point = pointAt(residues.atom14, 14 * a + i);
    for (let j = 0; j < 14; j++) {
      if (!hasAtom(residues, b, j)) continue;
      if (distance(point, pointAt(residues.atom14, 14 * b + j)) <= CONTACT_DISTANCE) return true;
    }
  }
  return false;
}
