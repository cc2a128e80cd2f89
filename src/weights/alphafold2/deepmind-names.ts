/** @file What DeepMind's parameter files call the tensors of AlphaFold 2, and what we call them. */

/** Stands for the number of a block in {@link deepmindName}. */
export const BLOCK = '#';

const ROOT = 'alphafold/alphafold_iteration/';

/** Modules over the pair representation, within a block. */
const PAIR_MODULES: Readonly<Record<string, string>> = {
  ...triangleMultiplication('outgoing', 'tri_mul_out', ['a', 'b']),
  // Here the two factors change places.
  ...triangleMultiplication('incoming', 'tri_mul_in', ['b', 'a']),
  ...triangleAttention('starting', 'tri_att_start'),
  ...triangleAttention('ending', 'tri_att_end'),
  ...transition('pair_transition'),
};

function triangleMultiplication(
  direction: string,
  scope: string,
  [left, right]: readonly [string, string],
): Record<string, string> {
  const path = `triangle_multiplication_${direction}`;
  return {
    [`${path}/layer_norm_input`]: `${scope}.layer_norm_in`,
    [`${path}/left_projection`]: `${scope}.linear_${left}_p`,
    [`${path}/left_gate`]: `${scope}.linear_${left}_g`,
    [`${path}/right_projection`]: `${scope}.linear_${right}_p`,
    [`${path}/right_gate`]: `${scope}.linear_${right}_g`,
    [`${path}/center_layer_norm`]: `${scope}.layer_norm_out`,
    [`${path}/output_projection`]: `${scope}.linear_z`,
    [`${path}/gating_linear`]: `${scope}.linear_g`,
  };
}

function triangleAttention(node: string, scope: string): Record<string, string> {
  const path = `triangle_attention_${node}_node`;
  return {
    [`${path}/query_norm`]: `${scope}.layer_norm`,
    [`${path}//feat_2d_weights`]: `${scope}.linear.weight`,
    [`${path}/attention`]: `${scope}.mha`,
  };
}

function transition(name: string): Record<string, string> {
  return {
    [`${name}/input_layer_norm`]: `${name}.layer_norm`,
    [`${name}/transition1`]: `${name}.linear_1`,
    [`${name}/transition2`]: `${name}.linear_2`,
  };
}

/** Modules over an alignment, within a block. */
const MSA_MODULES: Readonly<Record<string, string>> = {
  'msa_row_attention_with_pair_bias/query_norm': 'msa_att_row.layer_norm_m',
  'msa_row_attention_with_pair_bias/feat_2d_norm': 'msa_att_row.layer_norm_z',
  'msa_row_attention_with_pair_bias//feat_2d_weights': 'msa_att_row.linear_z.weight',
  'msa_row_attention_with_pair_bias/attention': 'msa_att_row.mha',
  'msa_column_attention/query_norm': 'msa_att_col._msa_att.layer_norm_m',
  'msa_column_attention/attention': 'msa_att_col._msa_att.mha',
  'msa_column_global_attention/query_norm': 'msa_att_col.layer_norm_m',
  'msa_column_global_attention/attention': 'msa_att_col.global_attention',
  ...transition('msa_transition'),
  'outer_product_mean/layer_norm_input': 'outer_product_mean.layer_norm',
  'outer_product_mean/left_projection': 'outer_product_mean.linear_1',
  'outer_product_mean/right_projection': 'outer_product_mean.linear_2',
  'outer_product_mean//output_w': 'outer_product_mean.linear_out.weight',
  'outer_product_mean//output_b': 'outer_product_mean.linear_out.bias',
};

const TEMPLATE = 'evoformer/template_embedding/single_template_embedding/';

const MODULES: ReadonlyMap<string, string> = new Map([
  ...Object.entries({
    'evoformer/preprocess_1d': 'input_embedder.linear_tf_m',
    'evoformer/preprocess_msa': 'input_embedder.linear_msa_m',
    'evoformer/left_single': 'input_embedder.linear_tf_z_i',
    'evoformer/right_single': 'input_embedder.linear_tf_z_j',
    'evoformer/pair_activiations': 'input_embedder.linear_relpos',
    'evoformer/prev_pos_linear': 'recycling_embedder.linear',
    'evoformer/prev_msa_first_row_norm': 'recycling_embedder.layer_norm_m',
    'evoformer/prev_pair_norm': 'recycling_embedder.layer_norm_z',
    'evoformer/extra_msa_activations': 'extra_msa_embedder.linear',
    'evoformer/single_activations': 'evoformer.linear',
    'evoformer/template_single_embedding': 'template_embedder.template_single_embedder.linear_1',
    'evoformer/template_projection': 'template_embedder.template_single_embedder.linear_2',
    [`${TEMPLATE}embedding2d`]: 'template_embedder.template_pair_embedder.linear',
    [`${TEMPLATE}output_layer_norm`]: 'template_embedder.template_pair_stack.layer_norm',
    'evoformer/template_embedding/attention': 'template_embedder.template_pointwise_att.mha',
    'structure_module/single_layer_norm': 'structure_module.layer_norm_s',
    'structure_module/initial_projection': 'structure_module.linear_in',
    'structure_module/pair_layer_norm': 'structure_module.layer_norm_z',
    'predicted_lddt_head/input_layer_norm': 'aux_heads.plddt.layer_norm',
    'predicted_lddt_head/act_0': 'aux_heads.plddt.linear_1',
    'predicted_lddt_head/act_1': 'aux_heads.plddt.linear_2',
    'predicted_lddt_head/logits': 'aux_heads.plddt.linear_3',
    'distogram_head/half_logits': 'aux_heads.distogram.linear',
    'experimentally_resolved_head/logits': 'aux_heads.experimentally_resolved.linear',
    'masked_msa_head/logits': 'aux_heads.masked_msa.linear',
    'predicted_aligned_error_head/logits': 'aux_heads.tm.linear',
  }),
  ...within('structure_module/fold_iteration/', 'structure_module.', {
    'invariant_point_attention/q_scalar': 'ipa.linear_q',
    'invariant_point_attention/kv_scalar': 'ipa.linear_kv',
    'invariant_point_attention/q_point_local': 'ipa.linear_q_points',
    'invariant_point_attention/kv_point_local': 'ipa.linear_kv_points',
    'invariant_point_attention/attention_2d': 'ipa.linear_b',
    'invariant_point_attention/output_projection': 'ipa.linear_out',
    'invariant_point_attention//trainable_point_weights': 'ipa.head_weights',
    attention_layer_norm: 'layer_norm_ipa',
    transition: 'transition.layers.0.linear_1',
    transition_1: 'transition.layers.0.linear_2',
    transition_2: 'transition.layers.0.linear_3',
    transition_layer_norm: 'transition.layer_norm',
    affine_update: 'bb_update.linear',
    'rigid_sidechain/input_projection': 'angle_resnet.linear_in',
    'rigid_sidechain/input_projection_1': 'angle_resnet.linear_initial',
    'rigid_sidechain/resblock1': 'angle_resnet.layers.0.linear_1',
    'rigid_sidechain/resblock2': 'angle_resnet.layers.0.linear_2',
    'rigid_sidechain/resblock1_1': 'angle_resnet.layers.1.linear_1',
    'rigid_sidechain/resblock2_1': 'angle_resnet.layers.1.linear_2',
    'rigid_sidechain/unnormalized_angles': 'angle_resnet.linear_out',
  }),
  ...blocks('evoformer/evoformer_iteration/', 'evoformer.'),
  ...blocks('evoformer/extra_msa_stack/', 'extra_msa_stack.'),
  ...within(
    `${TEMPLATE}template_pair_stack/__layer_stack_no_state/`,
    `template_embedder.template_pair_stack.blocks.${BLOCK}.`,
    PAIR_MODULES,
  ),
]);

/** The modules of a stack over an alignment. */
function blocks(path: string, scope: string): [string, string][] {
  const block = `${scope}blocks.${BLOCK}.`;
  return [
    ...within(path, block, MSA_MODULES),
    ...within(path, `${block}pair_stack.`, PAIR_MODULES),
  ];
}

function within(
  path: string,
  scope: string,
  modules: Readonly<Record<string, string>>,
): [string, string][] {
  return Object.entries(modules).map(([module, name]) => [path + module, scope + name]);
}

/** Parameters of a module: those of linear layers and norms, and those of attention. */
const PARAMETERS: ReadonlyMap<string, string> = new Map([
  ['weights', 'weight'],
  ['bias', 'bias'],
  ['scale', 'weight'],
  ['offset', 'bias'],
  ['query_w', 'linear_q.weight'],
  ['key_w', 'linear_k.weight'],
  ['value_w', 'linear_v.weight'],
  ['gating_w', 'linear_g.weight'],
  ['gating_b', 'linear_g.bias'],
  ['output_w', 'linear_o.weight'],
  ['output_b', 'linear_o.bias'],
]);

/**
 * The name that we give to a tensor of DeepMind's parameter files.
 *
 * @param original such as `alphafold/alphafold_iteration/evoformer/preprocess_1d//weights`
 * @returns with {@link BLOCK} for the number of the block where the tensors of a stack are joined; nothing for a tensor
 *   that the network has not
 */
export function deepmindName(original: string): string | undefined {
  if (!original.startsWith(ROOT)) return undefined;
  const path = original.slice(ROOT.length);
  const known = MODULES.get(path);
  if (known !== undefined) return known;
  const [module = '', parameter = ''] = path.split('//');
  const scope = MODULES.get(module);
  const name = PARAMETERS.get(parameter);
  return scope === undefined || name === undefined ? undefined : `${scope}.${name}`;
}
