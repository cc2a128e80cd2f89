import { CARBONYL_LENGTH } from '#structure/backbone/carbonyl-oxygen';
import { atomOffset } from '#structure/backbone/torsion-chain';
import { CA_SLOT, C_SLOT, N_SLOT, O_SLOT } from '#structure/residues/atoms';
import { separation } from './atom-pair.js';
import { addSprings, stretch, type Spring } from './springs.js';

/** The N-H of one residue and the C=O of another. */
export interface HydrogenBond {
  readonly donor: number;
  readonly acceptor: number;
}

/** Å from N to H, which points away from the C=O before; as DSSP places it. */
const NH_LENGTH = 1;
const ALONG_CARBONYL = NH_LENGTH / CARBONYL_LENGTH;

/** Å from N to O in a good bond, and in the longest that counts as formed. */
export const NO_LENGTH = 2.9;
const LONGEST_BOND = 3.5;
/** What atoms of donor and acceptor lie apart in a bond, Å, and how much that counts. */
const LENGTHS = [
  { donor: N_SLOT, acceptor: O_SLOT, length: NO_LENGTH, strength: 1 },
  { donor: N_SLOT, acceptor: C_SLOT, length: 3.85, strength: 0.3 },
  { donor: CA_SLOT, acceptor: O_SLOT, length: 3.55, strength: 0.3 },
] as const;
/** Å from H to O. */
const HO_LENGTH = 2;

/** Whether the two residues can bond at all: the first has no C=O before it, the last no N after it. */
export function canBond({ donor, acceptor }: HydrogenBond, numResidues: number): boolean {
  return donor >= 1 && donor < numResidues && acceptor >= 0 && acceptor < numResidues - 1;
}

/** Å from N to O. */
export function bondLength({ donor, acceptor }: HydrogenBond, atoms: Float64Array): number {
  return separation(atoms, atomOffset(donor, N_SLOT), atomOffset(acceptor, O_SLOT));
}

/** Whether N and O have come close enough. */
export function isFormed(bond: HydrogenBond, atoms: Float64Array): boolean {
  return bondLength(bond, atoms) < LONGEST_BOND;
}

/**
 * Adds the energy of bonds that should form.
 *
 * @param atoms `[N, 5, 3]` Å
 * @param byAtoms `[N, 5, 3]` derivative, added to
 * @param strength of all
 */
export function addHydrogenBonds(
  bonds: readonly HydrogenBond[],
  atoms: Float64Array,
  byAtoms: Float64Array,
  strength: number,
): number {
  let total = 0;
  for (const bond of bonds) {
    const springs = LENGTHS.map(({ length, strength: share, ...slots }): Spring => ({
      atoms: [atomOffset(bond.donor, slots.donor), atomOffset(bond.acceptor, slots.acceptor)],
      length,
      strength: strength * share,
    }));
    total += addSprings(springs, atoms, byAtoms);
    total += addHydrogen(bond, atoms, byAtoms, strength);
  }
  return total;
}

/** The spring from H to O; what acts on H acts on the N, C and O that place it. */
function addHydrogen(
  { donor, acceptor }: HydrogenBond,
  atoms: Float64Array,
  byAtoms: Float64Array,
  strength: number,
): number {
  const [n, o] = [atomOffset(donor, N_SLOT), atomOffset(acceptor, O_SLOT)];
  const [c, before] = [atomOffset(donor - 1, C_SLOT), atomOffset(donor - 1, O_SLOT)];
  const gap = [0, 1, 2].map(
    (k) => atoms[n + k]! + ALONG_CARBONYL * (atoms[c + k]! - atoms[before + k]!) - atoms[o + k]!,
  );
  const apart = Math.max(0.01, Math.hypot(...gap));
  const [energy, slope] = stretch(apart - HO_LENGTH);
  for (let k = 0; k < 3; k++) {
    const force = (strength * slope * gap[k]!) / apart;
    byAtoms[n + k]! += force;
    byAtoms[c + k]! += ALONG_CARBONYL * force;
    byAtoms[before + k]! -= ALONG_CARBONYL * force;
    byAtoms[o + k]! -= force;
  }
  return strength * energy;
}
