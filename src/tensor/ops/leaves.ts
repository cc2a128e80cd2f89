import { FoldError } from '#errors';
import { formatShape, sizeOf, type Shape } from '#tensor/shape';
import { makeTensor, type DType, type Tensor } from '#tensor/tensor';

/** A tensor or a number that stands for a scalar constant. */
export type Operand = Tensor | number;

/**
 * A value fed to the graph when it runs.
 *
 * @param name unique within a graph
 */
export function input(name: string, shape: Shape, dtype: DType = 'float32'): Tensor<'input'> {
  return makeTensor<'input'>({ kind: 'input', name }, [], shape, dtype);
}

/**
 * Numbers that are part of the graph. Index tensors are given as `Int32Array`.
 *
 * @throws {@link FoldError} `TENSOR_SHAPE` when the data do not fill the shape
 */
export function constant(
  data: Float32Array | Int32Array | readonly number[],
  shape: Shape = [data.length],
): Tensor<'constant'> {
  if (data.length !== sizeOf(shape)) {
    throw new FoldError(
      'TENSOR_SHAPE',
      `${data.length} numbers do not fill a constant of shape ${formatShape(shape)}`,
    );
  }
  const dtype = data instanceof Int32Array ? 'int32' : 'float32';
  const numbers =
    data instanceof Int32Array || data instanceof Float32Array ? data : Float32Array.from(data);
  return makeTensor<'constant'>({ kind: 'constant', data: numbers }, [], shape, dtype);
}

/** A constant scalar, unless it is a tensor already. */
export function asTensor(operand: Operand): Tensor {
  return typeof operand === 'number' ? constant([operand], []) : operand;
}

/** A constant with the same number everywhere. */
export function full(shape: Shape, value: number): Tensor {
  return constant(new Float32Array(sizeOf(shape)).fill(value), shape);
}
