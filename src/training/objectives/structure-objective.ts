import type { FoldModelConfig } from '#architectures/esmfold/config';
import { linearLayer } from '#layers/elementary';
import { distanceReference, distogramLogits } from '#layers/heads/distogram';
import { likelyTorsions } from '#layers/heads/local-structure';
import { paeLogits } from '#layers/heads/pae';
import { lddtLogits } from '#layers/heads/plddt';
import { Parameters } from '#layers/parameters';
import { startFrames } from '#layers/structure-module/frames';
import { structureModule } from '#layers/structure-module/structure-module';
import { graphOf } from '#tensor/graph';
import { input, stopGradient } from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';
import type { Dataset } from '#training/data/dataset';
import { windowData, type WindowSizes } from '#training/data/window-data';
import * as losses from './fold-losses.js';
import { foldedStarts } from './folded-starts.js';
import { weightedSum, type Objective } from './objective.js';
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
  const distances = frozen.within('distogram_head');
  return {
    parameters,
    loss: weightedSum(terms, weights),
    terms,
    ...windowData(dataset, sizes, { positionBins, hidesResidues: false }),
    preparation: {
      graph: graphOf({
        single,
        pair,
        distogram: distogramLogits(distances, pair),
        reference: distanceReference(distances),
        torsions: likelyTorsions(local.torsionLogits),
        torsionLogits: local.torsionLogits,
        secondaryStructureLogits: local.secondaryStructureLogits,
      }),
      finish: (examples, { single, pair, ...predicted }) => ({
        ...examples,
        single: single!,
        pair: pair!,
        ...foldedStarts(examples, predicted),
      }),
    },
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
  const { singleChannels, pairChannels, lengthScale } = config.structureModule;
  const trunk = parameters.within('trunk');
  const iterations = structureModule(
    trunk.within('structure_module'),
    {
      single: linearLayer(trunk.within('trunk2sm_s'), single, singleChannels),
      pair: linearLayer(trunk.within('trunk2sm_z'), pair, pairChannels),
      aatype: input('aatype', [batch, crop], 'int32'),
      mask: input('mask', [batch, crop]),
      initialFrames: startFrames(batch, crop, lengthScale),
    },
    config.structureModule,
  );
  const last = iterations.at(-1)!;
  const truth = losses.truthInputs(batch, crop);
  const lddt = lddtLogits(
    parameters.within('lddt_head'),
    stopGradient(last.state),
    config.lddtChannels,
  );
  const pae = paeLogits(parameters.within('ptm_head'), pair);
  return {
    backbone: losses.backboneLoss(iterations, truth),
    localDistance: losses.localDistanceLoss(last, truth),
    torsion: losses.meanTorsionLoss(iterations, truth),
    confidence: losses.confidenceLoss(lddt, last, truth),
    alignedError: losses.alignedErrorLoss(pae, last, truth),
    connection: losses.connectionLoss(last, truth),
  };
}
