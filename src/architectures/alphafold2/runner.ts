import { GraphRunner, type RunnerOptions } from '#execution/graph-runner';
import { requireShapes } from '#execution/stage-parameters';
import type { Engine } from '#tensor/engine/engine';
import type { TensorSource } from '#weights/tensor-source';
import type { Alphafold2Config, Alphafold2Sizes } from './config.js';
import { fitAlphafold2 } from './memory.js';
import { alphafold2Parameters } from './network-stages.js';

/** Runs the stages of an AlphaFold 2 network. */
export class Alphafold2Runner extends GraphRunner<Alphafold2Config, Alphafold2Sizes> {
  /**
   * @throws FoldError `WEIGHTS_MISMATCH` where the weights are not of the configuration
   */
  constructor(
    engine: Engine,
    weights: TensorSource,
    config: Alphafold2Config,
    options: RunnerOptions = {},
  ) {
    requireShapes(weights, alphafold2Parameters(config));
    super({ config, weights }, engine, fitAlphafold2, options);
  }
}
