import { ConfigFields } from '#architectures/config-fields';
import type { StructureModuleConfig } from '#layers/structure-module/structure-module';
import type { FoldModelConfig } from './config.js';
import type { LanguageModelConfig } from './language-model/language-model.js';
import { MASK_TOKEN, PADDING_TOKEN, TOKENS } from './language-model/tokens.js';
import type { TrunkConfig } from './trunk/trunk.js';

/** ESMFold makes four passes unless told. */
const ESMFOLD_RECYCLES = 3;

/**
 * Reads the sizes of a folding model from a checkpoint's `config.json` in the Hugging Face layout of ESMFold.
 * Fields that ESMFold does not have (`triangle_attention`, `pair_transition_factor`, `starts_from_torsions`,
 * `num_recycles`) default to what ESMFold does.
 *
 * @param json the parsed file
 * @throws {@link FoldError} `WEIGHTS_MISMATCH` naming the field
 */
export function parseModelConfig(json: unknown): FoldModelConfig {
  const root = new ConfigFields(json);
  const esmfold = root.object('esmfold_config');
  const trunk = esmfold.object('trunk');
  const structureModule = trunk.object('structure_module');
  const reason = 'no published model has it so';
  esmfold.expect('embed_aa', true, reason);
  esmfold.expect('bypass_lm', false, reason);
  return {
    languageModel: languageModelConfig(root),
    trunk: trunkConfig(trunk),
    structureModule: structureModuleConfig(structureModule),
    lddtChannels: esmfold.count('lddt_head_hid_dim'),
    ...(esmfold.flag('use_esm_attn_map', false) ? { usesAttentionMaps: true } : {}),
    ...(structureModule.flag('starts_from_torsions', false) ? { startsFromFoldedChain: true } : {}),
    numRecycles: esmfold.count('num_recycles', { least: 0, fallback: ESMFOLD_RECYCLES }),
  };
}

/**
 * Reads the sizes of an ESM-2 language model from a checkpoint's `config.json`, with or without a folding model on it.
 *
 * @param json the parsed file
 * @throws {@link FoldError} `WEIGHTS_MISMATCH` naming the field
 */
export function parseLanguageModelConfig(json: unknown): LanguageModelConfig {
  return languageModelConfig(new ConfigFields(json));
}

function languageModelConfig(root: ConfigFields): LanguageModelConfig {
  const otherAlphabet = 'these weights read another alphabet than that of ESM-2';
  root.expect('model_type', 'esm', 'of this layout ESM-2 and ESMFold are supported');
  root.expect('vocab_size', TOKENS.length, otherAlphabet);
  root.expectList('vocab_list', TOKENS, otherAlphabet);
  root.expect('pad_token_id', PADDING_TOKEN, otherAlphabet);
  root.expect('mask_token_id', MASK_TOKEN, otherAlphabet);
  root.expect('position_embedding_type', 'rotary', 'ESM-1 models are not supported');
  root.expect('emb_layer_norm_before', false, 'ESM-1 models are not supported');
  const numHeads = root.count('num_attention_heads');
  const channels = root.count('hidden_size');
  root.dividesInto('hidden_size', 2 * numHeads, 'twice num_attention_heads');
  return {
    numLayers: root.count('num_hidden_layers'),
    channels,
    numHeads,
    transitionChannels: root.count('intermediate_size'),
    layerNormEpsilon: root.positive('layer_norm_eps'),
    tokenDropout: root.flag('token_dropout', true),
  };
}

function trunkConfig(trunk: ConfigFields): TrunkConfig {
  const singleHeadChannels = trunk.count('sequence_head_width');
  const pairHeadChannels = trunk.count('pairwise_head_width');
  trunk.dividesInto('sequence_state_dim', singleHeadChannels, 'sequence_head_width');
  trunk.dividesInto('pairwise_state_dim', pairHeadChannels, 'pairwise_head_width');
  trunk.dividesInto('pairwise_state_dim', 2, 'the two halves of a product');
  return {
    numBlocks: trunk.count('num_blocks', { least: 0 }),
    singleChannels: trunk.count('sequence_state_dim'),
    pairChannels: trunk.count('pairwise_state_dim'),
    singleHeadChannels,
    pairHeadChannels,
    positionBins: trunk.count('position_bins'),
    triangleAttention: trunk.flag('triangle_attention', true),
    pairTransitionFactor: trunk.count('pair_transition_factor', { fallback: 4 }),
  };
}

function structureModuleConfig(module: ConfigFields): StructureModuleConfig {
  return {
    singleChannels: module.count('sequence_dim'),
    pairChannels: module.count('pairwise_dim'),
    attentionChannels: module.count('ipa_dim'),
    numHeads: module.count('num_heads_ipa'),
    numQueryPoints: module.count('num_qk_points'),
    numValuePoints: module.count('num_v_points'),
    resnetChannels: module.count('resnet_dim'),
    numIterations: module.count('num_blocks'),
    numTransitionLayers: module.count('num_transition_layers'),
    numResnetBlocks: module.count('num_resnet_blocks'),
    lengthScale: module.positive('trans_scale_factor'),
    epsilon: module.positive('epsilon'),
  };
}

/** What {@link parseModelConfig} reads. */
export function formatModelConfig(config: FoldModelConfig): object {
  const { languageModel, trunk, structureModule } = config;
  return {
    architectures: ['EsmForProteinFolding'],
    model_type: 'esm',
    is_folding_model: true,
    hidden_size: languageModel.channels,
    num_hidden_layers: languageModel.numLayers,
    num_attention_heads: languageModel.numHeads,
    intermediate_size: languageModel.transitionChannels,
    layer_norm_eps: languageModel.layerNormEpsilon,
    token_dropout: languageModel.tokenDropout,
    esmfold_config: {
      lddt_head_hid_dim: config.lddtChannels,
      use_esm_attn_map: config.usesAttentionMaps ?? false,
      num_recycles: config.numRecycles,
      trunk: {
        num_blocks: trunk.numBlocks,
        sequence_state_dim: trunk.singleChannels,
        pairwise_state_dim: trunk.pairChannels,
        sequence_head_width: trunk.singleHeadChannels,
        pairwise_head_width: trunk.pairHeadChannels,
        position_bins: trunk.positionBins,
        triangle_attention: trunk.triangleAttention,
        pair_transition_factor: trunk.pairTransitionFactor,
        structure_module: {
          sequence_dim: structureModule.singleChannels,
          pairwise_dim: structureModule.pairChannels,
          ipa_dim: structureModule.attentionChannels,
          num_heads_ipa: structureModule.numHeads,
          num_qk_points: structureModule.numQueryPoints,
          num_v_points: structureModule.numValuePoints,
          resnet_dim: structureModule.resnetChannels,
          num_blocks: structureModule.numIterations,
          num_transition_layers: structureModule.numTransitionLayers,
          num_resnet_blocks: structureModule.numResnetBlocks,
          trans_scale_factor: structureModule.lengthScale,
          epsilon: structureModule.epsilon,
          starts_from_torsions: config.startsFromFoldedChain ?? false,
        },
      },
    },
  };
}
