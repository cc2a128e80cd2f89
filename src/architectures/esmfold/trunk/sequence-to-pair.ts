import { layerNormLayer, linearLayer } from '#layers/elementary';
import type { Parameters } from '#layers/parameters';
import { add, expandAxis, linear, multiply, slice, subtract } from '#tensor/ops';
import { assertShape } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';

/**
 * What each pair of residues says to the pair representation: the product and difference of their projections.
 *
 * @param single `[B, N, cS]`
 * @returns `[B, N, N, cZ]` to be added to the pair representation
 * @source ESMFold "SequenceToPair", standing where AlphaFold2 has Algorithm 10 "OuterProductMean"
 * @departs the difference is projected before it is spread over pairs, which is the same and costs N instead of N²
 */
export function sequenceToPair(
  parameters: Parameters,
  single: Tensor,
  pairChannels: number,
): Tensor {
  assertShape(single, ['B', 'N', 'cS'], 'single');
  const inner = pairChannels / 2;
  const normalised = layerNormLayer(parameters.within('layernorm'), single);
  const projected = linearLayer(parameters.within('proj'), normalised, 2 * inner);
  const byColumn = slice(projected, -1, 0, inner); // [B, N, inner], of residue j
  const byRow = slice(projected, -1, inner, 2 * inner); // [B, N, inner], of residue i
  const output = parameters.within('o_proj');
  const weight = output.get('weight', [pairChannels, 2 * inner], 'lecun');
  const bias = output.get('bias', [pairChannels], 'zeros');
  const product = multiply(expandAxis(byColumn, 1), expandAxis(byRow, 2)); // [B, N, N, inner]
  const ofDifference = (x: Tensor) => linear(x, slice(weight, 1, inner, 2 * inner));
  const fromColumns = add(ofDifference(byColumn), bias);
  const difference = subtract(expandAxis(fromColumns, 1), expandAxis(ofDifference(byRow), 2));
  return add(linear(product, slice(weight, 1, 0, inner)), difference);
}
