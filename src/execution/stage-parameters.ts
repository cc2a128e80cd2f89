import { FoldError } from '#errors';
import { formatShape, sameShape, type Shape } from '#tensor/shape';
import type { TensorSource } from '#weights/tensor-source';
import type { StageBuilder, StageSizes } from './stage.js';

/** A stage and the scopes of the weights that it is run with: one for each block. */
export interface ScopedStage<Config, Sizes extends StageSizes = StageSizes> {
  readonly build: StageBuilder<Config, Sizes>;
  readonly scopes: readonly string[];
}

/** Scopes of numbered blocks: `trunk.blocks.0.` and so on. */
export function blockScopes(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, block) => `${prefix}${block}.`);
}

/**
 * Every learned tensor of a model by its full name.
 *
 * @param stages of the model, all of them
 * @param sizes any: shapes of weights do not depend on them
 */
export function stageParameters<Config, Sizes extends StageSizes>(
  stages: readonly ScopedStage<Config, Sizes>[],
  sizes: Sizes,
  config: Config,
): Map<string, Shape> {
  const shapes = new Map<string, Shape>();
  for (const { build, scopes } of stages) {
    const { graph, parameterNames } = build(sizes, config);
    for (const scope of scopes)
      for (const name of parameterNames) shapes.set(scope + name, graph.inputs.get(name)!.shape);
  }
  return shapes;
}

/** Differences that an error names; a wrong configuration makes hundreds. */
const NUM_NAMED = 3;

/**
 * Stops where a checkpoint does not have what a configuration wants: a tensor that is missing or has another shape, or
 * more blocks than the configuration says, which would be left out without a word.
 *
 * @param weights of the model
 * @param shapes of all tensors that the configuration wants
 * @throws {@link FoldError} `WEIGHTS_MISMATCH` naming the first tensors
 */
export function requireShapes(weights: TensorSource, shapes: ReadonlyMap<string, Shape>): void {
  const differences = [...differencesFrom(weights, shapes)];
  if (differences.length === 0) return;
  const named = differences.slice(0, NUM_NAMED).join('; ');
  const others = differences.length - NUM_NAMED;
  throw new FoldError(
    'WEIGHTS_MISMATCH',
    `the weights do not fit their configuration: ${named}${others > 0 ? `; and ${others} more` : ''}`,
    { hint: 'put the config.json of these weights beside them' },
  );
}

function* differencesFrom(
  weights: TensorSource,
  shapes: ReadonlyMap<string, Shape>,
): Generator<string> {
  for (const [name, wanted] of shapes) {
    const shape = weights.has(name) ? weights.info(name).shape : undefined;
    if (!shape) yield `"${name}" is not there`;
    else if (!sameShape(shape, wanted))
      yield `"${name}" is ${formatShape(shape)}, the configuration wants ${formatShape(wanted)}`;
  }
  const families = new Set([...shapes.keys()].map(withoutNumbers));
  for (const name of weights.names)
    if (!shapes.has(name) && families.has(withoutNumbers(name)))
      yield `"${name}" is there, the configuration has fewer blocks`;
}

/** What a tensor of one block has in common with those of others. */
function withoutNumbers(name: string): string {
  return name.replace(/(?<=\.)\d+(?=\.)/g, '#');
}
