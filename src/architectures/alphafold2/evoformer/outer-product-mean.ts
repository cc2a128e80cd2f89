import { FINAL, layerNormLayer, linearLayer } from '#layers/elementary';
import type { Parameters } from '#layers/parameters';
import { inRowChunks, rowsAtOnce } from '#layers/row-chunks';
import { add, divide, expandAxis, matmul, multiply, reshape, slice, transpose } from '#tensor/ops';
import { assertShape } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';

/** Added to the number of rows in which both residues stand. */
const EPSILON = 1e-3;

/** Sizes of {@link outerProductMean}, and what its pieces may take. */
interface OuterProductOptions {
  readonly hiddenChannels: number;
  readonly pairChannels: number;
  readonly chunkBytes?: number | undefined;
}

/**
 * What the alignment says of each pair of columns: the mean over its rows of the outer product of two projections.
 *
 * @param parameters scope `outer_product_mean`
 * @param msa `[B, S, N, cM]`
 * @param mask `[B, S, N]`
 * @returns `[B, N, N, cZ]` to be added to the pair representation
 * @source AlphaFold2 SI Algorithm 10 "OuterProductMean"
 * @departs as the published code, which divides after the last layer, so that its bias counts for each row
 */
export function outerProductMean(
  parameters: Parameters,
  msa: Tensor,
  mask: Tensor,
  { hiddenChannels, pairChannels, chunkBytes }: OuterProductOptions,
): Tensor {
  const { B, S, N } = assertShape(msa, ['B', 'S', 'N', 'cM'], 'msa');
  const C = hiddenChannels;
  const normalised = layerNormLayer(parameters.within('layer_norm'), msa);
  const project = (name: string) =>
    multiply(linearLayer(parameters.within(name), normalised, C), expandAxis(mask, -1));
  const left = project('linear_1'); // [B, S, N, C]
  const right = reshape(project('linear_2'), [B, S, N * C]);
  return inRowChunks(N, rowsAtOnce(chunkBytes, 2 * N * C ** 2), (start, end) => {
    const I = end - start;
    const some = reshape(slice(left, 2, start, end), [B, S, I * C]);
    const products = matmul(some, right, { transposeA: true }); // [B, I·C, N·C]
    const byPair = transpose(reshape(products, [B, I, C, N, C]), [0, 1, 3, 2, 4]);
    const joined = reshape(byPair, [B, I, N, C * C]);
    const update = linearLayer(parameters.within('linear_out'), joined, pairChannels, FINAL);
    const numRows = matmul(slice(mask, 2, start, end), mask, { transposeA: true }); // [B, I, N]
    return divide(update, expandAxis(add(numRows, EPSILON), -1));
  });
}
