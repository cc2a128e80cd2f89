import { parseAlphafold2Config } from '#architectures/alphafold2/config-file';
import { alphafold2Model } from '#architectures/alphafold2/model';
import type { FoldingModel, Workload } from '#architectures/family';
import { esmfoldModel } from '#architectures/esmfold/model';
import { languageModelBytes } from '#architectures/esmfold/memory';
import { CODONFOLD_SMALL } from '#architectures/esmfold/presets';
import { ESM2, esmfoldOn } from '#architectures/esmfold/public-models';
import { publishedAlphafold2Config } from '#weights/alphafold2/published-config';
import type { EstimatedRun, RegistryModel } from '#weights/registry-model';

/** Lengths for which memory and time are stated. */
const LENGTHS = [100, 400] as const;

/** What is estimated of a model. */
type Estimated = Pick<RegistryModel, 'numRecycles' | 'runs' | 'singleRuns'>;
/** What the registry says of a model by hand. */
export type ListedModel = Omit<RegistryModel, keyof Estimated>;

/** What a short and a long chain take, by estimate: seconds of tracing graphs for some models. */
export function estimated(model: ListedModel): Estimated {
  const { kind, network, languageModel, numBlocks = 0 } = model;
  if (kind === 'language-model')
    return {
      runs: LENGTHS.map((numResidues) => {
        const bytes = languageModelBytes(ESM2[languageModel!], { batch: 1, numResidues });
        return { numResidues, megabytes: Math.ceil(bytes / 1e6) };
      }),
    };
  const folding =
    network === 'alphafold2'
      ? publishedAlphafold2(model)
      : esmfoldModel(languageModel ? esmfoldOn(languageModel, numBlocks) : CODONFOLD_SMALL);
  return {
    numRecycles: folding.numRecycles,
    runs: runsOf(folding),
    ...(folding.readsAlignments ? { singleRuns: runsOf(folding, { numRows: 1 }) } : {}),
  };
}

function runsOf(
  model: FoldingModel,
  rows: Pick<Workload, 'numRows'> = {},
): EstimatedRun[] {
  const up = (seconds: number): number => Math.ceil(10 * seconds) / 10;
  return LENGTHS.map((numResidues) => {
    const size = { ...rows, chainLengths: [numResidues] };
    const { seconds, megabytes } = model.estimate(size);
    const more = model.estimate({ ...size, numRecycles: model.numRecycles + 1 });
    return {
      numResidues,
      megabytes: Math.ceil(megabytes),
      seconds: up(seconds),
      secondsPerRecycle: up(more.seconds - seconds),
    };
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
