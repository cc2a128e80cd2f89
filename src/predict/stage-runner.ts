import type { FoldModelConfig } from '#model/config';
import type { Stage, StageSizes } from '#model/stages';
import type { Engine, Executable } from '#tensor/engine/engine';
import type { HostTensor } from '#tensor/tensor';
import type { TensorSource } from '#weights/tensor-source';
import { chooseChunkSize, refuseWhatCannotFit } from './memory.js';
import { stageWeights, type StageWeights } from './stage-weights.js';

/** Builds a stage for given sizes. */
export type StageBuilder = (sizes: StageSizes, config: FoldModelConfig) => Stage;

interface StageRunnerOptions {
  /** Bytes of memory that a prediction may use, asked before each; without end where absent. */
  readonly memoryBytes?: () => number;
  /** Largest size in bytes, as float32, of weights that are kept decoded. */
  readonly residentLimit?: number;
}

/** Runs the stages of a model with its weights, compiling each once for each length. */
export class StageRunner {
  readonly config: FoldModelConfig;
  readonly #engine: Engine;
  readonly #weights: StageWeights;
  readonly #memoryBytes: () => number;
  #sizes: StageSizes = { batch: 0, numResidues: 0 };
  #chunkSize: number | undefined;
  #compiled = new Map<StageBuilder, { stage: Stage; executable: Executable }>();

  constructor(
    engine: Engine,
    weights: TensorSource,
    config: FoldModelConfig,
    { memoryBytes = () => Infinity, residentLimit }: StageRunnerOptions = {},
  ) {
    this.#engine = engine;
    this.#weights = stageWeights(weights, residentLimit);
    this.#memoryBytes = memoryBytes;
    this.config = config;
  }

  /**
   * Sets the sizes of the next runs; graphs compiled for other sizes are freed.
   *
   * @throws FoldError `MEMORY_ESTIMATE` when they cannot fit into memory
   */
  async prepare(sizes: StageSizes): Promise<void> {
    const memoryBytes = this.#memoryBytes() / sizes.batch;
    refuseWhatCannotFit(this.config, sizes.numResidues, memoryBytes);
    const { batch, numResidues } = this.#sizes;
    if (sizes.batch === batch && sizes.numResidues === numResidues) return;
    await this.close();
    this.#sizes = sizes;
    this.#chunkSize = chooseChunkSize(this.config, sizes.numResidues, memoryBytes);
  }

  /**
   * Runs one stage.
   *
   * @param scope prefix of its weights' names, such as `trunk.blocks.3.`
   * @param feeds everything but weights
   */
  async run(
    builder: StageBuilder,
    scope: string,
    feeds: Readonly<Record<string, HostTensor>>,
  ): Promise<Record<string, HostTensor>> {
    const { stage, executable } = await this.#compile(builder);
    const weights = this.#weights.load(builder, scope, stage.parameterNames);
    return executable.run({ ...feeds, ...weights });
  }

  /** Frees what was compiled. */
  async close(): Promise<void> {
    for (const { executable } of this.#compiled.values()) await executable.dispose();
    this.#compiled = new Map();
  }

  async #compile(builder: StageBuilder): Promise<{ stage: Stage; executable: Executable }> {
    const known = this.#compiled.get(builder);
    if (known) return known;
    const trunk = {
      ...this.config.trunk,
      ...(this.#chunkSize === undefined ? {} : { chunkSize: this.#chunkSize }),
    };
    const stage = builder(this.#sizes, { ...this.config, trunk });
    const compiled = { stage, executable: await this.#engine.compile(stage.graph) };
    this.#compiled.set(builder, compiled);
    return compiled;
  }
}
