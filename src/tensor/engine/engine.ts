import type { Graph } from '#tensor/graph';
import type { Feed, NarrowInputs } from '#tensor/narrow';
import type { Shape } from '#tensor/shape';
import type { DType, HostTensor } from '#tensor/tensor';

/** What computed a result: engines and numbers of threads differ in how they round. */
export interface EngineFacts {
  /** The library, such as `onnxruntime`. */
  readonly name: string;
  /** Of the library. */
  readonly version: string;
  /** What it computes on, in the library's words, such as `cpu`, `wasm` or `webgpu`. */
  readonly device: string;
  /** Threads for one operation. */
  readonly threads: number;
  /** Of the factors of matrix products, of int8 only some; all else is float32. Absent in results from before it was recorded. */
  readonly precision?: Precision;
}

/** What the factors of matrix products are rounded to; int8 only those that `int8Factors` finds. */
export type Precision = 'float32' | 'float16' | 'int8';

/** Precisions that a user may ask for. */
export const PRECISIONS = ['float32', 'int8'] as const satisfies readonly Precision[];

/** One of {@link PRECISIONS}. */
export type AskedPrecision = (typeof PRECISIONS)[number];

/** Runs graphs. One engine a process: two would fight for the cores. */
export interface Engine {
  /** Such as `onnxruntime-cpu`, for logs and `codonfold models`. */
  readonly name: string;
  /** Prepares a graph to be run many times. */
  compile<Outputs extends string>(graph: Graph<Outputs>): Promise<Executable<Outputs>>;
  /**
   * Prepares a graph some of whose float32 inputs will be fed in less precision; absent where the engine takes none.
   *
   * @param narrow which of its inputs
   */
  compileNarrow?<Outputs extends string>(
    graph: Graph<Outputs>,
    narrow: NarrowInputs,
  ): Promise<Executable<Outputs, Feed>>;
  /** Absent where the engine computes in the memory of this process, or leaves nothing elsewhere from run to run. */
  readonly deviceMemory?: DeviceMemory;
  /** Whether the weights that `int8Factors` names shall be fed as it says. */
  readonly int8Products?: boolean;
  /**
   * Bytes that one tensor may have; any number where absent. Some devices tell only when they are asked for so many.
   *
   * @param wanted bytes
   * @returns at least as many where it takes a tensor of them
   */
  readonly largestTensorBytes?: (wanted: number) => Promise<number>;
  /** Where the engine keeps weights from run to run only if they are part of graphs. */
  readonly withWeights?: WeightCompiler;
}

/** How much of a model one graph shall have. */
export interface WeightCapacity {
  /** Bytes of weights. */
  readonly graphBytes: number;
  /** Blocks that one run goes through: between runs, results come back from where they were computed. */
  readonly blocksAtOnce: number;
}

/** Prepares graphs that have weights of their own. */
export interface WeightCompiler extends WeightCapacity {
  /**
   * Prepares a graph some of whose inputs are known; they are not fed any more.
   *
   * @param weights their numbers, by name; scales of int8 under `scalesOf(name)`
   */
  compile<Outputs extends string>(
    graph: Graph<Outputs>,
    weights: Readonly<Record<string, Feed>>,
  ): Promise<Executable<Outputs>>;
}

/** Memory of a device: what lies there need not travel for each run. */
export interface DeviceMemory {
  /**
   * Takes a tensor there.
   *
   * @returns what runs of this engine's graphs may be fed in its place
   */
  readonly upload: (tensor: HostTensor) => Promise<KeptTensor>;
  /** Brings the numbers of a tensor back; it stays there too. */
  readonly download: (tensor: KeptTensor) => Promise<HostTensor>;
  /**
   * Prepares a graph some of whose outputs stay there. They must be freed before the executable is: onnxruntime ends the
   * process otherwise.
   *
   * @param staying their names
   */
  readonly compile: (graph: Graph, staying: readonly string[]) => Promise<ResidentExecutable>;
}

/** A graph that is fed, and gives, tensors of either place. */
export type ResidentExecutable = Executable<
  string,
  HostTensor | KeptTensor,
  HostTensor | KeptTensor
>;

/** A tensor that an engine keeps. */
export interface KeptTensor {
  readonly shape: Shape;
  readonly dtype: DType;
  /** Frees it; no run may be fed it again. */
  dispose(): void;
}

/** An engine that results can be traced back to. */
export interface KnownEngine extends Engine {
  readonly facts: EngineFacts;
}

/** A graph that is ready to run. */
export interface Executable<
  Outputs extends string = string,
  Fed extends Feed | KeptTensor = HostTensor,
  Given extends HostTensor | KeptTensor = HostTensor,
> {
  /**
   * Computes the outputs.
   *
   * @param feeds a tensor for each input of the graph; more are ignored
   * @throws FoldError `TENSOR_SHAPE` when an input is missing or of another shape
   */
  run(feeds: Readonly<Record<string, Fed>>): Promise<Record<Outputs, Given>>;
  /** Frees memory; `run` may not be called again. */
  dispose(): Promise<void>;
}
