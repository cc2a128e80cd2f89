import { parseAlphafold2Config } from '#architectures/alphafold2/config-file';
import { alphafold2Model } from '#architectures/alphafold2/model';
import { languageModelBytes, predictionBytes } from '#architectures/esmfold/memory';
import { CODONFOLD_SMALL } from '#architectures/esmfold/presets';
import { ESM2, esmfoldOn } from '#architectures/esmfold/public-models';
import { publishedAlphafold2Config } from '#weights/alphafold2/published-config';
import type { RegistryModel } from '#weights/registry-model';

/** Lengths for which memory is stated. */
const LENGTHS = [100, 400] as const;

/** What the registry says of a model by hand. */
export type ListedModel = Omit<RegistryModel, 'memory'>;

/** The largest memory of a run, estimated for a short and a long chain: seconds of tracing graphs for some models. */
export function memoryOf(model: ListedModel): RegistryModel['memory'] {
  return LENGTHS.map((numResidues) => ({
    numResidues,
    megabytes: Math.ceil(bytesOf(model, numResidues) / 1e6),
  }));
}

function bytesOf(model: ListedModel, numResidues: number): number {
  const { kind, network, languageModel, numBlocks = 0 } = model;
  if (network === 'alphafold2')
    return 1e6 * publishedAlphafold2(model).estimate({ chainLengths: [numResidues] }).megabytes;
  if (languageModel === undefined) return predictionBytes(CODONFOLD_SMALL, numResidues);
  return kind === 'language-model'
    ? languageModelBytes(ESM2[languageModel], { batch: 1, numResidues })
    : predictionBytes(esmfoldOn(languageModel, numBlocks), numResidues);
}

/** The network of a published file, as the file's name and what it is for tell it. */
function publishedAlphafold2({ name, files }: ListedModel) {
  const hasTemplates = !/no_templates|model_[345]/.test(name);
  const { path } = files[0]!;
  const layout = path.endsWith('.npz') ? 'deepmind' : 'openfold';
  const tensors = {
    has: (tensor: string) => hasTemplates || !tensor.startsWith('template_embedder.'),
  };
  return alphafold2Model(
    parseAlphafold2Config(publishedAlphafold2Config(tensors, path, layout)),
  );
}
