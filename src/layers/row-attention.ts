import { add, matmul, multiply, reshape, sigmoid, softmax, transpose } from '#tensor/ops';
import { assertShape } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';
import { FINAL, GATE, linearLayer } from './elementary.js';
import { maskBias } from './masks.js';
import type { Parameters } from './parameters.js';

/** Sizes of multi-head attention. */
export interface HeadSizes {
  readonly numHeads: number;
  /** Channels of one head. */
  readonly headChannels: number;
}

/** What is added to the logits of {@link rowAttention}. */
interface RowAttentionTerms {
  /** `[B, I, N]`; 0 keeps a place from being attended to. All are where absent. */
  readonly mask?: Tensor | undefined;
  /** `[B, 1, H, N, N]` the same in all rows. */
  readonly bias?: Tensor | undefined;
}

/**
 * Gated self-attention within each row: places of a row attend to each other, and rows do not meet.
 *
 * @param rows `[B, I, N, C]` normalised
 * @returns `[B, I, N, C]`
 * @source AlphaFold2 SI Algorithms 7, 8, 13 and 14, the lines between the norm and the residual
 */
export function rowAttention(
  parameters: Parameters,
  rows: Tensor,
  { mask, bias }: RowAttentionTerms,
  { numHeads, headChannels }: HeadSizes,
): Tensor {
  const { B, I, N, C } = assertShape(rows, ['B', 'I', 'N', 'C'], 'rows');
  const hidden = numHeads * headChannels;
  const heads = (name: string) => {
    const projected = linearLayer(parameters.within(name), rows, hidden, { bias: false });
    return transpose(reshape(projected, [B, I, N, numHeads, headChannels]), [0, 1, 3, 2, 4]);
  }; // [B, I, H, N, D]
  let logits = matmul(heads('linear_q'), heads('linear_k'), {
    transposeB: true,
    scale: headChannels ** -0.5,
  }); // [B, I, H, N, N]
  if (bias) logits = add(logits, bias);
  if (mask) logits = add(logits, reshape(maskBias(mask), [B, I, 1, 1, N]));
  const gathered = matmul(softmax(logits), heads('linear_v'));
  const joined = reshape(transpose(gathered, [0, 1, 3, 2, 4]), [B, I, N, hidden]);
  const gate = sigmoid(linearLayer(parameters.within('linear_g'), rows, hidden, GATE));
  return linearLayer(parameters.within('linear_o'), multiply(joined, gate), C, FINAL);
}

/**
 * Logits that the pair representation gives to attention along its second residue axis.
 *
 * @param parameters scope of the linear layer
 * @param pair `[B, N, N, cZ]` normalised
 * @returns `[B, 1, H, N, N]`
 */
export function pairBias(parameters: Parameters, pair: Tensor, numHeads: number): Tensor {
  const { B, N } = assertShape(pair, ['B', 'N', 'N', 'cZ'], 'pair');
  const perHead = linearLayer(parameters, pair, numHeads, { bias: false });
  return reshape(transpose(perHead, [0, 3, 1, 2]), [B, 1, numHeads, N, N]);
}
