import { RESIDUE_LETTERS } from '#sequence/amino-acids';
import { dihedral, pointAt } from '#structure/geometry/vector3';
import { CA_SLOT, C_SLOT, N_SLOT } from '#structure/residues/atoms';
import {
  countResidues,
  followsPrevious,
  type ResidueAtoms,
} from '#structure/residues/residue-atoms';
import { CELL_DEGREES, RAMACHANDRAN_MAPS } from './ramachandran.generated.js';

/** Residues that share a distribution of phi and psi. */
export type RamachandranClass = keyof typeof RAMACHANDRAN_MAPS;

/** Inside the contour of 98% of well-determined residues, of 99.5%, or outside both. */
export type RamachandranRegion = 'favoured' | 'allowed' | 'outlier';

/** Where one residue lies in the plot of its class. */
export interface RamachandranPoint {
  readonly residue: number;
  readonly class: RamachandranClass;
  /** Degrees, -180 to 180. */
  readonly phi: number;
  readonly psi: number;
  readonly region: RamachandranRegion;
}

const REGION_OF_LETTER: Readonly<Record<string, RamachandranRegion>> = {
  '#': 'favoured',
  '+': 'allowed',
  '.': 'outlier',
};

function classOf(residues: ResidueAtoms, residue: number, omega: number): RamachandranClass {
  const letter = RESIDUE_LETTERS[residues.aatype[residue]!];
  if (letter === 'G') return 'glycine';
  if (letter === 'P') return Math.abs(omega) < 90 ? 'cisProline' : 'transProline';
  if (RESIDUE_LETTERS[residues.aatype[residue + 1]!] === 'P') return 'beforeProline';
  return letter === 'I' || letter === 'V' ? 'isoleucineValine' : 'general';
}

/**
 * Region of the Ramachandran plot.
 *
 * @param plot which residues it is for
 * @param phi degrees
 * @param psi degrees
 * @source Lovell et al. 2003, "Structure validation by Cα geometry"; the contours are our own
 */
export function ramachandranRegion(
  plot: RamachandranClass,
  phi: number,
  psi: number,
): RamachandranRegion {
  const rows = RAMACHANDRAN_MAPS[plot];
  const cell = (degrees: number): number =>
    Math.floor((((degrees + 180) % 360) + 360) / CELL_DEGREES) % rows.length;
  return REGION_OF_LETTER[rows[cell(psi)]![cell(phi)]!]!;
}

/**
 * Phi, psi and region of every residue that has a neighbour on both sides and a known backbone.
 *
 * @param residues one structure
 * @throws FoldError `STRUCTURE_MISMATCH` when the arrays disagree on N
 */
export function ramachandranPoints(residues: ResidueAtoms): RamachandranPoint[] {
  const numResidues = countResidues(residues);
  const points: RamachandranPoint[] = [];
  const degrees = (...atoms: readonly [number, number, number, number]): number => {
    const [a, b, c, d] = atoms;
    const at = (atom: number) => pointAt(residues.atom14, atom);
    return (dihedral(at(a), at(b), at(c), at(d)) * 180) / Math.PI;
  };
  for (let residue = 1; residue + 1 < numResidues; residue++) {
    if (!followsPrevious(residues, residue) || !followsPrevious(residues, residue + 1)) continue;
    const here = 14 * residue;
    const [caBefore, cBefore] = [here - 14 + CA_SLOT, here - 14 + C_SLOT];
    const [n, ca, c, nAfter] = [here + N_SLOT, here + CA_SLOT, here + C_SLOT, here + 14 + N_SLOT];
    const needed = [caBefore, cBefore, n, ca, c, nAfter];
    if (needed.some((atom) => !(residues.atom14Mask[atom]! > 0))) continue;
    const phi = degrees(cBefore, n, ca, c);
    const psi = degrees(n, ca, c, nAfter);
    const plot = classOf(residues, residue, degrees(caBefore, cBefore, n, ca));
    points.push({ residue, class: plot, phi, psi, region: ramachandranRegion(plot, phi, psi) });
  }
  return points;
}
