import type { Graph } from '#tensor/graph';
import type { Feed, NarrowInputs } from '#tensor/narrow';
import type { HostTensor } from '#tensor/tensor';

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
}

/** A graph that is ready to run. */
export interface Executable<Outputs extends string = string, Fed extends Feed = HostTensor> {
  /**
   * Computes the outputs.
   *
   * @param feeds a tensor for each input of the graph; more are ignored
   * @throws FoldError `TENSOR_SHAPE` when an input is missing or of another shape
   */
  run(feeds: Readonly<Record<string, Fed>>): Promise<Record<Outputs, HostTensor>>;
  /** Frees memory; `run` may not be called again. */
  dispose(): Promise<void>;
}
