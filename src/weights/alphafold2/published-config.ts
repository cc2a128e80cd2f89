import type { CheckpointConfig } from '#weights/original/config';
import type { TensorSource } from '#weights/tensor-source';

/** Sizes that all published networks share, in OpenFold's names. */
const GLOBALS = { c_m: 256, c_z: 128, c_s: 384, c_e: 64, c_t: 64 };
const ALIGNMENT_STACK = {
  c_z: GLOBALS.c_z,
  c_hidden_opm: 32,
  c_hidden_mul: 128,
  c_hidden_pair_att: 32,
  no_heads_msa: 8,
  no_heads_pair: 4,
  transition_n: 4,
};
/** Extra rows of DeepMind's models 1, 3 and 4; all others have fewer. */
const MOST_EXTRA_ROWS = 5120;
const EXTRA_ROWS = 1024;
const CLUSTERS = 512;
const TEMPLATES = 4;
const MODELS_OF_MOST_EXTRA_ROWS = /(^|[^a-z])model_[134](_|\.|$)/;

/**
 * The configuration of a published AlphaFold 2 network, for a file that has no `config.json` beside it. Sizes are the
 * same in all of them; whether there are template modules and a head for aligned errors is read off the tensors, and
 * how many extra rows it was trained on off the file's name.
 *
 * @param tensors under our names
 * @param fileName such as `params_model_1_ptm.npz`
 * @param layout DeepMind's models leave room for the rows of templates
 * @source DeepMind, alphafold/model/config.py; OpenFold, openfold/config.py
 */
export function publishedAlphafold2Config(
  tensors: Pick<TensorSource, 'has'>,
  fileName: string,
  layout: 'deepmind' | 'openfold',
): CheckpointConfig {
  const hasTemplates = tensors.has('template_embedder.template_pair_embedder.linear.weight');
  const hasAlignedError = tensors.has('aux_heads.tm.linear.weight');
  return {
    format: 'openfold',
    model_type: hasAlignedError ? 'alphafold2_monomer_ptm' : 'alphafold2_monomer',
    globals: GLOBALS,
    model: {
      input_embedder: { relpos_k: 32 },
      template: {
        enabled: hasTemplates,
        template_pair_stack: {
          c_t: GLOBALS.c_t,
          c_hidden_tri_att: 16,
          c_hidden_tri_mul: 64,
          no_blocks: 2,
          no_heads: 4,
          pair_transition_n: 2,
        },
        template_pointwise_attention: { c_hidden: 16, no_heads: 4 },
      },
      extra_msa: {
        extra_msa_stack: {
          ...ALIGNMENT_STACK,
          c_m: GLOBALS.c_e,
          c_hidden_msa_att: 8,
          no_blocks: 4,
        },
      },
      evoformer_stack: {
        ...ALIGNMENT_STACK,
        c_m: GLOBALS.c_m,
        c_s: GLOBALS.c_s,
        c_hidden_msa_att: 32,
        no_blocks: 48,
      },
      structure_module: {
        c_s: GLOBALS.c_s,
        c_z: GLOBALS.c_z,
        c_ipa: 16,
        c_resnet: 128,
        no_heads_ipa: 12,
        no_qk_points: 4,
        no_v_points: 8,
        no_blocks: 8,
        no_transition_layers: 1,
        no_resnet_blocks: 2,
        trans_scale_factor: 10,
        epsilon: 1e-8,
      },
      heads: { lddt: { c_hidden: 128 }, tm: { enabled: hasAlignedError } },
    },
    data: {
      max_msa_clusters: layout === 'deepmind' && hasTemplates ? CLUSTERS - TEMPLATES : CLUSTERS,
      max_extra_msa: MODELS_OF_MOST_EXTRA_ROWS.test(fileName) ? MOST_EXTRA_ROWS : EXTRA_ROWS,
      max_templates: TEMPLATES,
      max_recycling_iters: 3,
    },
  };
}
