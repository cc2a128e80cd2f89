import { invariant } from '#errors';
import type { Engine, Executable, KeptTensor } from '#tensor/engine/engine';
import type { Graph } from '#tensor/graph';
import { narrowInputs, type Feed, type NarrowInputs } from '#tensor/narrow';
import type { HostTensor } from '#tensor/tensor';
import { checkedTensors } from '#weights/finite';
import type { TensorSource } from '#weights/tensor-source';
import { DeviceWeights } from './device-weights.js';
import { requireFinite } from './finite-results.js';
import type { Stage, StageBuilder, StageOutputs, StageResults, StageSizes } from './stage.js';
import { keptBytes, stageWeights, type StageWeights } from './stage-weights.js';
import type { WeightHolding, WeightKeeping } from './weight-holding.js';

/** What may be said of the memory that a model runs in. */
export interface RunnerOptions {
  /** Bytes of memory that a run may use, asked before each; without end where absent, but no weights are kept then. */
  readonly memoryBytes?: () => number;
  /** Largest size in bytes, as float32, of weights that are decoded as a whole. */
  readonly decodedLimit?: number;
  /** Whether other processes run the same weights: large ones then stay in the page cache, once for all. */
  readonly sharesWeights?: boolean;
}

/** What a run does with the memory there is. */
export interface Fitted<Config> {
  readonly config: Config;
  readonly holding: WeightHolding;
  /**
   * Whether only the graph that runs is compiled: an engine keeps the memory of each that is. All are kept where absent.
   */
  readonly oneGraphAtOnce?: boolean;
}

/**
 * Fits a configuration to the memory there is.
 *
 * @throws FoldError `MEMORY_ESTIMATE` when sizes cannot fit
 */
type Fit<Config, Sizes extends StageSizes> = (
  config: Config,
  sizes: Sizes,
  memoryBytes: number,
  keeping: WeightKeeping,
) => Fitted<Config>;

/** A stage, and its graph compiled for each way in which its weights were stored. */
interface Compiled {
  readonly stage: Stage;
  readonly executables: Map<string, Executable<string, Feed | KeptTensor>>;
}

/**
 * Runs the stages of a model with its weights, compiling each once for each length. Weights and results that are not
 * finite stop it, whoever asked.
 */
export class GraphRunner<Config, Sizes extends StageSizes = StageSizes> {
  readonly config: Config;
  /** The model's weights; a read that meets one that is not finite throws. */
  readonly tensors: TensorSource;
  readonly #engine: Engine;
  readonly #takesNarrow: boolean;
  readonly #fit: Fit<Config, Sizes>;
  readonly #memoryBytes: () => number;
  readonly #decodedLimit: number | undefined;
  readonly #sharesWeights: boolean;
  /** Absent where the engine keeps no tensors. */
  readonly #onDevice: DeviceWeights | undefined;
  #weights: StageWeights;
  #holding: WeightHolding = 'streamed';
  #hasRun = false;
  #sizes: Sizes | undefined;
  #fitted: Config;
  #oneGraphAtOnce = false;
  #compiled = new Map<StageBuilder<Config, Sizes>, Compiled>();

  constructor(
    model: { readonly config: Config; readonly weights: TensorSource },
    engine: Engine,
    fit: Fit<Config, Sizes>,
    { memoryBytes = () => Infinity, decodedLimit, sharesWeights = false }: RunnerOptions = {},
  ) {
    this.config = model.config;
    this.#engine = engine;
    this.tensors = checkedTensors(model.weights);
    this.#takesNarrow = engine.compileNarrow !== undefined;
    this.#onDevice = engine.keep && new DeviceWeights(this.tensors, engine.keep);
    this.#weights = this.#weightsHeld(this.#holding);
    this.#fit = fit;
    this.#fitted = model.config;
    this.#memoryBytes = memoryBytes;
    this.#decodedLimit = decodedLimit;
    this.#sharesWeights = sharesWeights;
  }

  /**
   * Sets the sizes of the next run; graphs compiled for others, or for more memory, are freed. From the second run on,
   * large weights are kept where there is room for them; when there no longer is, they are let go.
   *
   * @throws FoldError `MEMORY_ESTIMATE` when they cannot fit into memory
   */
  async prepare(sizes: Sizes): Promise<void> {
    const fitted = this.#fit(this.config, sizes, this.#memoryBytes(), this.#keeping());
    const { config, holding, oneGraphAtOnce = false } = fitted;
    this.#oneGraphAtOnce = oneGraphAtOnce;
    if (holding !== this.#holding) {
      this.#weights = this.#weightsHeld(holding);
      this.#onDevice?.close();
    }
    this.#holding = holding;
    this.#hasRun = true;
    const compiledFor = JSON.stringify([this.#sizes, this.#fitted]);
    if (JSON.stringify([sizes, config]) === compiledFor) return;
    await this.#freeAllBut(undefined);
    this.#sizes = sizes;
    this.#fitted = config;
  }

  /** Whether a run of these sizes fits into the memory there is now. */
  fits(sizes: Sizes): boolean {
    try {
      this.#fit(this.config, sizes, this.#memoryBytes(), this.#keeping());
      return true;
    } catch {
      return false;
    }
  }

  /**
   * Runs one stage.
   *
   * @param scope prefix of its weights' names, such as `trunk.blocks.3.`
   * @param feeds everything but weights
   * @throws FoldError `WEIGHTS_NOT_FINITE`, `RESULT_NOT_FINITE`
   */
  async run<Outputs extends StageOutputs>(
    builder: StageBuilder<Config, Sizes, Outputs>,
    scope: string,
    feeds: Readonly<Record<string, HostTensor>>,
  ): Promise<StageResults<Outputs>> {
    if (this.#oneGraphAtOnce) await this.#freeAllBut(builder);
    const compiled = this.#compiledOf(builder);
    const { parameterNames } = compiled.stage;
    const isKept = this.#onDevice !== undefined && this.#holding !== 'streamed';
    const weights = isKept ? {} : this.#weights.load(builder, scope, parameterNames);
    const kept = isKept ? await this.#onDevice.load(scope, parameterNames) : {};
    const executable = await this.#executable(compiled, narrowInputs(weights));
    const results = await executable.run({ ...feeds, ...weights, ...kept });
    requireFinite(results, scope === '' ? 'the model' : scope.slice(0, -1));
    // The executable is of the graph that `builder` made.
    return results as StageResults<Outputs>;
  }

  /** Frees what was compiled, and what lies on a device. */
  async close(): Promise<void> {
    await this.#freeAllBut(undefined);
    this.#onDevice?.close();
  }

  async #freeAllBut(kept: StageBuilder<Config, Sizes> | undefined): Promise<void> {
    for (const [builder, { executables }] of this.#compiled) {
      if (builder === kept) continue;
      this.#compiled.delete(builder);
      for (const executable of executables.values()) await executable.dispose();
    }
  }

  /** Weights that are used once are not worth their memory; the way to a device is longer. */
  #keeping(): WeightKeeping {
    const decodedLimit = this.#decodedLimit;
    const isWorthIt = this.#hasRun || this.#onDevice !== undefined;
    if (!isWorthIt || this.#sharesWeights) return { decodedLimit };
    return { decodedLimit, keptBytes: keptBytes(this.tensors, this.#takesNarrow) };
  }

  #weightsHeld(holding: WeightHolding): StageWeights {
    return stageWeights(this.tensors, { holding, takesNarrow: this.#takesNarrow });
  }

  #compiledOf(builder: StageBuilder<Config, Sizes>): Compiled {
    const known = this.#compiled.get(builder);
    if (known) return known;
    invariant(this.#sizes !== undefined, 'a stage was run before `prepare`');
    const compiled = { stage: builder(this.#sizes, this.#fitted), executables: new Map() };
    this.#compiled.set(builder, compiled);
    return compiled;
  }

  async #executable(
    { stage, executables }: Compiled,
    narrow: NarrowInputs,
  ): Promise<Executable<string, Feed | KeptTensor>> {
    const key = [...narrow].join();
    const known = executables.get(key);
    if (known) return known;
    const executable = await this.#compile(stage.graph, narrow);
    executables.set(key, executable);
    return executable;
  }

  #compile(graph: Graph, narrow: NarrowInputs): Promise<Executable<string, Feed | KeptTensor>> {
    // Weights are narrow only where the engine takes them so.
    const compileNarrow = this.#engine.compileNarrow?.bind(this.#engine);
    return compileNarrow ? compileNarrow(graph, narrow) : this.#engine.compile(graph);
  }
}
