import { dihedral, pointAt } from '#structure/geometry/vector3';
import {
  ATOM14_NAMES,
  CA_SLOT,
  C_SLOT,
  NUM_RESIDUE_TYPES,
  N_SLOT,
  O_SLOT,
} from '#structure/residues/atoms';
import {
  countResidues,
  followsPrevious,
  type ResidueAtoms,
} from '#structure/residues/residue-atoms';
import { RESIDUE_GEOMETRY } from '#structure/residues/residue-geometry.generated';

const NUM_TORSIONS = 7;
const NUM_CHIS = 4;
const PRE_OMEGA = 0;
const PHI = 1;
const PSI = 2;
const CHI1 = 3;

/** `[21, 4, 4]` atom14 slots that define chi1-4; zeros where a type has no such torsion. */
export const CHI_ATOMS = new Int32Array(NUM_RESIDUE_TYPES * NUM_CHIS * 4);

/** `[21, 4]` 1 where a residue type has the torsion. */
export const CHI_MASK = new Uint8Array(NUM_RESIDUE_TYPES * NUM_CHIS);

/** `[21, 4]` 1 where half a turn gives the same residue with two names exchanged. */
export const CHI_PI_PERIODIC = new Uint8Array(NUM_RESIDUE_TYPES * NUM_CHIS);

RESIDUE_GEOMETRY.forEach(({ chis, chiPiPeriodic }, aatype) => {
  chis.forEach((atoms, chi) => {
    const row = aatype * NUM_CHIS + chi;
    CHI_ATOMS.set(
      atoms.map((name) => ATOM14_NAMES[aatype]!.indexOf(name)),
      row * 4,
    );
    CHI_MASK[row] = 1;
    CHI_PI_PERIODIC[row] = Number(chiPiPeriodic[chi]);
  });
});

/** Torsions of each residue in the order preOmega, phi, psi, chi1-4. */
export interface Torsions {
  /** `[N, 7, 2]` sine and cosine; (0, 1) where the mask is 0. */
  readonly sinCos: Float32Array;
  /** `[N, 7, 2]` the same after half a turn of each pi-periodic chi. */
  readonly alternativeSinCos: Float32Array;
  /** `[N, 7]` 1 where all four atoms are known. */
  readonly mask: Uint8Array;
}

/** Index into the flat atom14 points of four atoms. */
type Quartet = readonly [number, number, number, number];

function* torsionAtoms(residues: ResidueAtoms, residue: number): Iterable<[number, Quartet]> {
  const here = 14 * residue;
  const before = here - 14;
  if (followsPrevious(residues, residue)) {
    yield [PRE_OMEGA, [before + CA_SLOT, before + C_SLOT, here + N_SLOT, here + CA_SLOT]];
    yield [PHI, [before + C_SLOT, here + N_SLOT, here + CA_SLOT, here + C_SLOT]];
  }
  yield [PSI, [here + N_SLOT, here + CA_SLOT, here + C_SLOT, here + O_SLOT]];
  for (let chi = 0; chi < NUM_CHIS; chi++) {
    const row = residues.aatype[residue]! * NUM_CHIS + chi;
    if (CHI_MASK[row] === 0) continue;
    const [a, b, c, d] = CHI_ATOMS.subarray(4 * row, 4 * row + 4);
    yield [CHI1 + chi, [here + a!, here + b!, here + c!, here + d!]];
  }
}

/**
 * Backbone and side-chain torsions as torsion-driven placement of atoms needs them: psi is measured on
 * O and turned by half a turn, so that it places O.
 *
 * @param residues one structure
 * @throws FoldError `STRUCTURE_MISMATCH` when the arrays disagree on N
 * @source AlphaFold2 SI 1.8.1 "Rigid groups and torsion angles", SI 1.9.1 "torsionAngleLoss"
 * @departs preOmega and phi need a residue before with the next lower number in the same chain
 */
export function torsionsOf(residues: ResidueAtoms): Torsions {
  const numResidues = countResidues(residues);
  const sinCos = new Float32Array(numResidues * NUM_TORSIONS * 2);
  for (let i = 1; i < sinCos.length; i += 2) sinCos[i] = 1;
  const alternativeSinCos = sinCos.slice();
  const mask = new Uint8Array(numResidues * NUM_TORSIONS);
  for (let residue = 0; residue < numResidues; residue++) {
    for (const [torsion, atoms] of torsionAtoms(residues, residue)) {
      if (atoms.some((atom) => !(residues.atom14Mask[atom]! > 0))) continue;
      const [a, b, c, d] = atoms;
      const at = (atom: number) => pointAt(residues.atom14, atom);
      const angle = dihedral(at(a), at(b), at(c), at(d)) + (torsion === PSI ? Math.PI : 0);
      const row = residue * NUM_TORSIONS + torsion;
      const isPeriodic =
        torsion >= CHI1 &&
        CHI_PI_PERIODIC[residues.aatype[residue]! * NUM_CHIS + torsion - CHI1] === 1;
      const pair = [Math.sin(angle), Math.cos(angle)];
      sinCos.set(pair, 2 * row);
      alternativeSinCos.set(isPeriodic ? pair.map((x) => -x) : pair, 2 * row);
      mask[row] = 1;
    }
  }
  return { sinCos, alternativeSinCos, mask };
}
