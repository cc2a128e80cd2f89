import { FINAL, GATE, layerNormLayer, linearLayer } from '#layers/elementary';
import { maskBias } from '#layers/masks';
import type { Parameters } from '#layers/parameters';
import type { HeadSizes } from '#layers/row-attention';
import { inRowChunks, rowsAtOnce } from '#layers/row-chunks';
import {
  add,
  divide,
  expandAxis,
  matmul,
  multiply,
  reshape,
  sigmoid,
  slice,
  softmax,
  sum,
  transpose,
} from '#tensor/ops';
import { assertShape } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';
import type { MsaAttentionOptions } from './msa-attention.js';

/** Added to the number of rows in a mean. */
const EPSILON = 1e-8;

/**
 * Attention in each column of the extra alignment by one query, the mean of its rows: the cost grows with the number
 * of rows, not with its square.
 *
 * @param parameters scope `msa_att_col`
 * @param msa `[B, E, N, cE]`
 * @param mask `[B, E, N]`
 * @returns `[B, E, N, cE]` to be added to the alignment
 * @source AlphaFold2 SI Algorithm 19 "MSAColumnGlobalAttention"
 */
export function globalColumnAttention(
  parameters: Parameters,
  msa: Tensor,
  mask: Tensor,
  { chunkBytes, ...sizes }: MsaAttentionOptions,
): Tensor {
  const { E, N, cE } = assertShape(msa, ['B', 'E', 'N', 'cE'], 'extra msa');
  const columns = transpose(msa, [0, 2, 1, 3]);
  const columnMask = transpose(mask, [0, 2, 1]);
  const columnNumbers = E * (3 * cE + 3 * sizes.numHeads * sizes.headChannels);
  const attended = inRowChunks(N, rowsAtOnce(chunkBytes, columnNumbers), (start, end) =>
    attendColumns(
      parameters.within('global_attention'),
      layerNormLayer(parameters.within('layer_norm_m'), slice(columns, 1, start, end)),
      slice(columnMask, 1, start, end),
      sizes,
    ),
  );
  return transpose(attended, [0, 2, 1, 3]);
}

/**
 * @param columns `[B, N, E, cE]`
 * @param mask `[B, N, E]`
 */
function attendColumns(
  parameters: Parameters,
  columns: Tensor,
  mask: Tensor,
  { numHeads, headChannels }: HeadSizes,
): Tensor {
  const { B, N, E, cE } = assertShape(columns, ['B', 'N', 'E', 'cE'], 'columns');
  const hidden = numHeads * headChannels;
  const project = (name: string, x: Tensor, outputs: number) =>
    linearLayer(parameters.within(name), x, outputs, { bias: false });
  const total = matmul(expandAxis(mask, 2), columns); // [B, N, 1, cE]
  const numRows = add(sum(mask, -1, { keepAxes: true }), EPSILON);
  const mean = divide(total, expandAxis(numRows, -1));
  const query = reshape(project('linear_q', mean, hidden), [B, N, numHeads, headChannels]);
  const key = project('linear_k', columns, headChannels); // [B, N, E, D]
  const logits = matmul(query, key, { transposeB: true, scale: headChannels ** -0.5 });
  const weights = softmax(add(logits, expandAxis(maskBias(mask), 2))); // [B, N, H, E]
  const gathered = matmul(weights, project('linear_v', columns, headChannels)); // [B, N, H, D]
  const gate = sigmoid(linearLayer(parameters.within('linear_g'), columns, hidden, GATE));
  const gated = multiply(gate, reshape(gathered, [B, N, 1, hidden])); // [B, N, E, H·D]
  return reshape(linearLayer(parameters.within('linear_o'), gated, cE, FINAL), [B, N, E, cE]);
}
