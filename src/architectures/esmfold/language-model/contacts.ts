import {
  add,
  divide,
  matmul,
  multiply,
  reshape,
  slice,
  subtract,
  sum,
  transpose,
} from '#tensor/ops';
import { assertShape } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';

/**
 * What the attention maps of one language-model layer add to the logits of residue contacts: each head's map without
 * start and end tokens, made symmetric, less what its rows and columns explain (average product correction), times the
 * head's weight. The regression is linear, so layers may be added one by one.
 *
 * @param attention `[B, H, T, T]`, T = N + 2
 * @param weights `[H]` of the regression
 * @returns `[B, N, N]`
 * @source ESM-2 "ContactPredictionHead"; Rao et al. 2020 "Transformer protein language models are unsupervised
 *   structure learners"
 */
export function contactEvidence(attention: Tensor, weights: Tensor): Tensor {
  const { B, H, T } = assertShape(attention, ['B', 'H', 'T', 'T'], 'attention');
  const numResidues = T - 2;
  const rows = slice(attention, 2, 1, numResidues + 1);
  const maps = slice(rows, 3, 1, numResidues + 1); // [B, H, N, N]
  const symmetric = add(maps, transpose(maps, [0, 1, 3, 2]));
  const bySum = (axes: number | readonly number[]) => sum(symmetric, axes, { keepAxes: true });
  const explained = divide(multiply(bySum(2), bySum(3)), bySum([2, 3]));
  const corrected = reshape(subtract(symmetric, explained), [B, H, numResidues ** 2]);
  const evidence = matmul(reshape(weights, [1, 1, H]), corrected); // [B, 1, N²]
  return reshape(evidence, [B, numResidues, numResidues]);
}
