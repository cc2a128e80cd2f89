import type { FoldModelConfig } from '#architectures/esmfold/config';
import { foldedStarts } from '#chain-folding/folded-frames';
import {
  placeResidues,
  predictedDistances,
  predictedErrors,
  predictedLddt,
  referenceDistances,
} from '#architectures/esmfold/network';
import { Parameters } from '#layers/parameters';
import { startFrames } from '#layers/structure-module/frames';
import { input, stopGradient } from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';
import type { Dataset } from '#training/data/dataset';
import { windowData, type WindowSizes } from '#training/data/window-data';
import * as losses from './fold-losses.js';
import { preparation, weightedSum, type Objective } from './objective.js';
import { trunkPass } from './trunk-pass.js';

/** Weight of each term of the structure loss. */
export interface StructureLossWeights {
  readonly backbone: number;
  readonly localDistance: number;
  readonly torsion: number;
  readonly confidence: number;
  readonly alignedError: number;
  readonly connection: number;
}

interface StructureSizes extends WindowSizes {
  readonly weights: StructureLossWeights;
}

/**
 * Trains structure module and confidence heads on what predictions will give them: the representations of a trunk
 * that stays as it is, and chains that were folded by its distances.
 */
export function structureObjective(
  config: FoldModelConfig,
  dataset: Dataset,
  { weights, ...sizes }: StructureSizes,
): Objective {
  const { positionBins } = config.trunk;
  const frozen = new Parameters();
  const { single, pair, local } = trunkPass(frozen, config, sizes);
  const parameters = new Parameters();
  const terms = structureTerms(parameters, config, sizes);
  return {
    parameters,
    loss: weightedSum(terms, weights),
    terms,
    ...windowData(dataset, sizes, { positionBins, hidesResidues: false }),
    preparation: preparation(
      {
        single,
        pair,
        distogram: predictedDistances(frozen, pair),
        reference: referenceDistances(frozen),
        ...local,
      },
      (examples, { single, pair, ...predicted }) => {
        const { aatype, mask } = examples;
        const starts = foldedStarts({ aatype: aatype!, mask: mask! }, predicted);
        return { ...examples, single, pair, ...starts };
      },
    ),
  };
}

/** What the structure module makes of its start, and everything it is judged by. */
function structureTerms(
  parameters: Parameters,
  config: FoldModelConfig,
  { batch, crop }: WindowSizes,
): Record<keyof StructureLossWeights, Tensor> {
  const single = input('single', [batch, crop, config.trunk.singleChannels]);
  const pair = input('pair', [batch, crop, crop, config.trunk.pairChannels]);
  const iterations = placeResidues(
    parameters,
    {
      single,
      pair,
      aatype: input('aatype', [batch, crop], 'int32'),
      mask: input('mask', [batch, crop]),
      initialFrames: startFrames(batch, crop, config.structureModule.lengthScale),
    },
    config,
  );
  const last = iterations.at(-1)!;
  const truth = losses.truthInputs(batch, crop);
  const lddt = predictedLddt(parameters, stopGradient(last.state), config);
  const pae = predictedErrors(parameters, pair);
  return {
    backbone: losses.backboneLoss(iterations, truth),
    localDistance: losses.localDistanceLoss(last, truth),
    torsion: losses.meanTorsionLoss(iterations, truth),
    confidence: losses.confidenceLoss(lddt, last, truth),
    alignedError: losses.alignedErrorLoss(pae, last, truth),
    connection: losses.connectionLoss(last, truth),
  };
}
