import { squaredDistances } from '#geometry/distance';
import type { Rigid } from '#geometry/rigid';
import { DISTOGRAM_LIMITS } from '#layers/heads/distogram';
import { HYDROGEN_BOND_LIMITS } from '#layers/heads/hydrogen-bonds';
import { NUM_PAE_BINS, PAE_BIN_WIDTH } from '#layers/heads/pae';
import { NUM_LDDT_BINS } from '#layers/heads/plddt';
import { rigidOf } from '#layers/structure-module/frames';
import type { StructureIteration } from '#layers/structure-module/structure-module';
import { bondLoss, CA_STEP, PEPTIDE_BOND } from '#loss/bond';
import { oneHotBins, softCrossEntropy } from '#loss/cross-entropy';
import { alignedErrors, frameAlignedPointError } from '#loss/frame-aligned-error';
import { lddtTarget, smoothLddtLoss } from '#loss/local-distance';
import { torsionLoss } from '#loss/torsion';
import { CA_SLOT, C_SLOT, N_SLOT } from '#structure/residues/atoms';
import {
  add,
  broadcastTo,
  expandAxis,
  input,
  multiply,
  slice,
  stopGradient,
  sum,
  transpose,
} from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';

/** One atom of each residue. */
interface Points {
  /** `[B, N, 3]` */
  readonly positions: Tensor;
  /** `[B, N]` */
  readonly mask: Tensor;
}

/** What is known of the structures of a batch, as graph inputs. */
export interface Truth {
  readonly frames: Rigid;
  /** `[B, N]` */
  readonly frameMask: Tensor;
  /** Pseudo-betas. */
  readonly beta: Points;
  /** Backbone N, which gives hydrogen bonds, and O, which takes them. */
  readonly nitrogen: Points;
  readonly oxygen: Points;
  readonly torsions: {
    readonly sinCos: Tensor;
    readonly alternative: Tensor;
    readonly mask: Tensor;
  };
  /** `[B, N]` 1 where residue i + 1 is bonded to i */
  readonly bonded: Tensor;
}

/** The inputs that `foldExample` feeds. */
export function truthInputs(batch: number, size: number): Truth {
  const at = (name: string, ...rest: number[]) => input(name, [batch, size, ...rest]);
  return {
    frames: { rotation: at('trueRotation', 3, 3), translation: at('trueTranslation', 3) },
    frameMask: at('frameMask'),
    beta: { positions: at('trueBeta', 3), mask: at('betaMask') },
    nitrogen: { positions: at('trueNitrogen', 3), mask: at('nitrogenMask') },
    oxygen: { positions: at('trueOxygen', 3), mask: at('oxygenMask') },
    torsions: {
      sinCos: at('trueTorsions', 7, 2),
      alternative: at('alternativeTorsions', 7, 2),
      mask: at('torsionMask', 7),
    },
    bonded: at('bonded'),
  };
}

/** Frame aligned point error of the backbone, mean over iterations. */
export function backboneLoss(iterations: readonly StructureIteration[], truth: Truth): Tensor {
  const known = { frames: truth.frames, points: truth.frames.translation };
  const masks = { frameMask: truth.frameMask, pointMask: truth.frameMask };
  const each = iterations.map(({ frames }) => {
    const rigid = rigidOf(frames);
    const predicted = { frames: rigid, points: rigid.translation };
    return frameAlignedPointError(predicted, known, masks);
  });
  return multiply(
    each.reduce((a, b) => add(a, b)),
    1 / iterations.length,
  );
}

/** {@link smoothLddtLoss} of the last iteration's CA atoms. */
export function localDistanceLoss({ frames }: StructureIteration, truth: Truth): Tensor {
  const { translation } = rigidOf(frames);
  return smoothLddtLoss(translation, truth.frames.translation, truth.frameMask);
}

/** {@link torsionLoss}, mean over iterations. */
export function meanTorsionLoss(iterations: readonly StructureIteration[], truth: Truth): Tensor {
  const each = iterations.map(({ torsions, unnormalisedTorsions }) =>
    torsionLoss(torsions, unnormalisedTorsions, truth.torsions),
  );
  return multiply(
    each.reduce((a, b) => add(a, b)),
    1 / iterations.length,
  );
}

/** `[B, N, N]` 1 where both are: row residue in `rows`, column residue in `columns`. */
function pairsOf(rows: Tensor, columns = rows): Tensor {
  return multiply(expandAxis(rows, 2), expandAxis(columns, 1));
}

/**
 * Cross entropy of the binned distances between pseudo-betas.
 *
 * @param logits `[B, N, N, 64]`
 */
export function distogramLoss(logits: Tensor, { beta }: Truth): Tensor {
  return distanceLoss(logits, beta, beta, DISTOGRAM_LIMITS);
}

/**
 * Cross entropy of the binned distances from N to O.
 *
 * @param logits `[B, N, N, 17]`, row i of the N of residue i
 */
export function hydrogenBondLoss(logits: Tensor, { nitrogen, oxygen }: Truth): Tensor {
  return distanceLoss(logits, nitrogen, oxygen, HYDROGEN_BOND_LIMITS);
}

/** Cross entropy of the distances from the atoms of rows to those of columns; upper limits of bins in Å. */
function distanceLoss(
  logits: Tensor,
  rows: Points,
  columns: Points,
  limits: readonly number[],
): Tensor {
  const squared = squaredDistances(rows.positions, columns.positions);
  const bins = oneHotBins(
    squared,
    limits.map((limit) => limit ** 2),
  );
  return softCrossEntropy(logits, bins, pairsOf(rows.mask, columns.mask));
}

/**
 * Cross entropy of the binned lDDT of CA; every atom of a residue is given its value.
 *
 * @param logits `[B, N, 37, 50]`
 */
export function confidenceLoss(
  logits: Tensor,
  { atom14 }: StructureIteration,
  truth: Truth,
): Tensor {
  const target = lddtTarget(atomOf(atom14, CA_SLOT), truth.frames.translation, truth.frameMask);
  const limits = Array.from({ length: NUM_LDDT_BINS - 1 }, (_, bin) => (bin + 1) / NUM_LDDT_BINS);
  const atoms = logits.shape[2]!;
  const spread = (x: Tensor) => broadcastTo(expandAxis(x, 2), [...x.shape, atoms]);
  return softCrossEntropy(logits, oneHotBins(spread(target), limits), spread(truth.frameMask));
}

/**
 * Cross entropy of the binned aligned errors.
 *
 * @param logits `[B, N, N, 64]`, row i aligned on frame i
 */
export function alignedErrorLoss(
  logits: Tensor,
  { frames }: StructureIteration,
  truth: Truth,
): Tensor {
  const rigid = rigidOf(frames);
  const known = { frames: truth.frames, points: truth.frames.translation };
  const errors = alignedErrors({ frames: rigid, points: rigid.translation }, known); // [B, P, F]
  const byFrame = stopGradient(transpose(errors, [0, 2, 1]));
  const limits = Array.from({ length: NUM_PAE_BINS - 1 }, (_, bin) => (bin + 1) * PAE_BIN_WIDTH);
  return softCrossEntropy(logits, oneHotBins(byFrame, limits), pairsOf(truth.frameMask));
}

/** How far the last iteration's chain is from being connected. */
export function connectionLoss({ atom14 }: StructureIteration, { bonded }: Truth): Tensor {
  const ca = atomOf(atom14, CA_SLOT);
  return add(
    bondLoss(ca, ca, bonded, CA_STEP),
    bondLoss(atomOf(atom14, C_SLOT), atomOf(atom14, N_SLOT), bonded, PEPTIDE_BOND),
  );
}

/** `[B, N, 3]` of one atom. */
function atomOf(atom14: Tensor, slot: number): Tensor {
  return sum(slice(atom14, 2, slot, slot + 1), 2);
}
