import { GraphRunner, type RunnerOptions } from '#execution/graph-runner';
import type { Engine } from '#tensor/engine/engine';
import type { TensorSource } from '#weights/tensor-source';
import type { FoldModelConfig } from './config.js';
import { fitFolding } from './memory.js';

/** Runs the stages of a folding model. */
export class StageRunner extends GraphRunner<FoldModelConfig> {
  constructor(
    engine: Engine,
    weights: TensorSource,
    config: FoldModelConfig,
    options: RunnerOptions = {},
  ) {
    super({ config, weights }, engine, fitFolding, options);
  }
}
