/** @file Bond lengths and bond angles against their ideal values. */
import { PROLINE } from '#sequence/amino-acids';
import { angle, distance, pointAt } from '#structure/geometry/vector3';
import { ATOM14_NAMES, CA_SLOT, C_SLOT, N_SLOT } from '#structure/residues/atoms';
import {
  countResidues,
  followsPrevious,
  type ResidueAtoms,
} from '#structure/residues/residue-atoms';
import { PEPTIDE_BOND, RESIDUE_GEOMETRY } from '#structure/residues/residue-geometry.generated';
import { checkOf, type Check } from './geometry-checks.js';

/** Standard deviations; a length or angle is an outlier beyond this, as in MolProbity. */
const OUTLIER_DEVIATIONS = 4;

/** A bond or angle far from its ideal value. */
export interface CovalentOutlier {
  /** Residue of the first atom. */
  readonly residue: number;
  /** Atom names; the peptide bond is C, N. */
  readonly atoms: readonly string[];
  /** Å for bonds, degrees for angles. */
  readonly value: number;
  readonly ideal: number;
  /** Distance from the ideal in standard deviations. */
  readonly deviations: number;
}

/** Two or three atoms (indices into `[N, 14]`) with the ideal value of what they span. */
interface Restraint {
  readonly atoms: readonly number[];
  readonly ideal: number;
  readonly deviation: number;
}

function* restraintsWithin(
  residue: number,
  aatype: number,
  table: 'bonds' | 'angles',
): Iterable<Restraint> {
  for (const row of RESIDUE_GEOMETRY[aatype]?.[table] ?? []) {
    const names = row.slice(0, -2) as string[];
    const [ideal, deviation] = row.slice(-2) as [number, number];
    const atoms = names.map((name) => 14 * residue + ATOM14_NAMES[aatype]!.indexOf(name));
    yield { atoms, ideal, deviation };
  }
}

function peptideBond(residue: number, aatype: number): Restraint {
  const { length, lengthBeforeProline } = PEPTIDE_BOND;
  const [ideal, deviation] = aatype === PROLINE ? lengthBeforeProline : length;
  return { atoms: [14 * (residue - 1) + C_SLOT, 14 * residue + N_SLOT], ideal, deviation };
}

/** The angles CA-C-N and C-N-CA at a peptide bond, from their cosines. */
function peptideAngles(residue: number): Restraint[] {
  const [before, here] = [14 * (residue - 1), 14 * residue];
  const restraint = (atoms: number[], [cosine, spread]: readonly [number, number]): Restraint => ({
    atoms,
    ideal: (Math.acos(cosine) * 180) / Math.PI,
    deviation: ((spread / Math.sqrt(1 - cosine * cosine)) * 180) / Math.PI,
  });
  return [
    restraint([before + CA_SLOT, before + C_SLOT, here + N_SLOT], PEPTIDE_BOND.cosineCaCN),
    restraint([before + C_SLOT, here + N_SLOT, here + CA_SLOT], PEPTIDE_BOND.cosineCNCa),
  ];
}

function checkRestraints(residues: ResidueAtoms, restraints: Restraint[]): Check<CovalentOutlier> {
  const known = restraints.filter(({ atoms }) =>
    atoms.every((atom) => residues.atom14Mask[atom]! > 0),
  );
  const outliers = known.flatMap(({ atoms, ideal, deviation }) => {
    const points = atoms.map((atom) => pointAt(residues.atom14, atom));
    const [a, b, c] = [points[0]!, points[1]!, points[2]];
    const value = c ? (angle(a, b, c) * 180) / Math.PI : distance(a, b);
    const deviations = Math.abs(value - ideal) / deviation;
    if (deviations <= OUTLIER_DEVIATIONS) return [];
    const nameOf = (atom: number): string =>
      ATOM14_NAMES[residues.aatype[Math.floor(atom / 14)]!]![atom % 14]!;
    const residue = Math.floor(atoms[0]! / 14);
    return [{ residue, atoms: atoms.map(nameOf), value, ideal, deviations }];
  });
  return checkOf(known.length, outliers);
}

/**
 * Bond lengths more than four standard deviations from ideal, the peptide bond included.
 *
 * @param residues one structure
 * @throws FoldError `STRUCTURE_MISMATCH` when the arrays disagree on N
 * @source Engh & Huber 2001, International Tables for Crystallography F 18.3
 */
export function checkBonds(residues: ResidueAtoms): Check<CovalentOutlier> {
  const restraints: Restraint[] = [];
  for (let residue = 0; residue < countResidues(residues); residue++) {
    const aatype = residues.aatype[residue]!;
    restraints.push(...restraintsWithin(residue, aatype, 'bonds'));
    if (followsPrevious(residues, residue)) restraints.push(peptideBond(residue, aatype));
  }
  return checkRestraints(residues, restraints);
}

/**
 * Bond angles more than four standard deviations from ideal, those at the peptide bond included.
 *
 * @param residues one structure
 * @throws FoldError `STRUCTURE_MISMATCH` when the arrays disagree on N
 * @source Engh & Huber 2001, International Tables for Crystallography F 18.3
 */
export function checkAngles(residues: ResidueAtoms): Check<CovalentOutlier> {
  const restraints: Restraint[] = [];
  for (let residue = 0; residue < countResidues(residues); residue++) {
    restraints.push(...restraintsWithin(residue, residues.aatype[residue]!, 'angles'));
    if (followsPrevious(residues, residue)) restraints.push(...peptideAngles(residue));
  }
  return checkRestraints(residues, restraints);
}
