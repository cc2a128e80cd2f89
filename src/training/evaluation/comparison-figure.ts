import type { RegistryModel } from '#weights/registry-model';
import { REGISTRY } from '#weights/registry.generated';
import type { BaselineName } from './baselines.js';
import type { Evaluation } from './evaluate.js';
import { stripFigure, type Strip } from './strip-figure.js';
import { GREY } from './svg-page.js';

export const MODEL_COLOUR = '#0072b2';

/** The figure that matters: the model between its baselines and what others reached. */
export function comparisonFigure({ summary, baselines, chains }: Evaluation, name: string): string {
  const ours: Strip[] = baselines.toReversed().map((baseline) => ({
    name: baseline.name,
    mean: baseline.tm,
    values: chains.flatMap((chain) => chain.baselines[baseline.name as BaselineName]?.tm ?? []),
    colour: GREY,
  }));
  const model = {
    name,
    mean: summary.scores.tm,
    values: chains.map((chain) => chain.model.tm),
    colour: MODEL_COLOUR,
  };
  const isHeldOut = chains.every(({ record }) => record.split === 'val');
  const heading = `${chains.length} ${isHeldOut ? 'held-out chains' : 'chains'}`;
  return stripFigure('How good it is: TM-score of each chain, and mean', 'TM-score', [
    { heading, strips: [...ours, model] },
    { heading: 'published means, on CAMEO targets: other proteins', strips: publishedMeans() },
  ]);
}

/** What others measured for the public models, from the least to the best. */
function publishedMeans(): Strip[] {
  const means = new Map(
    REGISTRY.flatMap((model) =>
      model.accuracy?.cameoTmScore === undefined
        ? []
        : [[publishedName(model), model.accuracy.cameoTmScore] as const],
    ),
  );
  return [...means]
    .map(([name, mean]) => ({ name, mean, values: [], colour: GREY }))
    .sort((a, b) => a.mean - b.mean);
}

/** What the figure calls a model; the weights of one network have one mean. */
function publishedName({ name, network, languageModel, numBlocks }: RegistryModel): string {
  if (network === 'alphafold2') return 'AlphaFold 2 (OpenFold), with alignments';
  return numBlocks === 0 ? `structure module on ESM-2 ${languageModel}` : name;
}
