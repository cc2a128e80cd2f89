import { Parameters } from '#layers/parameters';
import { graphOf, type Graph } from '#tensor/graph';
import type { HostTensor, Tensor } from '#tensor/tensor';

/** Sizes of one run. */
export interface StageSizes {
  readonly batch: number;
  /** Residues, linkers and padding included. */
  readonly numResidues: number;
}

/** What a stage computes, by name; a name is optional where only some models compute it. */
export type StageOutputs = Readonly<Record<string, Tensor>>;

/** What a run of a stage gives. */
export type StageResults<Outputs extends StageOutputs> = {
  readonly [Name in keyof Outputs]: HostTensor;
};

/** A graph, and the learned tensors among its inputs by the names that they have within their scope. */
export interface Stage<Outputs extends StageOutputs = StageOutputs> {
  readonly graph: Graph & { readonly outputs: Outputs };
  readonly parameterNames: readonly string[];
}

/** Builds a stage for given sizes. */
export type StageBuilder<
  Config,
  Sizes extends StageSizes = StageSizes,
  Outputs extends StageOutputs = StageOutputs,
> = (sizes: Sizes, config: Config) => Stage<Outputs>;

/** What runs of a stage give. */
export type ResultsOf<
  Builder extends (...args: never[]) => { readonly graph: { readonly outputs: StageOutputs } },
> = StageResults<ReturnType<Builder>['graph']['outputs']>;

/** Collects what a stage computes and which learned tensors it needs. */
export function stage<Outputs extends StageOutputs>(
  build: (parameters: Parameters) => Outputs,
): Stage<Outputs> {
  const parameters = new Parameters();
  const outputs = build(parameters);
  const graph = { ...graphOf(outputs), outputs };
  const parameterNames = [...parameters.all.keys()].filter((name) => graph.inputs.has(name));
  return { graph, parameterNames };
}
