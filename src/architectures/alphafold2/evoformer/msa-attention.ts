import { layerNormLayer } from '#layers/elementary';
import type { Parameters } from '#layers/parameters';
import { pairBias, rowAttention, type HeadSizes } from '#layers/row-attention';
import { inRowChunks, rowsAtOnce } from '#layers/row-chunks';
import { slice, transpose } from '#tensor/ops';
import { assertShape } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';

/** Sizes of attention over an alignment, and what its pieces may take. */
export interface MsaAttentionOptions extends HeadSizes {
  readonly chunkBytes?: number | undefined;
}

/** Numbers that attention within one row of `length` places has in memory at once. */
function rowNumbers(length: number, { numHeads, headChannels }: HeadSizes): number {
  return numHeads * (2 * length ** 2 + 6 * length * headChannels);
}

/**
 * Attention among the residues of each row of the alignment, with a bias from the pair representation.
 *
 * @param parameters scope `msa_att_row`
 * @param msa `[B, S, N, cM]`
 * @param mask `[B, S, N]`
 * @param pair `[B, N, N, cZ]`
 * @returns `[B, S, N, cM]` to be added to the alignment
 * @source AlphaFold2 SI Algorithm 7 "MSARowAttentionWithPairBias"
 */
export function msaRowAttention(
  parameters: Parameters,
  msa: Tensor,
  mask: Tensor,
  pair: Tensor,
  { chunkBytes, ...sizes }: MsaAttentionOptions,
): Tensor {
  const { S, N } = assertShape(msa, ['B', 'S', 'N', 'cM'], 'msa');
  const normalisedPair = layerNormLayer(parameters.within('layer_norm_z'), pair);
  const bias = pairBias(parameters.within('linear_z'), normalisedPair, sizes.numHeads);
  return inRowChunks(S, rowsAtOnce(chunkBytes, rowNumbers(N, sizes)), (start, end) => {
    const rows = layerNormLayer(parameters.within('layer_norm_m'), slice(msa, 1, start, end));
    const terms = { mask: slice(mask, 1, start, end), bias };
    return rowAttention(parameters.within('mha'), rows, terms, sizes);
  });
}

/**
 * Attention among the rows of the alignment, in each column.
 *
 * @param parameters scope `msa_att_col._msa_att`
 * @param msa `[B, S, N, cM]`
 * @param mask `[B, S, N]`
 * @returns `[B, S, N, cM]` to be added to the alignment
 * @source AlphaFold2 SI Algorithm 8 "MSAColumnAttention"
 */
export function msaColumnAttention(
  parameters: Parameters,
  msa: Tensor,
  mask: Tensor,
  { chunkBytes, ...sizes }: MsaAttentionOptions,
): Tensor {
  const { S, N } = assertShape(msa, ['B', 'S', 'N', 'cM'], 'msa');
  const columns = transpose(msa, [0, 2, 1, 3]);
  const columnMask = transpose(mask, [0, 2, 1]);
  const attended = inRowChunks(N, rowsAtOnce(chunkBytes, rowNumbers(S, sizes)), (start, end) => {
    const some = layerNormLayer(parameters.within('layer_norm_m'), slice(columns, 1, start, end));
    const terms = { mask: slice(columnMask, 1, start, end) };
    return rowAttention(parameters.within('mha'), some, terms, sizes);
  });
  return transpose(attended, [0, 2, 1, 3]);
}
