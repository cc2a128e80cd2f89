import { ConfigFields } from '#architectures/config-fields';
import type { StructureModuleConfig } from '#layers/structure-module/structure-module';
import type {
  Alphafold2Config,
  Alphafold2Defaults,
  MsaStackConfig,
  PairBlockConfig,
  TemplateConfig,
} from './config.js';

const MULTIMER = 'AlphaFold-Multimer and other variants are not supported';

/**
 * Reads the sizes of an AlphaFold 2 network from a `config.json` in OpenFold's names: `globals`, `model` and `data`.
 *
 * @param json the parsed file
 * @throws {@link FoldError} `WEIGHTS_MISMATCH` naming the field
 */
export function parseAlphafold2Config(json: unknown): Alphafold2Config {
  const root = new ConfigFields(json);
  const model = root.object('model');
  const template = model.object('template');
  const heads = model.object('heads');
  const evoformer = model.object('evoformer_stack');
  const extraMsa = model.object('extra_msa');
  model.expect('_mask_trans', false, 'transitions are not masked');
  extraMsa.expect('enabled', true, MULTIMER);
  return {
    msaChannels: evoformer.count('c_m'),
    pairChannels: evoformer.count('c_z'),
    singleChannels: evoformer.count('c_s'),
    positionBins: model.object('input_embedder').count('relpos_k'),
    ...(template.flag('enabled', true) ? { templates: templateConfig(template) } : {}),
    extraMsa: msaStackConfig(extraMsa.object('extra_msa_stack')),
    evoformer: msaStackConfig(evoformer),
    structureModule: structureModuleConfig(model.object('structure_module')),
    lddtChannels: heads.object('lddt').count('c_hidden'),
    predictsAlignedError: heads.object('tm').flag('enabled', false),
    defaults: publishedSettings(root.object('data')),
  };
}

function msaStackConfig(stack: ConfigFields): MsaStackConfig {
  stack.expect('opm_first', false, MULTIMER);
  stack.expect('no_column_attention', false, 'networks without alignments are not supported');
  return {
    numBlocks: stack.count('no_blocks'),
    msaChannels: stack.count('c_m'),
    msaAttention: {
      numHeads: stack.count('no_heads_msa'),
      headChannels: stack.count('c_hidden_msa_att'),
    },
    outerProductChannels: stack.count('c_hidden_opm'),
    transitionFactor: stack.count('transition_n'),
    pair: pairBlockConfig(stack, {
      multiplicationChannels: 'c_hidden_mul',
      numHeads: 'no_heads_pair',
      headChannels: 'c_hidden_pair_att',
      transitionFactor: 'transition_n',
    }),
  };
}

/** The same sizes have two sets of names. */
function pairBlockConfig(
  stack: ConfigFields,
  names: Readonly<
    Record<'multiplicationChannels' | 'numHeads' | 'headChannels' | 'transitionFactor', string>
  >,
): PairBlockConfig {
  stack.expect('fuse_projection_weights', false, MULTIMER);
  return {
    multiplicationChannels: stack.count(names.multiplicationChannels),
    attention: {
      numHeads: stack.count(names.numHeads),
      headChannels: stack.count(names.headChannels),
    },
    transitionFactor: stack.count(names.transitionFactor),
  };
}

function templateConfig(template: ConfigFields): TemplateConfig {
  template.expect('embed_angles', true, MULTIMER);
  template.expect('use_unit_vector', false, MULTIMER);
  template.expect('average_templates', false, 'no published model has it so');
  const stack = template.object('template_pair_stack');
  stack.expect('tri_mul_first', false, MULTIMER);
  const attention = template.object('template_pointwise_attention');
  return {
    numBlocks: stack.count('no_blocks'),
    channels: stack.count('c_t'),
    pair: pairBlockConfig(stack, {
      multiplicationChannels: 'c_hidden_tri_mul',
      numHeads: 'no_heads',
      headChannels: 'c_hidden_tri_att',
      transitionFactor: 'pair_transition_n',
    }),
    attention: {
      numHeads: attention.count('no_heads'),
      headChannels: attention.count('c_hidden'),
    },
  };
}

function structureModuleConfig(module: ConfigFields): StructureModuleConfig {
  return {
    singleChannels: module.count('c_s'),
    pairChannels: module.count('c_z'),
    attentionChannels: module.count('c_ipa'),
    numHeads: module.count('no_heads_ipa'),
    numQueryPoints: module.count('no_qk_points'),
    numValuePoints: module.count('no_v_points'),
    resnetChannels: module.count('c_resnet'),
    numIterations: module.count('no_blocks'),
    numTransitionLayers: module.count('no_transition_layers'),
    numResnetBlocks: module.count('no_resnet_blocks'),
    lengthScale: module.positive('trans_scale_factor'),
    epsilon: module.positive('epsilon'),
  };
}

function publishedSettings(data: ConfigFields): Alphafold2Defaults {
  return {
    numRecycles: data.count('max_recycling_iters', { least: 0 }),
    maxClusters: data.count('max_msa_clusters'),
    maxExtra: data.count('max_extra_msa'),
    maxTemplates: data.count('max_templates', { least: 0 }),
  };
}
