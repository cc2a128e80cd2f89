import { FoldError } from '#errors';
import type { RegistryModel } from './registry-model.js';
import { REGISTRY } from './registry.generated.js';

const BYTES_PER_PARAMETER = { float32: 4, float16: 2, int8: 1 } as const;

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

/**
 * Memory that a model's weights take, without the work done on them.
 *
 * @param model from the registry
 * @param precision in which they are kept
 * @returns gigabytes (10^9), where the number of parameters is known
 */
export function weightGigabytes(
  model: RegistryModel,
  precision: keyof typeof BYTES_PER_PARAMETER,
): number | undefined {
  if (model.parameterMillions === undefined) return undefined;
  return (model.parameterMillions * BYTES_PER_PARAMETER[precision]) / 1000;
}
