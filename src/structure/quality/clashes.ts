import { distance, pointAt } from '#structure/geometry/vector3';
import { CA_SLOT, O_SLOT } from '#structure/residues/atoms';
import { countResidues, hasAtom, type ResidueAtoms } from '#structure/residues/residue-atoms';

/** Å; heavy atoms of residues that are not neighbours never come closer. */
const CLASH_DISTANCE = 2;
/** Å; no atom is further from its CA (arginine's NH atoms reach 7.4). */
export const LONGEST_REACH = 8;

/** Two heavy atoms that overlap. */
interface Clash {
  /** Residues, the earlier first, and the atom14 slot in each. */
  readonly residues: readonly [number, number];
  readonly slots: readonly [number, number];
  /** Å */
  readonly distance: number;
}

/** Overlaps in a structure. */
export interface Clashes {
  /** Over all heavy atoms. */
  readonly clashes: readonly Clash[];
  /** Share of residues whose N, CA, C or O clashes with the N, CA, C or O of another, 0-1. */
  readonly backboneFraction: number;
  /** Share of residues with any clash, 0-1. */
  readonly fraction: number;
}

function areNeighbours(residues: ResidueAtoms, a: number, b: number): boolean {
  return (
    residues.chainIndex[a] === residues.chainIndex[b] &&
    Math.abs(residues.residueIndex[b]! - residues.residueIndex[a]!) <= 1
  );
}

function* clashesBetween(residues: ResidueAtoms, a: number, b: number): Iterable<Clash> {
  for (let i = 0; i < 14; i++) {
    if (!hasAtom(residues, a, i)) continue;
    const first = pointAt(residues.atom14, 14 * a + i);
    for (let j = 0; j < 14; j++) {
      if (!hasAtom(residues, b, j)) continue;
      const apart = distance(first, pointAt(residues.atom14, 14 * b + j));
      if (apart < CLASH_DISTANCE) yield { residues: [a, b], slots: [i, j], distance: apart };
    }
  }
}

/**
 * Heavy atoms closer than 2 Å in residues that are not neighbours in their chain.
 *
 * @param residues one structure; residues without CA are left out
 * @throws FoldError `STRUCTURE_MISMATCH` when the arrays disagree on N
 */
export function findClashes(residues: ResidueAtoms): Clashes {
  const numResidues = countResidues(residues);
  const present = Array.from({ length: numResidues }, (_, i) => i).filter((i) =>
    hasAtom(residues, i, CA_SLOT),
  );
  const centres = present.map((i) => pointAt(residues.atom14, 14 * i + CA_SLOT));
  const clashes: Clash[] = [];
  present.forEach((a, i) => {
    for (let k = i + 1; k < present.length; k++) {
      const b = present[k]!;
      if (distance(centres[i]!, centres[k]!) > CLASH_DISTANCE + 2 * LONGEST_REACH) continue;
      if (!areNeighbours(residues, a, b)) clashes.push(...clashesBetween(residues, a, b));
    }
  });
  const shareOf = (some: readonly Clash[]): number =>
    present.length > 0 ? new Set(some.flatMap((c) => c.residues)).size / present.length : 0;
  const ofBackbone = clashes.filter(({ slots }) => slots.every((slot) => slot <= O_SLOT));
  return { clashes, backboneFraction: shareOf(ofBackbone), fraction: shareOf(clashes) };
}
