import { FoldError } from '#errors';
import type { RegistryModel } from './registry-model.js';
import { REGISTRY } from './registry.generated.js';

/** Every model that is known by name: ours, and the public ESM-2 and ESMFold checkpoints. */
export const MODELS: readonly RegistryModel[] = REGISTRY;

/** Models that belong together, by the name that stands for all of them. */
export const MODEL_SETS: Readonly<Record<string, readonly string[]>> = {
  alphafold2_ptm: namesLike(/^alphafold2_model_\d_ptm$/),
  openfold_ptm: namesLike(/^openfold_ptm_/),
};

/** Name of the set that a model belongs to; undefined where it stands alone. */
export function setOf(name: string): string | undefined {
  return Object.keys(MODEL_SETS).find((set) => MODEL_SETS[set]!.includes(name));
}

function namesLike(pattern: RegExp): string[] {
  return MODELS.map(({ name }) => name).filter((name) => pattern.test(name));
}

/** Name of a model on huggingface.co, `ORGANISATION/NAME`, where it has a place of its own there. */
export function hubNameOf({ layout, files }: RegistryModel): string | undefined {
  if (layout !== 'huggingface') return undefined;
  return /^https:\/\/huggingface\.co\/([^/]+\/[^/]+)\/resolve\//.exec(files[0]?.url ?? '')?.[1];
}

/** The model of that name, alias or name on huggingface.co; upper and lower case as published. */
export function knownModel(name: string): RegistryModel | undefined {
  return MODELS.find(
    (known) =>
      known.name === name || known.aliases?.includes(name) === true || hubNameOf(known) === name,
  );
}

/**
 * Finds a model by its name, an alias, or its name on huggingface.co.
 *
 * @param name upper and lower case as published
 * @throws FoldError `MODEL_UNKNOWN`
 */
export function findModel(name: string): RegistryModel {
  const model = knownModel(name);
  if (model) return model;
  const members = Object.hasOwn(MODEL_SETS, name) ? MODEL_SETS[name] : undefined;
  if (members)
    throw new FoldError('MODEL_UNKNOWN', `"${name}" is ${members.length} models, not one`, {
      hint: `choose one of them: ${members.join(', ')}`,
    });
  throw new FoldError('MODEL_UNKNOWN', `no model is called "${name}"`, {
    hint: `Known models: ${MODELS.map((known) => known.name).join(', ')}. A folder or file works too.`,
  });
}
