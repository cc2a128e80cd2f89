import type { Operation, OperationKind } from './operation.js';
import { sizeOf, type Shape } from './shape.js';

/** Element type; index tensors are `int32`, everything else is `float32`. */
export type DType = 'float32' | 'int32';

/**
 * A value that will exist once an engine runs the graph: its shape, and how it is made from other tensors.
 * Tensors are immutable nodes; a graph is whatever can be reached from its outputs.
 */
export interface Tensor<Kind extends OperationKind = OperationKind> {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly operation: Operation & { readonly kind: Kind };
  readonly inputs: readonly Tensor[];
  /** Creation order, so that sorting by it is a topological order. */
  readonly order: number;
}

/** Numbers in memory, as fed to and fetched from an engine. */
export interface HostTensor {
  readonly shape: Shape;
  readonly data: Float32Array | Int32Array;
}

/** Bytes of an element, of either type. */
const BYTES = 4;

/** Bytes that a tensor's numbers take. */
export function bytesOf({ shape }: Pick<Tensor, 'shape'>): number {
  return BYTES * sizeOf(shape);
}

let created = 0;

/** Makes a node. Only the functions under `ops/` call it, after they have checked shapes. */
export function makeTensor<Kind extends OperationKind>(
  operation: Operation & { readonly kind: Kind },
  inputs: readonly Tensor[],
  shape: Shape,
  dtype: DType = 'float32',
): Tensor<Kind> {
  return { operation, inputs, shape, dtype, order: created++ };
}

/** Whether a tensor was made by this kind of operation. */
export function isKind<Kind extends OperationKind>(
  tensor: Tensor,
  kind: Kind,
): tensor is Tensor<Kind> {
  return tensor.operation.kind === kind;
}
