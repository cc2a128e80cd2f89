import type { Structure } from '#bio-pdb/structure';
import { warningText } from '#bio-pdb/warnings';
import {
  compareStructures,
  type CompareOptions,
  type StructureComparison,
} from '#structure/compare-structures';
import { inverseMotion, movePoints } from '#structure/comparison/superposition';
import type { Molecule } from '../molecule/molecule.js';
import { moleculeOf } from '../molecule/read-structure.js';
import { pseudoBetaDistances } from './distances.js';

/** A structure to compare with, as its file was read. */
export interface Reference {
  readonly name: string;
  readonly structure: Structure;
}

/** What of both is compared; found out where it is not named. */
export interface ComparedParts extends Pick<CompareOptions, 'chain' | 'referenceChain'> {
  /** 0-based model of the reference; the first if absent. */
  readonly model?: number;
}

/** A prediction beside a reference. */
export interface MoleculeComparison {
  readonly comparison: StructureComparison;
  /** `[N]` of the prediction, all atoms; NaN where the reference has no such residue. */
  readonly lddtPerResidue: Float32Array;
  /** `[N]` pLDDT, or B factor, of the reference at each residue of the prediction; NaN where it has none. */
  readonly referencePlddt: Float32Array;
  /** The reference's chain, moved onto the prediction. */
  readonly moved: Molecule;
  /** `[N, N]` Å between pseudo-betas of the reference, by residues of the prediction; NaN where it has none. */
  readonly distances: Float32Array;
  /** What reading the reference had to assume, change or leave out: sentences that begin with file and line. */
  readonly notes: readonly string[];
}

/**
 * Scores a prediction against a reference and superposes the reference on it.
 *
 * @throws FoldError `STRUCTURE_MISMATCH` when too few residues correspond, or the reference holds no protein
 */
export function compareMolecules(
  prediction: Molecule,
  { name, structure }: Reference,
  { model = 0, ...chains }: ComparedParts = {},
): MoleculeComparison {
  const whole = moleculeOf(structure, name, { model });
  const comparison = compareStructures(prediction.residues, whole.residues, chains);
  const lddtPerResidue = new Float32Array(prediction.numResidues).fill(Number.NaN);
  const referencePlddt = lddtPerResidue.slice();
  for (const { structure: residue, reference, lddt } of comparison.residues) {
    lddtPerResidue[residue] = lddt;
    referencePlddt[residue] = whole.plddt[reference]!;
  }
  const shown = moleculeOf(structure, name, { model, chainIds: [comparison.reference.chainId] });
  const moved = {
    ...shown,
    positions: movePoints(inverseMotion(comparison.motion), shown.positions),
  };
  const notes = structure.warnings.map((warning) => warningText(warning, name));
  const distances = distancesOfPairs(comparison, whole, prediction.numResidues);
  return { comparison, lddtPerResidue, referencePlddt, moved, distances, notes };
}

function distancesOfPairs(
  { residues }: StructureComparison,
  reference: Molecule,
  numResidues: number,
): Float32Array {
  const all = pseudoBetaDistances(reference);
  const distances = new Float32Array(numResidues ** 2).fill(Number.NaN);
  for (const row of residues)
    for (const column of residues)
      distances[row.structure * numResidues + column.structure] =
        all[row.reference * reference.numResidues + column.reference]!;
  return distances;
}
