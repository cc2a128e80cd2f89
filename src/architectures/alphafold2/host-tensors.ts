import { sizeOf, type Shape } from '#tensor/shape';
import type { HostTensor } from '#tensor/tensor';

/** Tensors by name. */
export type Tensors = Readonly<Record<string, HostTensor>>;

/** A tensor of zeros. */
export function zeros(shape: Shape): HostTensor {
  return { shape, data: new Float32Array(sizeOf(shape)) };
}

/** The same numbers with an axis of size 1 in front. */
export function withBatch({ shape, data }: HostTensor): HostTensor {
  return { shape: [1, ...shape], data };
}

/** The same numbers of a batch of one without the batch. */
export function withoutBatch({ shape, data }: HostTensor): HostTensor {
  return { shape: shape.slice(1), data };
}

/** Entries `start` to `end` (exclusive) of the first axis, as a view. */
export function entries({ shape, data }: HostTensor, start: number, end: number): HostTensor {
  const size = sizeOf(shape.slice(1));
  return { shape: [end - start, ...shape.slice(1)], data: data.subarray(start * size, end * size) };
}

/** Tensors of one shape and type, joined along the first axis. */
export function joinEntries(tensors: readonly HostTensor[]): HostTensor {
  const [first] = tensors;
  if (tensors.length === 1) return first!;
  const count = tensors.reduce((sum, { shape }) => sum + shape[0]!, 0);
  const length = tensors.reduce((sum, { data }) => sum + data.length, 0);
  const isFloat = first!.data instanceof Float32Array;
  const data = isFloat ? new Float32Array(length) : new Int32Array(length);
  let at = 0;
  for (const tensor of tensors) {
    data.set(tensor.data, at);
    at += tensor.data.length;
  }
  return { shape: [count, ...first!.shape.slice(1)], data };
}
