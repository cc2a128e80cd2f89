import { crossEntropy } from '#loss/cross-entropy';
import type { FoldModelConfig } from '#model/config';
import { embedSequence, mixStates } from '#model/embedder';
import { distogramLogits } from '#model/heads/distogram';
import { likelyTorsions, localStructureHead } from '#model/heads/local-structure';
import { paeLogits } from '#model/heads/pae';
import { lddtLogits } from '#model/heads/plddt';
import { languageModelStates } from '#model/language-model/language-model';
import { linearLayer } from '#model/layers';
import { Parameters } from '#model/parameters';
import { chainFrames } from '#model/structure-module/chain-frames';
import { structureModule } from '#model/structure-module/structure-module';
import { trunkBlocks, trunkStart } from '#model/trunk/trunk';
import { add, full, input, multiply, slice, stopGradient } from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';
import type { Dataset } from './dataset.js';
import { foldExample, stackExamples } from './fold-example.js';
import * as losses from './fold-losses.js';
import { LabelCache } from './local-labels.js';
import type { Objective } from './objective.js';
import { ClusterSampler, cropStart } from './sampler.js';

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

interface FoldSizes {
  readonly batch: number;
  /** Residues of one window. */
  readonly crop: number;
  readonly weights: FoldLossWeights;
}

/** Trains the whole model to fold. */
export function foldObjective(
  config: FoldModelConfig,
  dataset: Dataset,
  { batch, crop, weights }: FoldSizes,
): Objective {
  const parameters = new Parameters();
  const terms = foldTerms(parameters, config, batch, crop);
  const weighted = Object.entries(terms).map(([name, term]) =>
    multiply(term, weights[name as keyof FoldLossWeights]),
  );
  const inSplit = (split: string) => dataset.chains.filter((chain) => chain.split === split);
  const sampler = new ClusterSampler(inSplit('train'));
  const labels = new LabelCache(dataset);
  const positionBins = config.trunk.positionBins;
  return {
    parameters,
    loss: weighted.reduce((a, b) => add(a, b)),
    terms,
    sample: (random) =>
      stackExamples(
        Array.from({ length: batch }, () => {
          const chain = sampler.next(random);
          const start = cropStart(chain.length, crop, random);
          return foldExample(dataset, chain, labels.of(chain), { start, size: crop, positionBins });
        }),
      ),
    *validation() {
      const chains = inSplit('val');
      for (let first = 0; first + batch <= chains.length; first += batch) {
        yield stackExamples(
          chains
            .slice(first, first + batch)
            .map((chain) =>
              foldExample(dataset, chain, labels.of(chain), { start: 0, size: crop, positionBins }),
            ),
        );
      }
    },
  };
}

/** The model's first pass and everything it is judged by. */
function foldTerms(
  parameters: Parameters,
  config: FoldModelConfig,
  batch: number,
  crop: number,
): Record<keyof FoldLossWeights, Tensor> {
  const { trunk: sizes } = config;
  const aatype = input('aatype', [batch, crop], 'int32');
  const mask = input('mask', [batch, crop]);
  const bins = input('positionBins', [batch, crop, crop], 'int32');
  const trunk = parameters.within('trunk');

  const tokens = input('tokens', [batch, crop + 2], 'int32');
  const states = languageModelStates(parameters.within('esm'), tokens, config.languageModel);
  const mixed = slice(mixStates(parameters, states), 1, 1, crop + 1);
  const local = localStructureHead(parameters.within('local_structure_head'), mixed);
  const startSingle = embedSequence(parameters, mixed, aatype, sizes.singleChannels);
  const nothing = {
    single: full([batch, crop, sizes.singleChannels], 0),
    pair: full([batch, crop, crop, sizes.pairChannels], 0),
    atom14: full([batch, crop, 14, 3], 0),
  };
  const start = trunkStart(trunk, startSingle, nothing, bins, sizes);
  const { single, pair } = trunkBlocks(trunk, start, mask, sizes);

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
  const truth = losses.truthInputs(batch, crop);
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
    localStructure: localStructureLoss(local, batch, crop),
  };
}

function localStructureLoss(
  local: ReturnType<typeof localStructureHead>,
  batch: number,
  crop: number,
): Tensor {
  const classes = (name: string) =>
    [input(name, [batch, crop], 'int32'), input(`${name}Mask`, [batch, crop])] as const;
  return add(
    crossEntropy(local.torsionLogits, ...classes('torsionClass')),
    crossEntropy(local.secondaryStructureLogits, ...classes('secondaryStructure')),
  );
}
