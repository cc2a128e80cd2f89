/** @file Sizes of the public checkpoints, as their configurations have them. */
import type { Esm2Size } from '#weights/registry-model';
import type { FoldModelConfig } from './config.js';
import type { LanguageModelConfig } from './language-model/language-model.js';

const esm2 = (numLayers: number, channels: number, numHeads: number): LanguageModelConfig => ({
  numLayers,
  channels,
  numHeads,
  transitionChannels: 4 * channels,
  layerNormEpsilon: 1e-5,
  tokenDropout: true,
});

/** ESM-2 language models by their number of parameters. */
export const ESM2 = {
  '8M': esm2(6, 320, 20),
  '35M': esm2(12, 480, 20),
  '150M': esm2(30, 640, 20),
  '650M': esm2(33, 1280, 20),
  '3B': esm2(36, 2560, 40),
} as const satisfies Record<Esm2Size, LanguageModelConfig>;

/** `facebook/esmfold_v1`. */
export const ESMFOLD_V1: FoldModelConfig = {
  languageModel: ESM2['3B'],
  trunk: {
    numBlocks: 48,
    singleChannels: 1024,
    pairChannels: 128,
    singleHeadChannels: 32,
    pairHeadChannels: 32,
    positionBins: 32,
    triangleAttention: true,
    pairTransitionFactor: 4,
  },
  structureModule: {
    singleChannels: 384,
    pairChannels: 128,
    attentionChannels: 16,
    numHeads: 12,
    numQueryPoints: 4,
    numValuePoints: 8,
    resnetChannels: 128,
    numIterations: 8,
    numTransitionLayers: 1,
    numResnetBlocks: 2,
    lengthScale: 10,
    epsilon: 1e-8,
  },
  lddtChannels: 128,
  numRecycles: 3,
};

/**
 * ESMFold on a language model of another size: with `numBlocks` 0 as `esmfold_structure_module_only_*`, whose pair
 * representation starts from the language model's attention maps.
 */
export function esmfoldOn(size: Esm2Size, numBlocks: number): FoldModelConfig {
  return {
    ...ESMFOLD_V1,
    languageModel: ESM2[size],
    trunk: { ...ESMFOLD_V1.trunk, numBlocks },
    usesAttentionMaps: numBlocks === 0,
  };
}
