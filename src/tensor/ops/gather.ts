import { FoldError } from '#errors';
import { formatShape, sameShape } from '#tensor/shape';
import { makeTensor, type Tensor } from '#tensor/tensor';
import { equal, toFloat } from './elementwise.js';
import { constant } from './leaves.js';
import { expandAxis } from './layout.js';

function assertIndices(indices: Tensor): void {
  if (indices.dtype !== 'int32') {
    throw new FoldError('TENSOR_SHAPE', `indices must be int32, got ${indices.dtype}`);
  }
}

/**
 * Picks entries of the first axis.
 *
 * @param x `[K, ...]`
 * @param indices int32 `[I...]`, each below K
 * @returns `[I..., ...]`
 */
export function gather(x: Tensor, indices: Tensor): Tensor {
  assertIndices(indices);
  const shape = [...indices.shape, ...x.shape.slice(1)];
  return makeTensor<'gather'>({ kind: 'gather' }, [x, indices], shape, x.dtype);
}

/**
 * The transpose of {@link gather}: adds each entry of `updates` to the place that its index names.
 *
 * @param updates `[I..., ...]`
 * @param indices int32 `[I...]`, each below `size`
 * @returns `[size, ...]`
 */
export function scatterAdd(updates: Tensor, indices: Tensor, size: number): Tensor {
  assertIndices(indices);
  const rank = indices.shape.length;
  if (!sameShape(updates.shape.slice(0, rank), indices.shape)) {
    throw new FoldError(
      'TENSOR_SHAPE',
      `updates ${formatShape(updates.shape)} do not start with the shape of indices ${formatShape(indices.shape)}`,
    );
  }
  const shape = [size, ...updates.shape.slice(rank)];
  return makeTensor<'scatterAdd'>({ kind: 'scatterAdd' }, [updates, indices], shape);
}

/**
 * One-hot rows.
 *
 * @param indices int32 `[...]`
 * @returns `[..., size]`; a row of zeros where the index is outside 0…size-1
 */
export function oneHot(indices: Tensor, size: number): Tensor {
  assertIndices(indices);
  const classes = constant(Float32Array.from({ length: size }, (_, i) => i));
  return equal(expandAxis(toFloat(indices), -1), classes);
}
