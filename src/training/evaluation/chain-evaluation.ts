import { movePoints } from '#structure/comparison/superposition';
import { stereochemistryOf } from '#structure/quality/stereochemistry';
import { CA_SLOT, C_SLOT, N_SLOT, O_SLOT } from '#structure/residues/atoms';
import type { ResidueAtoms } from '#structure/residues/residue-atoms';
import { dssp, threeStates } from '#structure/secondary-structure/dssp';
import type { ChainKind } from '#training/data/dataset';
import { alignedErrorMoments } from './aligned-error.js';
import { foldClassOf, type FoldClass } from './fold-class.js';
import { mean, type Moments } from './statistics.js';
import { caPositions, plainScores, scoreTrace, type TraceScores } from './trace-scores.js';

/** What is evaluated of a prediction; N residues of one chain. */
export interface PredictedChain {
  /** `[N]` */
  readonly aatype: ArrayLike<number>;
  /** `[N, 14, 3]` */
  readonly atom14: ArrayLike<number>;
  /** `[N, 14]` */
  readonly atom14Mask: ArrayLike<number>;
  /** `[N]` 0-100 */
  readonly plddt: ArrayLike<number>;
  readonly ptm: number;
  /** `[N, N]` */
  readonly pae: ArrayLike<number>;
  readonly maxPae: number;
}

/** Cases checked, and how many of them failed. */
export interface Count {
  readonly checked: number;
  readonly failed: number;
}

/** CA atoms of a prediction laid on the known ones as TM-score has it, `[N, 3]` Å. */
interface Superposed {
  readonly predicted: Float32Array;
  readonly real: Float32Array;
  /** `[N]` 1 where the real CA is known. */
  readonly known: Uint8Array;
}

/** Everything measured on one predicted chain. */
export interface ChainEvaluation extends TraceScores {
  readonly numResidues: number;
  readonly superposed: Superposed;
  readonly meanPlddt: number;
  readonly ptm: number;
  /** By the true secondary structure; unknown where only CA atoms were measured. */
  readonly foldClass: FoldClass | 'unknown';
  /** `[K]` pLDDT (0-100) and true lDDT-CA (0-1) of the residues whose CA is known. */
  readonly plddt: Float32Array;
  readonly lddt: Float32Array;
  /** Predicted (x) and actual (y) aligned error over all pairs of residues, Å; absent where no backbone is known. */
  readonly alignedErrors?: Moments;
  /** Neighbouring CA atoms not 3.8 ± 0.15 Å apart, cis peptides among them. */
  readonly caDistances: Count;
  /** D-amino acids. */
  readonly chirality: Count;
  /** Residues whose backbone clashes. */
  readonly clashes: Count;
  readonly ramachandran: Count;
  /** Residues whose three-state secondary structure differs from the true one. */
  readonly secondaryStructure: Count;
}

/**
 * Compares a predicted chain with the known one.
 *
 * @param truth the known structure, absent atoms masked
 * @param kind how much of it was measured: what was rebuilt is not compared
 * @param prediction of the same residues
 * @throws FoldError `STRUCTURE_MISMATCH` when the lengths differ
 */
export function evaluateChain(
  truth: ResidueAtoms,
  kind: ChainKind,
  prediction: PredictedChain,
): ChainEvaluation {
  const model = connected(prediction);
  const scored = scoreTrace(model, truth);
  const { lddtPerResidue, known, motion } = scored;
  const residues = [...known.keys()].filter((i) => known[i]);
  const checks = stereochemistryOf(model);
  const plddt = Float32Array.from(residues, (i) => prediction.plddt[i]!);
  const hasBackbone = kind !== 'ca-only';
  const trueStates = hasBackbone ? threeStates(dssp(truth)) : '';
  return {
    ...plainScores(scored),
    numResidues: model.aatype.length,
    superposed: {
      predicted: movePoints(motion, caPositions(model)),
      real: caPositions(truth),
      known,
    },
    meanPlddt: mean(plddt),
    ptm: prediction.ptm,
    foldClass: hasBackbone ? foldClassOf(trueStates) : 'unknown',
    plddt,
    lddt: Float32Array.from(residues, (i) => lddtPerResidue[i]!),
    ...(hasBackbone ? { alignedErrors: alignedErrorMoments(model, truth, prediction) } : {}),
    caDistances: countOf(checks.caDistances),
    chirality: countOf(checks.chirality),
    clashes: {
      checked: model.aatype.length,
      failed: Math.round(checks.clashes.backboneFraction * model.aatype.length),
    },
    ramachandran: countOf(checks.ramachandran),
    secondaryStructure: compareStates(threeStates(dssp(model)), trueStates, truth),
  };
}

/** A prediction is one connected chain: numbered without gaps, whatever the known structure lacks. */
function connected({ aatype, atom14, atom14Mask }: PredictedChain): ResidueAtoms {
  const chainIndex = new Int32Array(aatype.length);
  return { aatype, atom14, atom14Mask, chainIndex, residueIndex: chainIndex.map((_, i) => i + 1) };
}

function countOf(check: { numChecked: number; outliers: readonly unknown[] }): Count {
  return { checked: check.numChecked, failed: check.outliers.length };
}

function compareStates(predicted: string, truth: string, { atom14Mask }: ResidueAtoms): Count {
  const backbone = [N_SLOT, CA_SLOT, C_SLOT, O_SLOT];
  const compared = Array.from(truth).flatMap((state, i) =>
    backbone.every((slot) => atom14Mask[14 * i + slot]) ? [state === predicted[i]] : [],
  );
  return { checked: compared.length, failed: compared.filter((isSame) => !isSame).length };
}
