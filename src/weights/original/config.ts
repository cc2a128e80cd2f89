import { FoldError } from '#errors';
import type { JsonValue } from './plain-config.js';

/** A configuration as `config.json` of a Hugging Face checkpoint has it. */
export type CheckpointConfig = Readonly<Record<string, JsonValue>>;

/** What each key of the original structure module is called by transformers. */
const STRUCTURE_MODULE_KEYS: Readonly<Record<string, string>> = {
  c_s: 'sequence_dim',
  c_z: 'pairwise_dim',
  c_ipa: 'ipa_dim',
  c_resnet: 'resnet_dim',
  no_heads_ipa: 'num_heads_ipa',
  no_qk_points: 'num_qk_points',
  no_v_points: 'num_v_points',
  no_blocks: 'num_blocks',
  no_transition_layers: 'num_transition_layers',
  no_resnet_blocks: 'num_resnet_blocks',
  no_angles: 'num_angles',
};

/** Type guard for JSON objects. */
export function isRecord(value: unknown): value is CheckpointConfig {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The configuration of an original ESM-2 checkpoint in the layout of transformers. What the code of ESM-2
 * fixes is filled in.
 *
 * @param original `cfg.model` of the file
 * @param source what error messages call it
 * @throws FoldError `PARSE_CHECKPOINT` where a size is missing
 * @source facebookresearch/esm, esm/pretrained.py and esm/model/esm2.py; transformers, convert_esm.py
 */
export function esm2Config(original: CheckpointConfig, source: string): CheckpointConfig {
  const size = (key: string): number => {
    const value = original[key];
    if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
    throw new FoldError('PARSE_CHECKPOINT', `${source}: the configuration has no size "${key}"`);
  };
  const channels = size('encoder_embed_dim');
  return {
    architectures: ['EsmForMaskedLM'],
    model_type: 'esm',
    is_folding_model: false,
    hidden_size: channels,
    num_hidden_layers: size('encoder_layers'),
    num_attention_heads: size('encoder_attention_heads'),
    intermediate_size: 4 * channels,
    layer_norm_eps: 1e-5,
    position_embedding_type: 'rotary',
    token_dropout: original['token_dropout'] ?? true,
    emb_layer_norm_before: false,
    mask_token_id: 32,
    pad_token_id: 1,
    vocab_size: 33,
    max_position_embeddings: 1026,
  };
}

/**
 * The configuration of an original ESMFold checkpoint in the layout of transformers.
 *
 * @param original `cfg.model` of the file
 * @param languageModel configuration of its language model, in the layout of transformers
 * @param source what error messages call the file
 * @throws FoldError `PARSE_CHECKPOINT` where the trunk or the structure module is missing
 * @source facebookresearch/esm, esm/esmfold/v1/trunk.py; transformers, models/esm/configuration_esm.py
 */
export function esmfoldConfig(
  original: CheckpointConfig,
  languageModel: CheckpointConfig,
  source: string,
): CheckpointConfig {
  const { trunk } = original;
  if (!isRecord(trunk) || !isRecord(trunk['structure_module']))
    throw new FoldError(
      'PARSE_CHECKPOINT',
      `${source}: the configuration has no trunk with a structure module`,
    );
  const structureModule = Object.entries(trunk['structure_module']).map(
    ([key, value]): [string, JsonValue] => [STRUCTURE_MODULE_KEYS[key] ?? key, value],
  );
  return {
    ...languageModel,
    architectures: ['EsmForProteinFolding'],
    is_folding_model: true,
    esmfold_config: {
      ...original,
      trunk: { ...trunk, structure_module: Object.fromEntries(structureModule) },
    },
  };
}
