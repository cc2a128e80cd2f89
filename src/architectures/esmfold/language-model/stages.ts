/** @file A language model on its own, cut into graphs as `stages.ts` cuts a folding model. */
import { stage, type StageSizes } from '#execution/stage';
import { add, input, sigmoid, slice } from '#tensor/ops';
import { contactEvidence } from './contacts.js';
import { maskedResidueLogits } from './masked-residue.js';
import {
  embedTokens,
  finalNorm,
  languageModelLayer,
  tokenMask,
  tokenTable,
  type LanguageModelConfig,
} from './language-model.js';

const hiddenInput = ({ batch, numResidues }: StageSizes, { channels }: LanguageModelConfig) =>
  input('hidden', [batch, numResidues + 2, channels]);

/** Tokens → the first hidden states. Scope: whole model. */
export function tokenEmbeddingStage(
  { batch, numResidues }: StageSizes,
  config: LanguageModelConfig,
) {
  return stage((parameters) => {
    const tokens = input('tokens', [batch, numResidues + 2], 'int32');
    return {
      hidden: embedTokens(parameters.within('esm'), tokens, config),
      tokenMask: tokenMask(tokens),
    };
  });
}

/** One layer. Scope: `esm.encoder.layer.i`. */
export function layerStage(sizes: StageSizes, config: LanguageModelConfig) {
  return stage((parameters) => {
    const mask = input('tokenMask', [sizes.batch, sizes.numResidues + 2]);
    const { hidden } = languageModelLayer(parameters, hiddenInput(sizes, config), mask, config);
    return { hidden };
  });
}

/** One layer, and what its attention says of contacts. Scope: `esm.encoder.layer.i`. */
export function contactLayerStage(sizes: StageSizes, config: LanguageModelConfig) {
  const { batch, numResidues } = sizes;
  return stage((parameters) => {
    const mask = input('tokenMask', [batch, numResidues + 2]);
    const start = hiddenInput(sizes, config);
    const { hidden, attention } = languageModelLayer(parameters, start, mask, config);
    const evidence = contactEvidence(attention, input('headWeights', [config.numHeads]));
    return {
      hidden,
      evidence: add(input('evidence', [batch, numResidues, numResidues]), evidence),
    };
  });
}

/** Evidence of all layers → probabilities of contacts. Scope: `esm.contact_head.regression`. */
export function contactStage({ batch, numResidues }: StageSizes) {
  return stage((parameters) => ({
    contacts: sigmoid(
      add(
        input('evidence', [batch, numResidues, numResidues]),
        parameters.get('bias', [1], 'zeros'),
      ),
    ),
  }));
}

/** The last hidden states, normalised, of the residues alone. Scope: whole model. */
export function representationStage(sizes: StageSizes, config: LanguageModelConfig) {
  return stage((parameters) => {
    const normalised = finalNorm(parameters.within('esm'), hiddenInput(sizes, config), config);
    return { representation: slice(normalised, 1, 1, sizes.numResidues + 1) };
  });
}

/** Names that a checkpoint may give to its masked-residue head: ESM-2's, and ours. */
export const MASKED_RESIDUE_HEADS = ['lm_head', 'masked_residue_head'] as const;

/** Logits of every token for every residue. Scope: whole model. */
function logitStage(head: (typeof MASKED_RESIDUE_HEADS)[number]) {
  return (sizes: StageSizes, config: LanguageModelConfig) =>
    stage((parameters) => {
      const esm = parameters.within('esm');
      const normalised = finalNorm(esm, hiddenInput(sizes, config), config);
      const ofResidues = slice(normalised, 1, 1, sizes.numResidues + 1);
      const table = tokenTable(esm, config.channels);
      return { logits: maskedResidueLogits(parameters.within(head), table, ofResidues) };
    });
}

/** {@link logitStage} for each name of the head; one function each, because compiled graphs are kept by it. */
export const LOGIT_STAGES = {
  lm_head: logitStage('lm_head'),
  masked_residue_head: logitStage('masked_residue_head'),
} as const;
