/**
 * @file A folding model cut into graphs that run one after the other. Language-model layers and trunk blocks
 * are one graph each, run with the weights of every layer in turn: a model larger than memory can be streamed,
 * and progress can be told.
 */
import { stage, type StageSizes } from '#execution/stage';
import { linearLayer } from '#layers/elementary';
import { contactProbability, distanceReference, distogramLogits } from '#layers/heads/distogram';
import { likelyTorsions, localStructureHead } from '#layers/heads/local-structure';
import { expectedAlignedError, expectedTmTerms, paeLogits } from '#layers/heads/pae';
import { lddtLogits, plddtFromLogits } from '#layers/heads/plddt';
import type { Parameters } from '#layers/parameters';
import { startFrames } from '#layers/structure-module/frames';
import { structureModule } from '#layers/structure-module/structure-module';
import { add, input, multiply, slice, softmax } from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';
import type { FoldModelConfig } from './config.js';
import { embedAttentionMaps, embedSequence } from './embedder.js';
import {
  embedTokens,
  finalNorm,
  languageModelLayer,
  mapsOfResidues,
  tokenMask,
} from './language-model/language-model.js';
import { trunkBlock } from './trunk/block.js';
import { trunkStart } from './trunk/trunk.js';

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
    return {
      hidden,
      mixed: multiply(hidden, weight),
      tokenMask: tokenMask(tokens),
    };
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
    const mixed = add(input('mixed', shape), multiply(hidden, input('mixWeight', [1])));
    return { hidden, mixed, ...(usesAttentionMaps ? { maps: mapsOfResidues(attention) } : {}) };
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
    mixWeights: softmax(parameters.get('esm_s_combine', [languageModel.numLayers + 1], 'zeros')),
  }));
}

/** Hidden states and mix → the single representation that every pass starts from. Scope: whole model. */
export function embedStage(sizes: StageSizes, config: FoldModelConfig) {
  const { batch, numResidues } = sizes;
  const shape = [batch, numResidues + 2, config.languageModel.channels];
  return stage((parameters) => {
    const esm = parameters.within('esm');
    const last = finalNorm(esm, input('hidden', shape), config.languageModel);
    const mixed = add(input('mixed', shape), multiply(last, input('mixWeight', [1])));
    const ofResidues = slice(mixed, 1, 1, numResidues + 1);
    const { aatype } = residueInputs(sizes);
    const single = embedSequence(parameters, ofResidues, aatype, config.trunk.singleChannels);
    const local = config.structureModule.startsFromTorsions
      ? localStructure(parameters, ofResidues)
      : {};
    return { startSingle: single, ...local };
  });
}

function localStructure(parameters: Parameters, mixed: Tensor) {
  const local = localStructureHead(parameters.within('local_structure_head'), mixed);
  return { ...local, likelyTorsions: likelyTorsions(local.torsionLogits) };
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
    const startSingle = input('startSingle', [batch, numResidues, config.trunk.singleChannels]);
    const { single, pair } = trunkStart(parameters, startSingle, recycled, bins, config.trunk);
    const startPair = () => input('startPair', recycled.pair.shape);
    return {
      single,
      pair: config.usesAttentionMaps ? add(pair, startPair()) : pair,
    };
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
    const { single, pair } = representationInputs(sizes, config);
    const { aatype, mask } = residueInputs(sizes);
    const trunk = parameters.within('trunk');
    const { singleChannels, pairChannels, startsFromTorsions, lengthScale } =
      config.structureModule;
    const start = startsFromTorsions
      ? {
          initialFrames: startFrames(batch, numResidues, lengthScale),
        }
      : {};
    const iterations = structureModule(
      trunk.within('structure_module'),
      {
        single: linearLayer(trunk.within('trunk2sm_s'), single, singleChannels),
        pair: linearLayer(trunk.within('trunk2sm_z'), pair, pairChannels),
        aatype,
        mask,
        ...start,
      },
      config.structureModule,
    );
    const { atom14, state, frames, torsions, unnormalisedTorsions } = iterations.at(-1)!;
    const logits = lddtLogits(parameters.within('lddt_head'), state, config.lddtChannels);
    return {
      atom14,
      state,
      quaternion: frames.quaternion,
      translation: frames.translation,
      torsions,
      unnormalisedTorsions,
      plddt: plddtFromLogits(logits),
    };
  });
}

/** Pair representation → logits of the distances between pseudo-betas, and their reference. Scope: whole model. */
export function distogramStage(sizes: StageSizes, config: FoldModelConfig) {
  return stage((parameters) => {
    const { pair } = representationInputs(sizes, config);
    const head = parameters.within('distogram_head');
    return { distogram: distogramLogits(head, pair), reference: distanceReference(head) };
  });
}

/** Pair representation → aligned error, terms of the TM-score and contacts. Scope: whole model. */
export function pairHeadStage(sizes: StageSizes, config: FoldModelConfig) {
  return stage((parameters) => {
    const { pair } = representationInputs(sizes, config);
    const scored = input('scored', [sizes.batch, sizes.numResidues]);
    const errors = softmax(paeLogits(parameters.within('ptm_head'), pair));
    const distances = distogramLogits(parameters.within('distogram_head'), pair);
    return {
      pae: expectedAlignedError(errors),
      tmTerms: expectedTmTerms(errors, scored),
      contacts: contactProbability(distances),
    };
  });
}
