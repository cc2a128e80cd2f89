import { FINAL, linearLayer } from '#layers/elementary';
import type { Parameters } from '#layers/parameters';
import type { HeadSizes } from '#layers/row-attention';
import { inRowChunks, rowsAtOnce } from '#layers/row-chunks';
import { constant, matmul, multiply, reshape, slice, softmax, sum, transpose } from '#tensor/ops';
import { assertShape } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';

/** Sizes, and what pieces may take. */
interface PointwiseAttentionOptions extends HeadSizes {
  readonly chunkBytes?: number | undefined;
}

/**
 * What each pair of residues takes from the same pair of all templates.
 *
 * @param parameters scope `template_pointwise_att.mha`
 * @param pair `[1, N, N, cZ]` asks
 * @param templates `[T, N, N, cT]` answer
 * @returns `[1, N, N, cZ]` to be added to the pair representation
 * @source AlphaFold2 SI Algorithm 17 "TemplatePointwiseAttention"
 */
export function templatePointwiseAttention(
  parameters: Parameters,
  pair: Tensor,
  templates: Tensor,
  { chunkBytes, ...sizes }: PointwiseAttentionOptions,
): Tensor {
  const { N } = assertShape(pair, [1, 'N', 'N', 'cZ'], 'pair');
  const { T } = assertShape(templates, ['T', N, N, 'cT'], 'templates');
  const rows = rowsAtOnce(chunkBytes, 5 * T * N * sizes.numHeads * sizes.headChannels);
  return inRowChunks(N, rows, (start, end) =>
    attendTemplates(parameters, slice(pair, 1, start, end), slice(templates, 1, start, end), sizes),
  );
}

/**
 * @param pair `[1, I, N, cZ]`
 * @param templates `[T, I, N, cT]`
 */
function attendTemplates(
  parameters: Parameters,
  pair: Tensor,
  templates: Tensor,
  { numHeads, headChannels }: HeadSizes,
): Tensor {
  const { I, N, cZ } = assertShape(pair, [1, 'I', 'N', 'cZ'], 'pair');
  const hidden = numHeads * headChannels;
  const project = (name: string, x: Tensor) =>
    linearLayer(parameters.within(name), x, hidden, { bias: false });
  const channelsOfHead = constant(headMembership(numHeads, headChannels), [numHeads, hidden]);
  const products = multiply(project('linear_q', pair), project('linear_k', templates));
  const logits = matmul(products, channelsOfHead, {
    transposeB: true,
    scale: headChannels ** -0.5,
  }); // [T, I, N, H]
  const weights = transpose(softmax(transpose(logits, [1, 2, 3, 0])), [3, 0, 1, 2]);
  const shares = matmul(weights, channelsOfHead); // [T, I, N, H·D]
  const gathered = sum(multiply(shares, project('linear_v', templates)), 0);
  const update = linearLayer(parameters.within('linear_o'), gathered, cZ, FINAL);
  return reshape(update, [1, I, N, cZ]);
}

/** `[H, H·D]` 1 where a channel belongs to a head. */
function headMembership(numHeads: number, headChannels: number): Float32Array {
  const hidden = numHeads * headChannels;
  return Float32Array.from({ length: numHeads * hidden }, (_, i) =>
    Number(Math.floor(i / hidden) === Math.floor((i % hidden) / headChannels)),
  );
}
