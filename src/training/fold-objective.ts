import type { FoldModelConfig } from '#model/config';
import { distogramLogits } from '#model/heads/distogram';
import { likelyTorsions } from '#model/heads/local-structure';
import { paeLogits } from '#model/heads/pae';
import { lddtLogits } from '#model/heads/plddt';
import { linearLayer } from '#model/layers';
import { Parameters } from '#model/parameters';
import { chainFrames } from '#model/structure-module/chain-frames';
import { structureModule } from '#model/structure-module/structure-module';
import { add, multiply, stopGradient } from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';
import type { Dataset } from './dataset.js';
import * as losses from './fold-losses.js';
import type { Objective } from './objective.js';
import { localStructureLoss, trunkPass } from './trunk-pass.js';
import { windowData, type WindowSizes } from './window-data.js';

/** Weight of each term of the folding loss. */
export interface FoldLossWeights {
  readonly backbone: number;
  readonly torsion: number;
  readonly distogram: number;
  readonly confidence: number;
  readonly alignedError: number;
  readonly connection: number;
  readonly localStructure: number;
}

interface FoldSizes extends WindowSizes {
  readonly weights: FoldLossWeights;
}

/** Trains the whole model to fold. */
export function foldObjective(
  config: FoldModelConfig,
  dataset: Dataset,
  { weights, ...sizes }: FoldSizes,
): Objective {
  const parameters = new Parameters();
  const terms = foldTerms(parameters, config, sizes);
  const weighted = Object.entries(terms).map(([name, term]) =>
    multiply(term, weights[name as keyof FoldLossWeights]),
  );
  return {
    parameters,
    loss: weighted.reduce((a, b) => add(a, b)),
    terms,
    ...windowData(dataset, sizes, config.trunk.positionBins),
  };
}

/** The model's first pass and everything it is judged by. */
function foldTerms(
  parameters: Parameters,
  config: FoldModelConfig,
  sizes: WindowSizes,
): Record<keyof FoldLossWeights, Tensor> {
  const { single, pair, local, aatype, mask } = trunkPass(parameters, config, sizes);
  const trunk = parameters.within('trunk');
  const { singleChannels, pairChannels, lengthScale, startsFromTorsions } = config.structureModule;
  const torsions = stopGradient(likelyTorsions(local.torsionLogits));
  const iterations = structureModule(
    trunk.within('structure_module'),
    {
      single: linearLayer(trunk.within('trunk2sm_s'), single, singleChannels),
      pair: linearLayer(trunk.within('trunk2sm_z'), pair, pairChannels),
      aatype,
      mask,
      ...(startsFromTorsions ? { initialFrames: chainFrames(torsions, lengthScale) } : {}),
    },
    config.structureModule,
  );
  const last = iterations.at(-1)!;
  const truth = losses.truthInputs(sizes.batch, sizes.crop);
  const confidence = lddtLogits(
    parameters.within('lddt_head'),
    stopGradient(last.state),
    config.lddtChannels,
  );
  return {
    backbone: losses.backboneLoss(iterations, truth),
    torsion: losses.meanTorsionLoss(iterations, truth),
    distogram: losses.distogramLoss(
      distogramLogits(parameters.within('distogram_head'), pair),
      truth,
    ),
    confidence: losses.confidenceLoss(confidence, last, truth),
    alignedError: losses.alignedErrorLoss(
      paeLogits(parameters.within('ptm_head'), stopGradient(pair)),
      last,
      truth,
    ),
    connection: losses.connectionLoss(last, truth),
    localStructure: localStructureLoss(local, sizes),
  };
}
