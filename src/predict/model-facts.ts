import { languageModelBytes, predictionBytes } from '#architectures/esmfold/memory';
import { CODONFOLD_SMALL } from '#architectures/esmfold/presets';
import { ESM2, esmfoldOn } from '#architectures/esmfold/public-models';
import type { RegistryModel } from '#weights/registry-model';

/** Lengths for which memory is told. */
const LENGTHS = [100, 400] as const;

/** What people want to know of a model before they install it. */
export interface ModelFacts extends Omit<RegistryModel, 'layout' | 'languageModel' | 'numBlocks'> {
  /** Sum of its files, 10^9 bytes, where the size of all weights is known; 0 for what comes with the package. */
  readonly downloadGigabytes?: number;
  /** Estimate of the largest memory of a run, by number of residues. */
  readonly memory: readonly { readonly numResidues: number; readonly megabytes: number }[];
}

/** What is known of a model of the registry. */
export function modelFacts(model: RegistryModel): ModelFacts {
  const { name, aliases, kind, licence, description, accuracy, files } = model;
  const weights = files.filter(({ path }) => !path.endsWith('.json'));
  const isKnown = weights.every(({ gigabytes }) => gigabytes !== undefined);
  const downloadGigabytes = weights.reduce((sum, { gigabytes = 0 }) => sum + gigabytes, 0);
  return {
    name,
    ...(aliases ? { aliases } : {}),
    kind,
    licence,
    description,
    ...(isKnown ? { downloadGigabytes } : {}),
    memory: LENGTHS.map((numResidues) => ({
      numResidues,
      megabytes: Math.ceil(bytesOf(model, numResidues) / 1e6),
    })),
    ...(accuracy ? { accuracy } : {}),
    files,
  };
}

function bytesOf({ kind, languageModel, numBlocks = 0 }: RegistryModel, numResidues: number) {
  if (languageModel === undefined) return predictionBytes(CODONFOLD_SMALL, numResidues);
  return kind === 'language-model'
    ? languageModelBytes(ESM2[languageModel], { batch: 1, numResidues })
    : predictionBytes(esmfoldOn(languageModel, numBlocks), numResidues);
}
