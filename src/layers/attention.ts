import { add, matmul, multiply, reshape, sigmoid, softmax, split, transpose } from '#tensor/ops';
import { assertShape } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';
import { FINAL, GATE, linearLayer } from './elementary.js';
import { maskBias } from './masks.js';
import type { Parameters } from './parameters.js';

/**
 * Residue self-attention with a bias from the pair representation, gated by the query residue.
 *
 * @param single `[B, N, cS]` normalised
 * @param bias `[B, H, N, N]` added to the logits
 * @param mask `[B, N]`
 * @param headChannels channels of one head; there are cS / headChannels heads
 * @returns `update` `[B, N, cS]` and `weights` `[B, H, N, N]`, row i summing to 1 over j
 * @source AlphaFold2 SI Algorithm 7 "MSARowAttentionWithPairBias", for one sequence as in ESMFold
 */
export function attentionWithPairBias(
  parameters: Parameters,
  single: Tensor,
  bias: Tensor,
  mask: Tensor,
  headChannels: number,
): { update: Tensor; weights: Tensor } {
  const { B, N, cS } = assertShape(single, ['B', 'N', 'cS'], 'single');
  const numHeads = cS / headChannels;
  assertShape(bias, [B, numHeads, N, N], 'bias');
  const projected = linearLayer(parameters.within('proj'), single, 3 * cS, { bias: false });
  const heads = transpose(reshape(projected, [B, N, numHeads, 3 * headChannels]), [0, 2, 1, 3]);
  const [query, key, value] = split(heads, -1, [headChannels, headChannels, headChannels]) as [
    Tensor,
    Tensor,
    Tensor,
  ]; // each [B, H, N, D]
  const logits = matmul(query, key, { transposeB: true, scale: headChannels ** -0.5 });
  const weights = softmax(add(add(logits, bias), reshape(maskBias(mask), [B, 1, 1, N])));
  const gathered = reshape(transpose(matmul(weights, value), [0, 2, 1, 3]), [B, N, cS]);
  const gate = sigmoid(linearLayer(parameters.within('g_proj'), single, cS, GATE));
  const update = linearLayer(parameters.within('o_proj'), multiply(gate, gathered), cS, FINAL);
  return { update, weights };
}
