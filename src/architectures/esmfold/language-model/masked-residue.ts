import { layerNormLayer, linearLayer } from '#layers/elementary';
import type { Parameters } from '#layers/parameters';
import { gelu, linear } from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';
import { TOKENS } from './tokens.js';

/**
 * Logits of every token at every position, for masked-residue training and mutation scores.
 *
 * @param parameters scope of the head
 * @param embeddingTable `[33, C]` the token embedding, which the head shares
 * @param hidden `[B, T, C]` after the last layer norm
 * @returns `[B, T, 33]`
 * @source ESM-2 "RobertaLMHead"
 */
export function maskedResidueLogits(
  parameters: Parameters,
  embeddingTable: Tensor,
  hidden: Tensor,
): Tensor {
  const dense = gelu(linearLayer(parameters.within('dense'), hidden, hidden.shape.at(-1)!));
  const normalised = layerNormLayer(parameters.within('layer_norm'), dense);
  return linear(normalised, embeddingTable, parameters.get('bias', [TOKENS.length], 'zeros'));
}
