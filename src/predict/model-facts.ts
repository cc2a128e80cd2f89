import { parseAlphafold2Config } from '#architectures/alphafold2/config-file';
import { alphafold2Model } from '#architectures/alphafold2/model';
import { languageModelBytes, predictionBytes } from '#architectures/esmfold/memory';
import { CODONFOLD_SMALL } from '#architectures/esmfold/presets';
import { ESM2, esmfoldOn } from '#architectures/esmfold/public-models';
import { publishedAlphafold2Config } from '#weights/alphafold2/published-config';
import type { RegistryModel } from '#weights/registry-model';

/** Lengths for which memory is told. */
const LENGTHS = [100, 400] as const;

/** What people want to know of a model before they install it. */
export interface ModelFacts extends Omit<
  RegistryModel,
  'layout' | 'network' | 'languageModel' | 'numBlocks'
> {
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

function bytesOf(model: RegistryModel, numResidues: number) {
  const { kind, network, languageModel, numBlocks = 0 } = model;
  if (network === 'alphafold2')
    return 1e6 * publishedAlphafold2(model).estimate({ chainLengths: [numResidues] }).megabytes;
  if (languageModel === undefined) return predictionBytes(CODONFOLD_SMALL, numResidues);
  return kind === 'language-model'
    ? languageModelBytes(ESM2[languageModel], { batch: 1, numResidues })
    : predictionBytes(esmfoldOn(languageModel, numBlocks), numResidues);
}

/** The network of a published file, as the file's name and what it is for tell it. */
function publishedAlphafold2({ name, files }: RegistryModel) {
  const hasTemplates = !name.includes('no_templates');
  const tensors = {
    has: (tensor: string) => hasTemplates || !tensor.startsWith('template_embedder.'),
  };
  return alphafold2Model(
    parseAlphafold2Config(publishedAlphafold2Config(tensors, files[0]!.path, 'openfold')),
  );
}
