import type { CheckpointConfig } from './config.js';

/**
 * Language model behind each `esm_type` of a folding model.
 *
 * @source facebookresearch/esm, esm/esmfold/v1/esmfold.py
 */
const LANGUAGE_MODELS: Readonly<Record<string, string>> = {
  esm2_8M: 'esm2_t6_8M_UR50D_500K',
  esm2_8M_270K: 'esm2_t6_8M_UR50D',
  esm2_35M: 'esm2_t12_35M_UR50D_500K',
  esm2_35M_270K: 'esm2_t12_35M_UR50D',
  esm2_150M: 'esm2_t30_150M_UR50D_500K',
  esm2_150M_270K: 'esm2_t30_150M_UR50D_270K',
  esm2_650M: 'esm2_t33_650M_UR50D',
  esm2_650M_270K: 'esm2_t33_650M_270K_UR50D',
  esm2_3B: 'esm2_t36_3B_UR50D',
  esm2_3B_270K: 'esm2_t36_3B_UR50D_500K',
  esm2_15B: 'esm2_t48_15B_UR50D',
};

/** What the first version of the original code used; its files do not say. */
const FIRST_TYPE = 'esm2_3B';

/**
 * Name of the language model that an original folding model was trained on.
 *
 * @param config of the folding model; a type that is not published is taken as a name itself
 */
export function languageModelName(config: CheckpointConfig): string {
  const type = config['esm_type'];
  const name = typeof type === 'string' ? type : FIRST_TYPE;
  return Object.hasOwn(LANGUAGE_MODELS, name) ? LANGUAGE_MODELS[name]! : name;
}
