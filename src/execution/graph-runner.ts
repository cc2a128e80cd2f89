import { invariant } from '#errors';
import type { DeviceMemory, Engine, Executable, KeptTensor } from '#tensor/engine/engine';
import type { Graph } from '#tensor/graph';
import { int8Factors } from '#tensor/int8-products';
import { narrowInputs, type Feed, type NarrowInputs } from '#tensor/narrow';
import type { HostTensor } from '#tensor/tensor';
import { checkedTensors } from '#weights/finite';
import type { TensorSource } from '#weights/tensor-source';
import { stackFeeds, stackResults, type StackPart } from './block-stack.js';
import { DeviceWeights } from './device-weights.js';
import { requireFinite } from './finite-results.js';
import { ResidentTensors } from './resident-tensors.js';
import { refuseLargeTensors } from './refuse-large-tensors.js';
import { lengthBucket } from './length-bucket.js';
import type { Stage, StageBuilder, StageOutputs, StageResults, StageSizes } from './stage.js';
import { keptBytes, stageWeights, type StageWeights } from './stage-weights.js';
import type { WeightHolding, WeightKeeping } from './weight-holding.js';
import { WeightsInGraphs } from './weights-in-graphs.js';

type Tensors = Readonly<Record<string, HostTensor>>;

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
  /** Builds all graphs that may be run, to see how large their tensors are. */
  readonly graphs: () => readonly Graph[];
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

/** A graph that may be fed weights in whichever way they are held; what it was asked to leave on the device stays there. */
type Ready = Executable<string, Feed | KeptTensor, HostTensor | KeptTensor>;

/** Runs a graph that was asked to leave nothing on a device. */
async function runHere(executable: Ready, feeds: Parameters<Ready['run']>[0]): Promise<Tensors> {
  return (await executable.run(feeds)) as Tensors;
}

/** A stage, and its graph compiled for each way in which its weights were stored, or with the weights of each scope. */
interface Compiled {
  readonly stage: Stage;
  /** Weights that are fed as factors of int8 products. */
  readonly factors: ReadonlySet<string>;
  readonly executables: Map<string, Ready>;
}

/** Blocks of one kind, and how they are watched. */
export interface BlockStack<Outputs extends StageOutputs = StageOutputs> {
  /** Prefixes of the weights' names of each block. */
  readonly scopes: readonly string[];
  /**
   * What each block hands on to the next, by names that are both inputs and outputs. Replaced in place, so that nobody
   * holds on to old ones: they are large.
   */
  readonly carried: { -readonly [Name in keyof Outputs]?: HostTensor };
  /** What all of them read. */
  readonly feeds?: Tensors;
  /** What one of them reads. */
  readonly ofBlock?: (block: number) => Tensors;
  /** Called before a block runs, or before the first of several that run at once. */
  readonly before?: (block: number) => void;
  /** Called after each block, with what it gives beside what is carried. */
  readonly after?: (block: number, results: Partial<StageResults<Outputs>>) => void;
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
  /** Absent where the engine has no memory of its own. */
  readonly #onDevice: DeviceWeights | undefined;
  /** Absent where weights are fed. */
  readonly #inGraphs: WeightsInGraphs | undefined;
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
    this.#onDevice = engine.deviceMemory && new DeviceWeights(this.tensors, engine.deviceMemory);
    this.#inGraphs = engine.withWeights && new WeightsInGraphs(this.tensors, engine.withWeights);
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
   * @throws FoldError `MEMORY_ESTIMATE` when they cannot fit into memory, or the engine takes no tensor as large as one
   *   of them
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
    await refuseLargeTensors(fitted.graphs, this.#engine, sizes);
    await this.#freeAllBut(undefined);
    this.#sizes = sizes;
    this.#fitted = config;
  }

  /**
   * Residues that a run of so many should have, the rest of them padding: more where a length that is new takes all
   * weights to the device again.
   */
  paddedLength(numResidues: number): number {
    return this.#inGraphs ? lengthBucket(numResidues) : numResidues;
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
    feeds: Tensors,
  ): Promise<StageResults<Outputs>> {
    const compiled = await this.#compiledOf(builder);
    const { executable, weights } = await this.#ready(compiled, builder, scope);
    const results = await runHere(executable, { ...feeds, ...weights });
    requireFinite(results, scope === '' ? 'the model' : scope.slice(0, -1));
    // The executable is of the graph that `builder` made.
    return results as StageResults<Outputs>;
  }

  /**
   * Runs blocks of one kind one after the other; several in one run where weights are part of graphs. Where the engine
   * has memory of its own, what is carried from block to block stays there, and comes back after the last.
   *
   * @param builder of a block
   * @throws FoldError `WEIGHTS_NOT_FINITE`, `RESULT_NOT_FINITE`
   */
  async runBlocks<Outputs extends StageOutputs>(
    builder: StageBuilder<Config, Sizes, Outputs>,
    stack: BlockStack<Outputs>,
  ): Promise<void> {
    const { scopes, carried, before, after } = stack;
    if (scopes.length === 0) return;
    const memory = this.#engine.deviceMemory;
    if (memory) {
      await this.#runOnDevice(memory, builder, stack);
      return;
    }
    for (const part of await this.#partsOf(builder, scopes.length))
      for (let block = part.first; block < part.first + part.count; block += part.atOnce) {
        before?.(block);
        const results = await this.#runPart(builder, stack, part, block);
        for (const name in carried) carried[name] = results.at(-1)![name]!;
        for (const [place, ofOne] of results.entries()) after?.(block + place, ofOne);
      }
  }

  async #runOnDevice<Outputs extends StageOutputs>(
    memory: DeviceMemory,
    builder: StageBuilder<Config, Sizes, Outputs>,
    { scopes, carried, feeds = {}, ofBlock = () => ({}), before, after }: BlockStack<Outputs>,
  ): Promise<void> {
    const names = Object.keys(carried);
    const shared = await ResidentTensors.upload(memory, feeds);
    const state = await ResidentTensors.upload(memory, carried as Tensors);
    try {
      for (const [block, scope] of scopes.entries()) {
        before?.(block);
        const compiled = await this.#compiledOf(builder);
        const { executable, weights } = await this.#ready(compiled, builder, scope, names);
        const given = { ...shared.tensors, ...state.tensors, ...ofBlock(block), ...weights };
        const own = state.replaceFrom(await executable.run(given));
        requireFinite(own, scope.slice(0, -1));
        after?.(block, own as Partial<StageResults<Outputs>>);
      }
      const results = await state.download(memory);
      // What is not finite in one block stays so in those behind it.
      requireFinite(results, `${scopes.at(-1)!.slice(0, -1)} or a block before it`);
      Object.assign(carried, results);
    } finally {
      shared.dispose();
      state.dispose();
    }
  }

  async #partsOf<Outputs extends StageOutputs>(
    builder: StageBuilder<Config, Sizes, Outputs>,
    numBlocks: number,
  ): Promise<readonly StackPart[]> {
    if (!this.#inGraphs)
      return Array.from({ length: numBlocks }, (_, first) => ({ first, count: 1, atOnce: 1 }));
    return this.#inGraphs.plan((await this.#compiledOf(builder)).stage, numBlocks);
  }

  /** Some blocks of a stack. @returns what each gives; the last also what it hands on */
  async #runPart<Outputs extends StageOutputs>(
    builder: StageBuilder<Config, Sizes, Outputs>,
    { scopes, carried, feeds, ofBlock = () => ({}) }: BlockStack<Outputs>,
    part: StackPart,
    block: number,
  ): Promise<Partial<StageResults<Outputs>>[]> {
    const scope = scopes[block]!;
    const inGraphs = this.#inGraphs;
    const given = { ...feeds, ...(carried as Tensors) };
    if (!inGraphs) return [await this.run(builder, scope, { ...given, ...ofBlock(block) })];
    const compiled = await this.#compiledOf(builder);
    const executable = await this.#executable(compiled, [part.first, ...scopes].join(), () =>
      inGraphs.compilePart(compiled.stage, scopes, part, Object.keys(ofBlock(block))),
    );
    const feedsOfPart = { ...given, ...stackFeeds(part, block, ofBlock) };
    const results = await runHere(executable, feedsOfPart);
    requireFinite(results, `${scope.slice(0, -1)} or the ${part.atOnce - 1} behind it`);
    return stackResults(results, part) as Partial<StageResults<Outputs>>[];
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
    if (!this.#inGraphs && (!isWorthIt || this.#sharesWeights)) return { decodedLimit };
    return {
      decodedLimit,
      keptBytes: keptBytes(this.tensors, this.#takesNarrow),
      areInGraphs: this.#inGraphs !== undefined,
    };
  }

  #weightsHeld(holding: WeightHolding): StageWeights {
    return stageWeights(this.tensors, { holding, takesNarrow: this.#takesNarrow });
  }

  async #compiledOf(builder: StageBuilder<Config, Sizes>): Promise<Compiled> {
    if (this.#oneGraphAtOnce) await this.#freeAllBut(builder);
    const known = this.#compiled.get(builder);
    if (known) return known;
    invariant(this.#sizes !== undefined, 'a stage was run before `prepare`');
    const stage = builder(this.#sizes, this.#fitted);
    const factors = this.#engine.int8Products ? int8Factors(stage.graph) : new Set<string>();
    const compiled = { stage, factors, executables: new Map() };
    this.#compiled.set(builder, compiled);
    return compiled;
  }

  /** A stage ready to run with the weights of a scope, and those of them that it must be fed. */
  async #ready(
    compiled: Compiled,
    builder: StageBuilder<Config, Sizes>,
    scope: string,
    staying: readonly string[] = [],
  ): Promise<{ executable: Ready; weights: Readonly<Record<string, Feed | KeptTensor>> }> {
    const { stage, factors } = compiled;
    const { parameterNames } = stage;
    const inGraphs = this.#inGraphs;
    if (inGraphs) {
      const compile = () => inGraphs.compile(stage, scope);
      return { executable: await this.#executable(compiled, scope, compile), weights: {} };
    }
    const memory = this.#engine.deviceMemory;
    if (memory) {
      const isKept = this.#onDevice && this.#holding !== 'streamed';
      const weights = isKept
        ? await this.#onDevice.load(scope, parameterNames)
        : (this.#weights.load(builder, scope, parameterNames) as Tensors); // no such engine takes narrow types
      const compile = () => memory.compile(stage.graph, staying);
      return { executable: await this.#executable(compiled, staying.join(), compile), weights };
    }
    const weights = this.#weights.load(builder, scope, parameterNames, factors);
    const narrow = narrowInputs(weights);
    const compile = () => this.#compile(stage.graph, narrow);
    return { executable: await this.#executable(compiled, [...narrow].join(), compile), weights };
  }

  async #executable(
    { executables }: Compiled,
    key: string,
    compile: () => Promise<Ready>,
  ): Promise<Ready> {
    const known = executables.get(key);
    if (known) return known;
    const executable = await compile();
    executables.set(key, executable);
    return executable;
  }

  #compile(graph: Graph, narrow: NarrowInputs): Promise<Ready> {
    // Weights are narrow only where the engine takes them so.
    const compileNarrow = this.#engine.compileNarrow?.bind(this.#engine);
    return compileNarrow ? compileNarrow(graph, narrow) : this.#engine.compile(graph);
  }
}
