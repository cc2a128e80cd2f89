/** @file Inputs in less precision than graphs compute in: weights as they lie in files. */
import type { Shape } from './shape.js';
import type { HostTensor } from './tensor.js';

/** Precision of a narrow input; int8 comes with a scale for each row, see {@link scalesOf}. */
export type NarrowType = 'float16' | 'int8';

/** Numbers in less precision. */
export interface NarrowTensor {
  readonly shape: Shape;
  /** Bit patterns of float16, or int8. */
  readonly data: Uint16Array | Int8Array;
}

/** What a graph with narrow inputs is fed. */
export type Feed = HostTensor | NarrowTensor;

/** Which float32 inputs of a graph are fed narrow. */
export type NarrowInputs = ReadonlyMap<string, NarrowType>;

/**
 * What the scales of an int8 input are fed as: `[O]` float32. The input `[O, ...]` then stands for
 * `scales[row] · int8[row, ...]`.
 */
export function scalesOf(name: string): string {
  return `${name}/scales`;
}

/** Type of what an input is fed. */
export function typeOf({ data }: Pick<Feed, 'data'>): 'float32' | 'int32' | NarrowType {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Int32Array) return 'int32';
  return data instanceof Int8Array ? 'int8' : 'float16';
}

/** Those of the feeds that are narrow. */
export function narrowInputs(feeds: Readonly<Record<string, Feed>>): NarrowInputs {
  const narrow = new Map<string, NarrowType>();
  for (const [name, feed] of Object.entries(feeds)) {
    const type = typeOf(feed);
    if (type === 'float16' || type === 'int8') narrow.set(name, type);
  }
  return narrow;
}
