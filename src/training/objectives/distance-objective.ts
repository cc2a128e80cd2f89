import type { FoldModelConfig } from '#architectures/esmfold/config';
import { predictedDistances, referenceDistances } from '#architectures/esmfold/network';
import { hydrogenBondLogits } from '#layers/heads/hydrogen-bonds';
import { Parameters } from '#layers/parameters';
import { add } from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';
import type { Dataset } from '#training/data/dataset';
import { distanceFrequencies } from '#training/data/distance-frequencies';
import { windowData, type WindowSizes } from '#training/data/window-data';
import { distogramLoss, hydrogenBondLoss, truthInputs } from './fold-losses.js';
import { weightedSum, type Objective } from './objective.js';
import { localStructureLosses, maskedResidueLoss } from './sequence-losses.js';
import { trunkPass } from './trunk-pass.js';

/** Weight of each term of the loss. */
export interface DistanceLossWeights {
  readonly distogram: number;
  readonly hydrogenBonds: number;
  readonly localStructure: number;
  readonly residues: number;
}

/** What each term weighs unless told. */
export const DISTANCE_LOSS_WEIGHTS: DistanceLossWeights = {
  distogram: 1,
  hydrogenBonds: 1,
  localStructure: 0.3,
  residues: 0.1,
};

/**
 * Trains language model and trunk to say how far apart residues are, without placing them: most of what there is to
 * learn, at two thirds of the cost of folding.
 */
export function distanceObjective(
  config: FoldModelConfig,
  dataset: Dataset,
  sizes: WindowSizes,
  weights = DISTANCE_LOSS_WEIGHTS,
): Objective {
  const { positionBins } = config.trunk;
  const parameters = new Parameters();
  const { pair, local, lastState } = trunkPass(parameters, config, sizes);
  referenceDistances(parameters, distanceFrequencies(dataset));
  const { torsions, secondaryStructure } = localStructureLosses(local, sizes);
  const truth = truthInputs(sizes.batch, sizes.crop);
  const terms: Record<keyof DistanceLossWeights, Tensor> = {
    distogram: distogramLoss(predictedDistances(parameters, pair), truth),
    hydrogenBonds: hydrogenBondLoss(
      hydrogenBondLogits(parameters.within('hydrogen_bond_head'), pair),
      truth,
    ),
    localStructure: add(torsions, secondaryStructure),
    residues: maskedResidueLoss(parameters, lastState, sizes),
  };
  return {
    parameters,
    loss: weightedSum(terms, weights),
    terms,
    ...windowData(dataset, sizes, { positionBins, hidesResidues: true }),
  };
}
