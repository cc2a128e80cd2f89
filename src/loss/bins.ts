import { concat, constant, expandAxis, full, greater, subtract } from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';

/**
 * One-hot rows of the bin that each value falls into.
 *
 * @param values `[...]`
 * @param limits rising upper limits of all bins but the last
 * @returns `[..., limits + 1]`
 */
export function oneHotBins(values: Tensor, limits: readonly number[]): Tensor {
  const isBeyond = greater(expandAxis(values, -1), constant(limits)); // [..., K - 1]
  const edge = (value: number) => full([...values.shape, 1], value);
  return subtract(concat([edge(1), isBeyond], -1), concat([isBeyond, edge(0)], -1));
}
