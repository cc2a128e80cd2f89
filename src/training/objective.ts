import type { Parameters } from '#model/parameters';
import type { HostTensor, Tensor } from '#tensor/tensor';
import type { Random } from './random.js';

/** Numbers that describe how well the model does, by name. */
export type Metrics = Readonly<Record<string, number>>;

/** Something to train for: a loss as a graph, and where its data come from. */
export interface Objective {
  readonly parameters: Parameters;
  readonly loss: Tensor;
  /** Scalars to log beside the loss. */
  readonly terms: Readonly<Record<string, Tensor>>;
  /** Random training examples for one step. */
  sample(random: Random): Record<string, HostTensor>;
  /** Feeds that cover the validation set; averaged terms are the validation metrics. */
  validation(): Iterable<Record<string, HostTensor>>;
}

/** Feeds of a graph under construction, filled row by row. */
export function intTensor(shape: readonly number[]): HostTensor & { data: Int32Array } {
  return { shape, data: new Int32Array(shape.reduce((a, b) => a * b, 1)) };
}

/** As {@link intTensor}, of floats. */
export function floatTensor(shape: readonly number[]): HostTensor & { data: Float32Array } {
  return { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) };
}
