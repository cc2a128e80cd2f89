import { FoldError } from '#errors';
import {
  broadcastShapes,
  formatShape,
  resolveAxis,
  sameShape,
  sizeOf,
  type Shape,
} from '#tensor/shape';
import { makeTensor, type Tensor } from '#tensor/tensor';

/**
 * The same elements in another shape; one size may be -1 and is worked out.
 *
 * @throws {@link FoldError} `TENSOR_SHAPE` when the number of elements differs
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const known = sizeOf(shape.filter((size) => size !== -1));
  const target = shape.map((size) => (size === -1 ? sizeOf(x.shape) / known : size));
  if (sizeOf(target) !== sizeOf(x.shape) || !target.every(Number.isInteger)) {
    throw new FoldError(
      'TENSOR_SHAPE',
      `${formatShape(x.shape)} cannot be reshaped to ${formatShape(shape)}`,
    );
  }
  return sameShape(target, x.shape)
    ? x
    : makeTensor<'reshape'>({ kind: 'reshape' }, [x], target, x.dtype);
}

/** Adds an axis of size 1 at `axis`. */
export function expandAxis(x: Tensor, axis: number): Tensor {
  const at = axis < 0 ? axis + x.shape.length + 1 : axis;
  return reshape(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)]);
}

/**
 * Reorders axes: axis `i` of the result is axis `permutation[i]` of `x`.
 *
 * @throws {@link FoldError} `TENSOR_SHAPE` when `permutation` is none
 */
export function transpose(x: Tensor, permutation: readonly number[]): Tensor {
  const seen = new Set(permutation);
  if (permutation.length !== x.shape.length || !x.shape.every((_, axis) => seen.has(axis))) {
    throw new FoldError(
      'TENSOR_SHAPE',
      `${formatShape(permutation)} does not permute the axes of ${formatShape(x.shape)}`,
    );
  }
  if (permutation.every((from, to) => from === to)) return x;
  const shape = permutation.map((axis) => x.shape[axis]!);
  return makeTensor<'transpose'>({ kind: 'transpose', permutation }, [x], shape, x.dtype);
}

/** Repeats axes of size 1 until the shape is reached. */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  if (!sameShape(broadcastShapes(x.shape, shape), shape)) {
    throw new FoldError(
      'TENSOR_SHAPE',
      `${formatShape(x.shape)} does not broadcast to ${formatShape(shape)}`,
    );
  }
  return makeTensor<'broadcastTo'>({ kind: 'broadcastTo' }, [x], shape, x.dtype);
}

/** Joins tensors along an existing axis. */
export function concat(tensors: readonly Tensor[], axis: number): Tensor {
  const first = tensors[0];
  if (!first) throw new FoldError('TENSOR_SHAPE', 'concat needs at least one tensor');
  if (tensors.length === 1) return first;
  const at = resolveAxis(axis, first.shape.length);
  for (const { shape } of tensors) {
    if (!sameShape(shape.with(at, 0), first.shape.with(at, 0))) {
      throw new FoldError(
        'TENSOR_SHAPE',
        `${formatShape(first.shape)} and ${formatShape(shape)} cannot be joined along axis ${at}`,
      );
    }
  }
  const size = tensors.reduce((total, { shape }) => total + shape[at]!, 0);
  return makeTensor<'concat'>(
    { kind: 'concat', axis: at },
    tensors,
    first.shape.with(at, size),
    first.dtype,
  );
}

/** Joins tensors of one shape along a new axis. */
export function stack(tensors: readonly Tensor[], axis: number): Tensor {
  return concat(
    tensors.map((tensor) => expandAxis(tensor, axis)),
    axis,
  );
}

/**
 * Elements `start` to `end` (exclusive) along an axis; `end` may count from the end.
 *
 * @throws {@link FoldError} `TENSOR_SHAPE` when the range is empty or outside
 */
export function slice(x: Tensor, axis: number, start: number, end = x.shape.at(axis)!): Tensor {
  const at = resolveAxis(axis, x.shape.length);
  const size = x.shape[at]!;
  const stop = end < 0 ? end + size : end;
  if (start < 0 || stop <= start || stop > size) {
    throw new FoldError(
      'TENSOR_SHAPE',
      `cannot take ${start}…${end} along axis ${at} of ${formatShape(x.shape)}`,
    );
  }
  if (start === 0 && stop === size) return x;
  return makeTensor<'slice'>(
    { kind: 'slice', axis: at, start, end: stop },
    [x],
    x.shape.with(at, stop - start),
    x.dtype,
  );
}

/** Cuts an axis into consecutive pieces of the given sizes. */
export function split(x: Tensor, axis: number, sizes: readonly number[]): Tensor[] {
  let start = 0;
  return sizes.map((size) => {
    start += size;
    return slice(x, axis, start - size, start);
  });
}

/** The pieces of an axis, each without it. */
export function unstack(x: Tensor, axis: number): Tensor[] {
  const at = resolveAxis(axis, x.shape.length);
  return Array.from({ length: x.shape[at]! }, (_, i) =>
    reshape(slice(x, at, i, i + 1), x.shape.toSpliced(at, 1)),
  );
}

/** Adds zeros before and after along an axis. */
export function pad(x: Tensor, axis: number, before: number, after: number): Tensor {
  if (before === 0 && after === 0) return x;
  const at = resolveAxis(axis, x.shape.length);
  return makeTensor<'pad'>(
    { kind: 'pad', axis: at, before, after },
    [x],
    x.shape.with(at, x.shape[at]! + before + after),
    x.dtype,
  );
}
