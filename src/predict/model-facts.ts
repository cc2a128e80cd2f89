import { setOf } from '#weights/registry';
import { isDescription, type RegistryModel } from '#weights/registry-model';

/** What people want to know of a model before they install it. */
export interface ModelFacts extends Omit<
  RegistryModel,
  'layout' | 'network' | 'languageModel' | 'numBlocks'
> {
  /** Sum of its files, 10^9 bytes, where the size of all weights is known; 0 for what comes with the package. */
  readonly downloadGigabytes?: number;
  /** Name of the models that it belongs to, which are alike but for their training; absent where it stands alone. */
  readonly set?: string;
}

/** What is known of a model of the registry. */
export function modelFacts(model: RegistryModel): ModelFacts {
  const { name, aliases, kind, licence, description, accuracy, files } = model;
  const { numRecycles, runs, singleRuns } = model;
  const set = setOf(name);
  const weights = files.filter((file) => !isDescription(file));
  const isKnown = weights.every(({ gigabytes }) => gigabytes !== undefined);
  const downloadGigabytes = weights.reduce((sum, { gigabytes = 0 }) => sum + gigabytes, 0);
  return {
    name,
    ...(aliases ? { aliases } : {}),
    kind,
    licence,
    description,
    ...(isKnown ? { downloadGigabytes } : {}),
    ...(set === undefined ? {} : { set }),
    ...(numRecycles === undefined ? {} : { numRecycles }),
    runs,
    ...(singleRuns ? { singleRuns } : {}),
    ...(accuracy ? { accuracy } : {}),
    files,
  };
}
