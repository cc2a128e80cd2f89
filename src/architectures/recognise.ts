import { parseAlphafold2Config } from './alphafold2/config-file.js';
import { alphafold2Model, type Alphafold2Model } from './alphafold2/model.js';
import { parseModelConfig } from './esmfold/config-file.js';
import { esmfoldModel, type EsmfoldModel } from './esmfold/model.js';

/** A model of any family. */
export type KnownModel = EsmfoldModel | Alphafold2Model;

/**
 * The model that a configuration describes.
 *
 * @param config content of `config.json`
 * @throws FoldError `WEIGHTS_MISMATCH` naming the field that is wrong
 */
export function recogniseModel(config: unknown): KnownModel {
  return isAlphafold2(config)
    ? alphafold2Model(parseAlphafold2Config(config))
    : esmfoldModel(parseModelConfig(config));
}

/** Configurations in OpenFold's names have everything below `model`, the Evoformer among it. */
function isAlphafold2(config: unknown): boolean {
  const model = (config as { readonly model?: { readonly evoformer_stack?: unknown } } | null)
    ?.model;
  return typeof model?.evoformer_stack === 'object';
}
