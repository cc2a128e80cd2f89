import { sizeOf, type Shape } from '#tensor/shape';
import type { HostTensor } from '#tensor/tensor';

/** Numbers in [0, 1) that are the same in every run. */
export function randomSource(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** A float32 tensor with elements evenly spread from `low` to `high`. */
export function randomTensor(shape: Shape, seed: number, [low, high] = [-1, 1]): HostTensor {
  const next = randomSource(seed);
  return {
    shape,
    data: Float32Array.from({ length: sizeOf(shape) }, () => low + (high - low) * next()),
  };
}

/** An int32 tensor with elements from 0 to `limit` (exclusive). */
export function randomIndices(shape: Shape, seed: number, limit: number): HostTensor {
  const next = randomSource(seed);
  return {
    shape,
    data: Int32Array.from({ length: sizeOf(shape) }, () => Math.floor(limit * next())),
  };
}
