import type { StageOutputs, StageResults } from '#execution/stage';
import type { Parameters } from '#layers/parameters';
import { graphOf, type Graph } from '#tensor/graph';
import { add, multiply } from '#tensor/ops';
import type { HostTensor, Tensor } from '#tensor/tensor';
import type { Random } from '#training/data/random';

/** Numbers that describe how well the model does, by name. */
export type Metrics = Readonly<Record<string, number>>;

/** Tensors by the names of a graph's inputs or outputs. */
export type Feeds = Readonly<Record<string, HostTensor>>;

/** What examples go through before they are trained on: parts of the model that are not trained. */
export interface Preparation {
  /** Run with the averaged weights. */
  readonly graph: Graph;
  /** What to train on, from the examples and the graph's results. */
  finish(examples: Feeds, results: Feeds): Feeds;
}

/** A preparation by what it computes, whose results have the same names. */
export function preparation<Outputs extends StageOutputs>(
  outputs: Outputs,
  finish: (examples: Feeds, results: StageResults<Outputs>) => Feeds,
): Preparation {
  return {
    graph: graphOf(outputs),
    finish: (examples, results) => finish(examples, results as StageResults<Outputs>),
  };
}

/** Something to train for: a loss as a graph, and where its data come from. */
export interface Objective {
  readonly parameters: Parameters;
  readonly loss: Tensor;
  /** Scalars to log beside the loss. */
  readonly terms: Readonly<Record<string, Tensor>>;
  /** Random training examples for one step. */
  sample(random: Random): Feeds;
  /** Feeds that cover the validation set; averaged terms are the validation metrics. */
  validation(): Iterable<Feeds>;
  readonly preparation?: Preparation;
}

/** The terms of a loss, each times its weight, added up. */
export function weightedSum<Name extends string>(
  terms: Readonly<Record<Name, Tensor>>,
  weights: Readonly<Record<Name, number>>,
): Tensor {
  return Object.entries<Tensor>(terms)
    .map(([name, term]) => multiply(term, weights[name as Name]))
    .reduce((a, b) => add(a, b));
}

/** Feeds of a graph under construction, filled row by row. */
export function intTensor(shape: readonly number[]): HostTensor & { data: Int32Array } {
  return { shape, data: new Int32Array(shape.reduce((a, b) => a * b, 1)) };
}

/** As {@link intTensor}, of floats. */
export function floatTensor(shape: readonly number[]): HostTensor & { data: Float32Array } {
  return { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) };
}
