import type { StageSizes } from '#execution/stage';
import { blockScopes, stageParameters, type ScopedStage } from '#execution/stage-parameters';
import type { Shape } from '#tensor/shape';
import type { FoldModelConfig } from './config.js';
import type { LanguageModelConfig } from './language-model/language-model.js';
import { layerStage, representationStage, tokenEmbeddingStage } from './language-model/stages.js';
import * as stages from './stages.js';

const LANGUAGE_MODEL_LAYERS = 'esm.encoder.layer.';

/** Weights have the same shapes in runs of any size. */
const ANY_SIZES: StageSizes = { batch: 1, numResidues: 2 };

/** All stages of a folding model with the scopes of their weights, in the order in which they are run first. */
export function foldingStages(config: FoldModelConfig): ScopedStage<FoldModelConfig>[] {
  const { languageModel, trunk, startsFromFoldedChain, usesAttentionMaps } = config;
  return [
    { build: stages.tokenStage, scopes: [''] },
    {
      build: stages.languageModelStage,
      scopes: blockScopes(LANGUAGE_MODEL_LAYERS, languageModel.numLayers),
    },
    { build: stages.mixWeightStage, scopes: [''] },
    { build: stages.embedStage, scopes: [''] },
    ...(usesAttentionMaps ? [{ build: stages.pairStartStage, scopes: [''] }] : []),
    { build: stages.passStage, scopes: ['trunk.'] },
    { build: stages.blockStage, scopes: blockScopes('trunk.blocks.', trunk.numBlocks) },
    ...(startsFromFoldedChain ? [{ build: stages.distogramStage, scopes: [''] }] : []),
    { build: stages.structureStage, scopes: [''] },
    { build: stages.pairHeadStage, scopes: [''] },
  ];
}

/** Every tensor of a folding model by its full name. */
export function foldingParameters(config: FoldModelConfig): Map<string, Shape> {
  return stageParameters(foldingStages(config), ANY_SIZES, config);
}

/** All stages of a language model; heads, which a checkpoint may lack, are left out. */
export function languageModelStages({
  numLayers,
}: LanguageModelConfig): ScopedStage<LanguageModelConfig>[] {
  return [
    { build: tokenEmbeddingStage, scopes: [''] },
    { build: layerStage, scopes: blockScopes(LANGUAGE_MODEL_LAYERS, numLayers) },
    { build: representationStage, scopes: [''] },
  ];
}

/** Every tensor of a language model by its full name, but for those of heads. */
export function languageModelParameters(config: LanguageModelConfig): Map<string, Shape> {
  return stageParameters(languageModelStages(config), ANY_SIZES, config);
}
