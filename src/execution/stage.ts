import { Parameters } from '#layers/parameters';
import { graphOf, type Graph } from '#tensor/graph';
import type { Tensor } from '#tensor/tensor';

/** Sizes of one run. */
export interface StageSizes {
  readonly batch: number;
  /** Residues, linkers and padding included. */
  readonly numResidues: number;
}

/** A graph, and the learned tensors among its inputs by the names that they have within their scope. */
export interface Stage<Outputs extends string = string> {
  readonly graph: Graph<Outputs>;
  readonly parameterNames: readonly string[];
}

/** Collects what a stage computes and which learned tensors it needs. */
export function stage<Outputs extends string>(
  build: (parameters: Parameters) => Readonly<Record<Outputs, Tensor>>,
): Stage<Outputs> {
  const parameters = new Parameters();
  const graph = graphOf(build(parameters));
  const parameterNames = [...parameters.all.keys()].filter((name) => graph.inputs.has(name));
  return { graph, parameterNames };
}
