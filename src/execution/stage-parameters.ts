import { formatShape, sameShape, type Shape } from '#tensor/shape';
import { FoldError } from '#errors';
import type { TensorSource } from '#weights/tensor-source';
import type { StageBuilder } from './graph-runner.js';
import type { StageSizes } from './stage.js';

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

/**
 * Stops where a checkpoint does not have what a configuration wants.
 *
 * @throws {@link FoldError} `WEIGHTS_MISMATCH` naming the tensor
 */
export function requireShapes(weights: TensorSource, shapes: ReadonlyMap<string, Shape>): void {
  for (const [name, wanted] of shapes) {
    const { shape } = weights.info(name);
    if (sameShape(shape, wanted)) continue;
    throw new FoldError(
      'WEIGHTS_MISMATCH',
      `"${name}" is ${formatShape(shape)}, the configuration wants ${formatShape(wanted)}`,
      { hint: 'put the config.json of these weights beside them' },
    );
  }
}
