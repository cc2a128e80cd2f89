import type { FoldModelConfig } from '#architectures/esmfold/config';

/** Sizes that are distinct primes where the model allows it, so that swapped axes fail. */
export const PRIME_MODEL: FoldModelConfig = {
  languageModel: {
    numLayers: 2,
    channels: 12,
    numHeads: 3,
    transitionChannels: 19,
    layerNormEpsilon: 1e-5,
    tokenDropout: true,
  },
  trunk: {
    numBlocks: 2,
    singleChannels: 15,
    pairChannels: 14,
    singleHeadChannels: 5,
    pairHeadChannels: 7,
    positionBins: 11,
    triangleAttention: true,
    pairTransitionFactor: 2,
  },
  structureModule: {
    singleChannels: 13,
    pairChannels: 17,
    attentionChannels: 11,
    numHeads: 5,
    numQueryPoints: 3,
    numValuePoints: 7,
    resnetChannels: 19,
    numIterations: 3,
    numTransitionLayers: 1,
    numResnetBlocks: 2,
    lengthScale: 10,
    epsilon: 1e-8,
  },
  lddtChannels: 29,
  startsFromFoldedChain: true,
  numRecycles: 1,
};
