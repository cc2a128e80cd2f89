import { numElements } from './tensor-source.js';

/** How elements of a tensor lie in memory. */
interface Layout {
  readonly shape: readonly number[];
  /** Distance of neighbours along each axis, in elements. */
  readonly strides: readonly number[];
  /** Bytes per element. */
  readonly elementSize: number;
}

/** Number of elements from the first to the last, both counted, wherever the ones between lie. */
export function spanOf(shape: readonly number[], strides: readonly number[]): number {
  if (numElements(shape) === 0) return 0;
  return shape.reduce((span, size, axis) => span + (size - 1) * strides[axis]!, 1);
}

/** Whether elements lie in order without holes. An axis of length one may have any stride. */
export function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= shape[axis]!;
  }
  return true;
}

/**
 * Copies a strided tensor into contiguous order, last axis fastest.
 *
 * @param span elements from the first to the last
 * @param target as many bytes as the tensor has
 */
export function gather(span: Uint8Array, target: Uint8Array, layout: Layout): void {
  const { shape, strides, elementSize } = layout;
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < target.length; to += elementSize) {
    for (let byte = 0; byte < elementSize; byte++)
      target[to + byte] = span[from * elementSize + byte]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
}
