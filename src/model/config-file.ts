import { FoldError } from '#errors';
import type { FoldModelConfig } from './config.js';
import type { LanguageModelConfig } from './language-model/language-model.js';
import type { StructureModuleConfig } from './structure-module/structure-module.js';
import type { TrunkConfig } from './trunk/trunk.js';

/** ESMFold makes four passes unless told. */
const ESMFOLD_RECYCLES = 3;

/** Reads fields of a JSON object and says which one is wrong. */
class Fields {
  readonly #object: Readonly<Record<string, unknown>>;
  readonly #path: string;

  constructor(value: unknown, path: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new FoldError('WEIGHTS_MISMATCH', `config.json: "${path}" must be an object`);
    }
    this.#object = value as Record<string, unknown>;
    this.#path = path;
  }

  object(name: string): Fields {
    return new Fields(this.#object[name], `${this.#path}${name}.`);
  }

  number(name: string, fallback?: number): number {
    const value = this.#object[name] ?? fallback;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw new FoldError('WEIGHTS_MISMATCH', `config.json: "${this.#path}${name}" must be a number`);
  }

  flag(name: string, fallback: boolean): boolean {
    const value = this.#object[name] ?? fallback;
    if (typeof value === 'boolean') return value;
    throw new FoldError(
      'WEIGHTS_MISMATCH',
      `config.json: "${this.#path}${name}" must be true or false`,
    );
  }
}

/**
 * Reads the sizes of a folding model from a checkpoint's `config.json` in the Hugging Face layout of ESMFold.
 * Fields that ESMFold does not have (`triangle_attention`, `pair_transition_factor`, `starts_from_torsions`,
 * `num_recycles`) default to what ESMFold does.
 *
 * @param json the parsed file
 * @throws {@link FoldError} `WEIGHTS_MISMATCH` naming the field
 */
export function parseModelConfig(json: unknown): FoldModelConfig {
  const root = new Fields(json, '');
  const esmfold = root.object('esmfold_config');
  const trunk = esmfold.object('trunk');
  return {
    languageModel: languageModelConfig(root),
    trunk: trunkConfig(trunk),
    structureModule: structureModuleConfig(trunk.object('structure_module')),
    lddtChannels: esmfold.number('lddt_head_hid_dim'),
    numRecycles: esmfold.number('num_recycles', ESMFOLD_RECYCLES),
  };
}

function languageModelConfig(root: Fields): LanguageModelConfig {
  return {
    numLayers: root.number('num_hidden_layers'),
    channels: root.number('hidden_size'),
    numHeads: root.number('num_attention_heads'),
    transitionChannels: root.number('intermediate_size'),
    layerNormEpsilon: root.number('layer_norm_eps'),
    tokenDropout: root.flag('token_dropout', true),
  };
}

function trunkConfig(trunk: Fields): TrunkConfig {
  return {
    numBlocks: trunk.number('num_blocks'),
    singleChannels: trunk.number('sequence_state_dim'),
    pairChannels: trunk.number('pairwise_state_dim'),
    singleHeadChannels: trunk.number('sequence_head_width'),
    pairHeadChannels: trunk.number('pairwise_head_width'),
    positionBins: trunk.number('position_bins'),
    triangleAttention: trunk.flag('triangle_attention', true),
    pairTransitionFactor: trunk.number('pair_transition_factor', 4),
  };
}

function structureModuleConfig(module: Fields): StructureModuleConfig {
  return {
    singleChannels: module.number('sequence_dim'),
    pairChannels: module.number('pairwise_dim'),
    attentionChannels: module.number('ipa_dim'),
    numHeads: module.number('num_heads_ipa'),
    numQueryPoints: module.number('num_qk_points'),
    numValuePoints: module.number('num_v_points'),
    resnetChannels: module.number('resnet_dim'),
    numIterations: module.number('num_blocks'),
    numTransitionLayers: module.number('num_transition_layers'),
    numResnetBlocks: module.number('num_resnet_blocks'),
    lengthScale: module.number('trans_scale_factor'),
    epsilon: module.number('epsilon'),
    startsFromTorsions: module.flag('starts_from_torsions', false),
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
          starts_from_torsions: structureModule.startsFromTorsions,
        },
      },
    },
  };
}
