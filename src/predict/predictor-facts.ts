import type { FoldModelConfig } from '#architectures/esmfold/config';
import { estimatePrediction } from '#architectures/esmfold/estimate';
import type { Predictor } from './prediction.js';

/** What a predictor says of its model, wherever that runs. */
export function predictorFacts({
  name,
  sha256,
  config,
}: {
  readonly name: string;
  readonly sha256: string;
  readonly config: FoldModelConfig;
}): Pick<Predictor, 'model' | 'estimate'> {
  const { numBlocks, singleChannels, singleHeadChannels } = config.trunk;
  const { numRecycles } = config;
  const numHeads = singleChannels / singleHeadChannels;
  return {
    model: { name, sha256, numBlocks, numHeads, numRecycles },
    estimate: (numResidues, recycles = numRecycles) =>
      estimatePrediction(config, numResidues, recycles),
  };
}
