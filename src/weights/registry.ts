import { FoldError } from '#errors';
import type { RegistryModel } from './registry-model.js';
import { REGISTRY } from './registry.generated.js';

/** Every model that is known by name: ours, and the public ESM-2 and ESMFold checkpoints. */
export const MODELS: readonly RegistryModel[] = REGISTRY;

/**
 * Finds a model by its name or an alias.
 *
 * @param name upper and lower case as published
 * @throws FoldError `MODEL_UNKNOWN`
 */
export function findModel(name: string): RegistryModel {
  const model = MODELS.find((known) => known.name === name || known.aliases?.includes(name));
  if (model) return model;
  throw new FoldError('MODEL_UNKNOWN', `no model is called "${name}"`, {
    hint: `Known models: ${MODELS.map((known) => known.name).join(', ')}. A folder or file works too.`,
  });
}
