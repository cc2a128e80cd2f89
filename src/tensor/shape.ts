import { FoldError, invariant } from '#errors';

/** Sizes of a tensor's axes, outermost first. */
export type Shape = readonly number[];

/** Anything that has sizes. */
interface Shaped {
  readonly shape: Shape;
}

/** A size that must match exactly, or a name that stands for one size throughout a call. */
export type Dim = number | string;

/** Number of elements of a tensor of this shape. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Whether two shapes are the same. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** `[2, 3]`, for messages. */
export function formatShape(shape: readonly Dim[]): string {
  return `[${shape.join(', ')}]`;
}

/**
 * Turns an axis that may count from the end into one that counts from the start.
 *
 * @throws {@link FoldError} `TENSOR_SHAPE` when the tensor has no such axis
 */
export function resolveAxis(axis: number, rank: number): number {
  const resolved = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || resolved < 0 || resolved >= rank) {
    throw new FoldError('TENSOR_SHAPE', `axis ${axis} does not exist in a tensor of rank ${rank}`);
  }
  return resolved;
}

/**
 * The shape that two operands broadcast to, aligned at the last axis as in NumPy.
 *
 * @throws {@link FoldError} `TENSOR_SHAPE` when sizes differ and neither is 1
 */
export function broadcastShapes(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const x = a[axis - rank + a.length] ?? 1;
    const y = b[axis - rank + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1) {
      throw new FoldError(
        'TENSOR_SHAPE',
        `${formatShape(a)} and ${formatShape(b)} do not broadcast: sizes ${x} and ${y} differ`,
      );
    }
    return x === 1 ? y : x;
  });
}

/**
 * Checks that a tensor has the shape its docstring promises.
 *
 * @param tensor any tensor
 * @param expected one entry for each axis; pass `sizes` on to share names between tensors
 * @param label what the caller calls this tensor, for the message
 * @param sizes sizes bound to names so far; new names are added
 * @returns `sizes`
 * @throws {@link FoldError} `TENSOR_SHAPE`
 */
export function assertShape<const Expected extends readonly Dim[]>(
  tensor: Shaped,
  expected: Expected,
  label: string,
  sizes: Record<string, number> = {},
): Record<Extract<Expected[number], string>, number> {
  const fits = (dim: Dim, axis: number) =>
    (typeof dim === 'number' ? dim : (sizes[dim] ??= tensor.shape[axis]!)) === tensor.shape[axis];
  if (tensor.shape.length !== expected.length || !expected.every(fits)) {
    const bound = expected.map((dim) => (dim in sizes ? `${dim}=${sizes[dim]!}` : dim));
    throw new FoldError(
      'TENSOR_SHAPE',
      `${label} must be ${formatShape(bound)}, got ${formatShape(tensor.shape)}`,
    );
  }
  return sizes;
}

/** Distance in elements between neighbours along each axis of a dense tensor. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  }
  invariant(strides.every(Number.isSafeInteger), 'tensor too large to index');
  return strides;
}
