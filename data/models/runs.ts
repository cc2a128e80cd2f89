import { parseAlphafold2Config } from '#architectures/alphafold2/config-file';
import { alphafold2Model } from '#architectures/alphafold2/model';
import type { PredictionEstimate } from '#architectures/family';
import { estimatePrediction } from '#architectures/esmfold/estimate';
import { languageModelBytes } from '#architectures/esmfold/memory';
import { CODONFOLD_SMALL } from '#architectures/esmfold/presets';
import { ESM2, esmfoldOn } from '#architectures/esmfold/public-models';
import { publishedAlphafold2Config } from '#weights/alphafold2/published-config';
import type { EstimatedRun, RegistryModel } from '#weights/registry-model';

/** Lengths for which memory and time are stated. */
const LENGTHS = [100, 400] as const;

/** What the registry says of a model by hand. */
export type ListedModel = Omit<RegistryModel, 'runs'>;

/** What a short and a long chain take, by estimate: seconds of tracing graphs for some models. */
export function runsOf(model: ListedModel): readonly EstimatedRun[] {
  const { kind, network, languageModel, numBlocks = 0 } = model;
  if (kind === 'language-model')
    return LENGTHS.map((numResidues) => {
      const bytes = languageModelBytes(ESM2[languageModel!], { batch: 1, numResidues });
      return { numResidues, megabytes: Math.ceil(bytes / 1e6) };
    });
  const config = languageModel ? esmfoldOn(languageModel, numBlocks) : CODONFOLD_SMALL;
  const estimate = (numResidues: number): PredictionEstimate =>
    network === 'alphafold2'
      ? publishedAlphafold2(model).estimate({ chainLengths: [numResidues] })
      : estimatePrediction(config, numResidues, config.numRecycles);
  return LENGTHS.map((numResidues) => {
    const { seconds, megabytes } = estimate(numResidues);
    return { numResidues, megabytes: Math.ceil(megabytes), seconds: Math.ceil(10 * seconds) / 10 };
  });
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
