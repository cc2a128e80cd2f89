import type { Graph } from '#tensor/graph';
import type { HostTensor } from '#tensor/tensor';

/** Runs graphs. One engine a process: two would fight for the cores. */
export interface Engine {
  /** Such as `onnxruntime-cpu`, for logs and `codonfold models`. */
  readonly name: string;
  /** Prepares a graph to be run many times. */
  compile<Outputs extends string>(graph: Graph<Outputs>): Promise<Executable<Outputs>>;
}

/** A graph that is ready to run. */
export interface Executable<Outputs extends string = string> {
  /**
   * Computes the outputs.
   *
   * @param feeds a tensor for each input of the graph; more are ignored
   * @throws FoldError `TENSOR_SHAPE` when an input is missing or of another shape
   */
  run(feeds: Readonly<Record<string, HostTensor>>): Promise<Record<Outputs, HostTensor>>;
  /** Frees memory; `run` may not be called again. */
  dispose(): Promise<void>;
}
