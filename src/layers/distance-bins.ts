import { add, constant, expandAxis, greater, matmul, reshape, slice, subtract } from '#tensor/ops';
import { assertShape } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';

/**
 * Embedding of the bin that each distance falls into. A bin's row is the sum of the steps between rows up to it, so a
 * distance needs comparing only with each limit.
 *
 * @param squaredDistances `[B, I, N]` Å²
 * @param limits `K` distances between bins, rising, Å
 * @param table `[K + 1, C]` a row for each bin; the first is of distances up to the first limit
 * @returns `[B, I, N, C]`
 */
export function embedDistances(
  squaredDistances: Tensor,
  limits: readonly number[],
  table: Tensor,
): Tensor {
  const { B, I, N } = assertShape(squaredDistances, ['B', 'I', 'N'], 'squaredDistances');
  const numLimits = limits.length;
  const { C } = assertShape(table, [numLimits + 1, 'C'], 'table');
  const squares = constant(limits.map((limit) => limit ** 2));
  const isBeyond = greater(expandAxis(squaredDistances, -1), squares); // [B, I, N, K]
  const steps = subtract(slice(table, 0, 1), slice(table, 0, 0, numLimits)); // [K, C]
  const rows = matmul(reshape(isBeyond, [-1, numLimits]), steps);
  return add(reshape(rows, [B, I, N, C]), slice(table, 0, 0, 1));
}
