/**
 * @file The network (`network.ts`) cut into graphs that run one after the other. Language-model layers and trunk blocks
 * are one graph each, run with the weights of every layer in turn: a model larger than memory can be streamed,
 * and progress can be told.
 */
import { stage, type StageSizes } from '#execution/stage';
import { contactProbability } from '#layers/heads/distogram';
import { expectedAlignedError, expectedTmTerms } from '#layers/heads/pae';
import { plddtFromLogits } from '#layers/heads/plddt';
import { startFrames } from '#layers/structure-module/frames';
import { input, softmax } from '#tensor/ops';
import type { FoldModelConfig } from './config.js';
import { addToMix, embedAttentionMaps, embedSequence, mixWeights } from './embedder.js';
import {
  embedTokens,
  finalNorm,
  languageModelLayer,
  mapsOfResidues,
  tokenMask,
} from './language-model/language-model.js';
import {
  localStructure,
  placeResidues,
  predictedDistances,
  predictedErrors,
  predictedLddt,
  referenceDistances,
  withoutEnds,
} from './network.js';
import { trunkBlock } from './trunk/block.js';
import { startPass } from './trunk/trunk.js';

/** Inputs that several stages share. */
function residueInputs({ batch, numResidues }: StageSizes) {
  return {
    aatype: input('aatype', [batch, numResidues], 'int32'),
    mask: input('mask', [batch, numResidues]),
  };
}

function representationInputs({ batch, numResidues }: StageSizes, { trunk }: FoldModelConfig) {
  return {
    single: input('single', [batch, numResidues, trunk.singleChannels]),
    pair: input('pair', [batch, numResidues, numResidues, trunk.pairChannels]),
  };
}

/** Tokens → hidden states and the start of their mix. Scope: whole model. */
export function tokenStage({ batch, numResidues }: StageSizes, { languageModel }: FoldModelConfig) {
  return stage((parameters) => {
    const tokens = input('tokens', [batch, numResidues + 2], 'int32');
    const hidden = embedTokens(parameters.within('esm'), tokens, languageModel);
    const weight = input('mixWeight', [1]);
    return { hidden, mixed: addToMix(undefined, hidden, weight), tokenMask: tokenMask(tokens) };
  });
}

/**
 * One language-model layer, added to the mix; also its attention `maps` `[B, N, N, H]` where the trunk starts from them:
 * entry (i, j) is how much residue j attends to residue i. Scope: `esm.encoder.layer.i`.
 */
export function languageModelStage(
  { batch, numResidues }: StageSizes,
  { languageModel, usesAttentionMaps }: FoldModelConfig,
) {
  const shape = [batch, numResidues + 2, languageModel.channels];
  return stage((parameters) => {
    const mask = input('tokenMask', [batch, numResidues + 2]);
    const start = input('hidden', shape);
    const { hidden, attention } = languageModelLayer(parameters, start, mask, languageModel);
    const mixed = addToMix(input('mixed', shape), hidden, input('mixWeight', [1]));
    return { hidden, mixed, ...(usesAttentionMaps ? { maps: mapsOfResidues(attention) } : {}) };
  });
}

/** Attention of one language-model layer. Scope: `esm.encoder.layer.i`. */
export function languageModelAttentionStage(
  { batch, numResidues }: StageSizes,
  { languageModel }: FoldModelConfig,
) {
  return stage((parameters) => {
    const mask = input('tokenMask', [batch, numResidues + 2]);
    const hidden = input('hidden', [batch, numResidues + 2, languageModel.channels]);
    return { attention: languageModelLayer(parameters, hidden, mask, languageModel).attention };
  });
}

/** Attention maps of all layers → the pair representation that every pass starts from. Scope: whole model. */
export function pairStartStage({ batch, numResidues }: StageSizes, config: FoldModelConfig) {
  const { numLayers, numHeads } = config.languageModel;
  return stage((parameters) => {
    const maps = input('maps', [batch, numResidues, numResidues, numLayers * numHeads]);
    return { startPair: embedAttentionMaps(parameters, maps, config.trunk.pairChannels) };
  });
}

/** Shares of the hidden states in their mix. Scope: whole model. */
export function mixWeightStage(_: StageSizes, { languageModel }: FoldModelConfig) {
  return stage((parameters) => ({
    mixWeights: mixWeights(parameters, languageModel.numLayers + 1),
  }));
}

/** Hidden states and mix → the single representation that every pass starts from. Scope: whole model. */
export function embedStage(sizes: StageSizes, config: FoldModelConfig) {
  const { batch, numResidues } = sizes;
  const shape = [batch, numResidues + 2, config.languageModel.channels];
  return stage((parameters) => {
    const esm = parameters.within('esm');
    const last = finalNorm(esm, input('hidden', shape), config.languageModel);
    const mixed = addToMix(input('mixed', shape), last, input('mixWeight', [1]));
    const ofResidues = withoutEnds(mixed);
    const { aatype } = residueInputs(sizes);
    return {
      startSingle: embedSequence(parameters, ofResidues, aatype, config.trunk.singleChannels),
      ...(config.startsFromFoldedChain ? localStructure(parameters, ofResidues) : {}),
    };
  });
}

/** Start of a pass: what was recycled, and relative positions. Scope: `trunk`. */
export function passStage(sizes: StageSizes, config: FoldModelConfig) {
  const { batch, numResidues } = sizes;
  return stage((parameters) => {
    const recycled = {
      ...representationInputs(sizes, config),
      atom14: input('atom14', [batch, numResidues, 14, 3]),
    };
    const bins = input('positionBins', [batch, numResidues, numResidues], 'int32');
    const start = {
      startSingle: input('startSingle', recycled.single.shape),
      startPair: config.usesAttentionMaps ? input('startPair', recycled.pair.shape) : undefined,
    };
    const { single, pair } = startPass(parameters, start, recycled, bins, config.trunk);
    return { single, pair };
  });
}

/** One trunk block. Scope: `trunk.blocks.i`. */
export function blockStage(sizes: StageSizes, config: FoldModelConfig) {
  return stage((parameters) => {
    const { mask } = residueInputs(sizes);
    const start = representationInputs(sizes, config);
    const { single, pair } = trunkBlock(parameters, start, mask, config.trunk);
    return { single, pair };
  });
}

/** Residue attention of one trunk block. Scope: `trunk.blocks.i`. */
export function attentionStage(sizes: StageSizes, config: FoldModelConfig) {
  return stage((parameters) => {
    const { mask } = residueInputs(sizes);
    const start = representationInputs(sizes, config);
    return { attention: trunkBlock(parameters, start, mask, config.trunk).attention };
  });
}

/** Representations → structure and lDDT. Scope: whole model. */
export function structureStage(sizes: StageSizes, config: FoldModelConfig) {
  const { batch, numResidues } = sizes;
  return stage((parameters) => {
    const { lengthScale } = config.structureModule;
    const known = { ...representationInputs(sizes, config), ...residueInputs(sizes) };
    const placed = config.startsFromFoldedChain
      ? { ...known, initialFrames: startFrames(batch, numResidues, lengthScale) }
      : known;
    const { atom14, state, frames, torsions, unnormalisedTorsions } = placeResidues(
      parameters,
      placed,
      config,
    ).at(-1)!;
    return {
      atom14,
      state,
      quaternion: frames.quaternion,
      translation: frames.translation,
      torsions,
      unnormalisedTorsions,
      plddt: plddtFromLogits(predictedLddt(parameters, state, config)),
    };
  });
}

/** Pair representation → logits of the distances between pseudo-betas, and their reference. Scope: whole model. */
export function distogramStage(sizes: StageSizes, config: FoldModelConfig) {
  return stage((parameters) => {
    const { pair } = representationInputs(sizes, config);
    return {
      distogram: predictedDistances(parameters, pair),
      reference: referenceDistances(parameters),
    };
  });
}

/** Pair representation → aligned error, terms of the TM-score and contacts. Scope: whole model. */
export function pairHeadStage(sizes: StageSizes, config: FoldModelConfig) {
  return stage((parameters) => {
    const { pair } = representationInputs(sizes, config);
    const scored = input('scored', [sizes.batch, sizes.numResidues]);
    const errors = softmax(predictedErrors(parameters, pair));
    return {
      pae: expectedAlignedError(errors),
      tmTerms: expectedTmTerms(errors, scored),
      contacts: contactProbability(predictedDistances(parameters, pair)),
    };
  });
}
