import type { Stage, StageSizes } from '#model/stages';
import type { Engine, Executable } from '#tensor/engine/engine';
import type { Graph } from '#tensor/graph';
import { narrowInputs, type Feed, type NarrowInputs } from '#tensor/narrow';
import type { HostTensor } from '#tensor/tensor';
import type { TensorSource } from '#weights/tensor-source';
import { stageWeights, type StageWeights } from './stage-weights.js';

/** Builds a stage for given sizes. */
export type StageBuilder<Config> = (sizes: StageSizes, config: Config) => Stage;

/** What may be said of the memory that a model runs in. */
export interface RunnerOptions {
  /** Bytes of memory that a run may use, asked before each; without end where absent. */
  readonly memoryBytes?: () => number;
  /** Largest size in bytes, as float32, of weights that are kept decoded. */
  readonly residentLimit?: number;
}

/**
 * Fits a configuration to the memory there is.
 *
 * @throws FoldError `MEMORY_ESTIMATE` when sizes cannot fit
 */
type Fit<Config> = (config: Config, sizes: StageSizes, memoryBytes: number) => Config;

/** A stage, and its graph compiled for each way in which its weights were stored. */
interface Compiled {
  readonly stage: Stage;
  readonly executables: Map<string, Executable<string, Feed>>;
}

/** Runs the stages of a model with its weights, compiling each once for each length. */
export class GraphRunner<Config> {
  readonly config: Config;
  readonly #engine: Engine;
  readonly #weights: StageWeights;
  readonly #fit: Fit<Config>;
  readonly #memoryBytes: () => number;
  #sizes: StageSizes = { batch: 0, numResidues: 0 };
  #fitted: Config;
  #compiled = new Map<StageBuilder<Config>, Compiled>();

  constructor(
    model: { readonly config: Config; readonly weights: TensorSource },
    engine: Engine,
    fit: Fit<Config>,
    { memoryBytes = () => Infinity, residentLimit }: RunnerOptions = {},
  ) {
    this.config = model.config;
    this.#engine = engine;
    const takesNarrow = engine.compileNarrow !== undefined;
    this.#weights = stageWeights(model.weights, { residentLimit, takesNarrow });
    this.#fit = fit;
    this.#fitted = model.config;
    this.#memoryBytes = memoryBytes;
  }

  /**
   * Sets the sizes of the next runs; graphs compiled for other sizes are freed.
   *
   * @throws FoldError `MEMORY_ESTIMATE` when they cannot fit into memory
   */
  async prepare(sizes: StageSizes): Promise<void> {
    const fitted = this.#fit(this.config, sizes, this.#memoryBytes());
    const { batch, numResidues } = this.#sizes;
    if (sizes.batch === batch && sizes.numResidues === numResidues) return;
    await this.close();
    this.#sizes = sizes;
    this.#fitted = fitted;
  }

  /**
   * Runs one stage.
   *
   * @param scope prefix of its weights' names, such as `trunk.blocks.3.`
   * @param feeds everything but weights
   */
  async run(
    builder: StageBuilder<Config>,
    scope: string,
    feeds: Readonly<Record<string, HostTensor>>,
  ): Promise<Record<string, HostTensor>> {
    const compiled = this.#compiledOf(builder);
    const weights = this.#weights.load(builder, scope, compiled.stage.parameterNames);
    const executable = await this.#executable(compiled, narrowInputs(weights));
    return executable.run({ ...feeds, ...weights });
  }

  /** Frees what was compiled. */
  async close(): Promise<void> {
    for (const { executables } of this.#compiled.values())
      for (const executable of executables.values()) await executable.dispose();
    this.#compiled = new Map();
  }

  #compiledOf(builder: StageBuilder<Config>): Compiled {
    const known = this.#compiled.get(builder);
    if (known) return known;
    const compiled = { stage: builder(this.#sizes, this.#fitted), executables: new Map() };
    this.#compiled.set(builder, compiled);
    return compiled;
  }

  async #executable(
    { stage, executables }: Compiled,
    narrow: NarrowInputs,
  ): Promise<Executable<string, Feed>> {
    const key = [...narrow].join();
    const known = executables.get(key);
    if (known) return known;
    const executable = await this.#compile(stage.graph, narrow);
    executables.set(key, executable);
    return executable;
  }

  #compile(graph: Graph, narrow: NarrowInputs): Promise<Executable<string, Feed>> {
    // Weights are narrow only where the engine takes them so.
    const compileNarrow = this.#engine.compileNarrow?.bind(this.#engine);
    return compileNarrow ? compileNarrow(graph, narrow) : this.#engine.compile(graph);
  }
}
