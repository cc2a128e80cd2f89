import { parseModelConfig } from './esmfold/config-file.js';
import { esmfoldModel, type EsmfoldModel } from './esmfold/model.js';

/** A model of any family. */
export type KnownModel = EsmfoldModel;

/**
 * The model that a configuration describes.
 *
 * @param config content of `config.json`
 * @throws FoldError `WEIGHTS_MISMATCH` naming the field that is wrong
 */
export function recogniseModel(config: unknown): KnownModel {
  return esmfoldModel(parseModelConfig(config));
}
