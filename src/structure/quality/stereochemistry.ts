import { cross, distance, dot, pointAt, subtract } from '#structure/geometry/vector3';
import { CA_SLOT, CB_SLOT, C_SLOT, N_SLOT } from '#structure/residues/atoms';
import {
  countResidues,
  followsPrevious,
  hasAtom,
  type ResidueAtoms,
} from '#structure/residues/residue-atoms';
import { findClashes, type Clashes } from './clashes.js';
import { checkAngles, checkBonds, type CovalentOutlier } from './covalent-geometry.js';
import { checkOf, type Check } from './geometry-checks.js';
import { ramachandranPoints, type RamachandranPoint } from './ramachandran.js';

/** Å; distance of neighbouring CA atoms across a trans peptide bond, and how far it may deviate. */
const CA_DISTANCE = 3.8;
const CA_TOLERANCE = 0.15;

/** Neighbouring CA atoms that are too far apart or too close; cis peptides (2.9 Å) are among them. */
interface CaDistanceOutlier {
  /** The later of the two residues. */
  readonly residue: number;
  /** Å */
  readonly distance: number;
}

/** How physical a structure is. */
export interface Stereochemistry {
  readonly bonds: Check<CovalentOutlier>;
  readonly angles: Check<CovalentOutlier>;
  readonly caDistances: Check<CaDistanceOutlier>;
  /** Outliers are residues of the D form. */
  readonly chirality: Check<number>;
  readonly ramachandran: Check<RamachandranPoint> & { readonly favouredFraction: number };
  readonly clashes: Clashes;
}

/**
 * Distances of neighbouring CA atoms that are not 3.8 ± 0.15 Å.
 *
 * @param residues one structure
 * @throws FoldError `STRUCTURE_MISMATCH` when the arrays disagree on N
 */
function checkCaDistances(residues: ResidueAtoms): Check<CaDistanceOutlier> {
  const distances: CaDistanceOutlier[] = [];
  for (let residue = 1; residue < countResidues(residues); residue++) {
    if (!followsPrevious(residues, residue)) continue;
    if (![residue - 1, residue].every((i) => hasAtom(residues, i, CA_SLOT))) continue;
    const [before, here] = [residue - 1, residue].map((i) =>
      pointAt(residues.atom14, 14 * i + CA_SLOT),
    );
    distances.push({ residue, distance: distance(before!, here!) });
  }
  return checkOf(
    distances.length,
    distances.filter((pair) => !(Math.abs(pair.distance - CA_DISTANCE) <= CA_TOLERANCE)),
  );
}

/**
 * Residues whose CB lies on the side that makes them D-amino acids.
 *
 * @param residues one structure; residues without N, CA, C and CB are left out
 * @throws FoldError `STRUCTURE_MISMATCH` when the arrays disagree on N
 */
function checkChirality(residues: ResidueAtoms): Check<number> {
  const chiral = Array.from({ length: countResidues(residues) }, (_, i) => i).filter((i) =>
    [N_SLOT, CA_SLOT, C_SLOT, CB_SLOT].every((slot) => hasAtom(residues, i, slot)),
  );
  const isD = (residue: number): boolean => {
    const from = (slot: number) =>
      subtract(
        pointAt(residues.atom14, 14 * residue + slot),
        pointAt(residues.atom14, 14 * residue + CA_SLOT),
      );
    return dot(cross(from(N_SLOT), from(C_SLOT)), from(CB_SLOT)) < 0;
  };
  return checkOf(chiral.length, chiral.filter(isD));
}

function checkRamachandran(residues: ResidueAtoms): Stereochemistry['ramachandran'] {
  const points = ramachandranPoints(residues);
  const inRegion = (region: string) => points.filter((point) => point.region === region);
  const favouredFraction = points.length > 0 ? inRegion('favoured').length / points.length : 0;
  return { ...checkOf(points.length, inRegion('outlier')), favouredFraction };
}

/**
 * Checks bonds, angles, CA distances, chirality, backbone torsions and clashes.
 *
 * @param residues one structure
 * @throws FoldError `STRUCTURE_MISMATCH` when the arrays disagree on N
 */
export function stereochemistryOf(residues: ResidueAtoms): Stereochemistry {
  return {
    bonds: checkBonds(residues),
    angles: checkAngles(residues),
    caDistances: checkCaDistances(residues),
    chirality: checkChirality(residues),
    ramachandran: checkRamachandran(residues),
    clashes: findClashes(residues),
  };
}
