import type { FoldModelConfig } from './config.js';

/** The model that this project trains and ships: small enough to train on two cores. */
export const CODONFOLD_SMALL: FoldModelConfig = {
  languageModel: {
    numLayers: 6,
    channels: 256,
    numHeads: 8,
    transitionChannels: 1024,
    layerNormEpsilon: 1e-5,
    tokenDropout: true,
  },
  trunk: {
    numBlocks: 3,
    singleChannels: 256,
    pairChannels: 96,
    singleHeadChannels: 32,
    pairHeadChannels: 16,
    positionBins: 32,
    triangleAttention: false,
    pairTransitionFactor: 2,
  },
  structureModule: {
    singleChannels: 192,
    pairChannels: 64,
    attentionChannels: 16,
    numHeads: 8,
    numQueryPoints: 4,
    numValuePoints: 8,
    resnetChannels: 96,
    numIterations: 4,
    numTransitionLayers: 1,
    numResnetBlocks: 2,
    lengthScale: 10,
    epsilon: 1e-8,
  },
  lddtChannels: 64,
  numRecycles: 0,
  usesAttentionMaps: true,
  startsFromFoldedChain: true,
};
