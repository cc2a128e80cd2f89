import { add, matmul, multiply, reshape, sigmoid, slice, softmax, transpose } from '#tensor/ops';
import { assertShape } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';
import { FINAL, GATE, layerNormLayer, linearLayer } from './elementary.js';
import { maskBias } from './masks.js';
import type { Parameters } from './parameters.js';
import { inRowChunks } from './row-chunks.js';

/** Around which residue of an edge attention goes: its start or its end. */
export type TriangleNode = 'starting' | 'ending';

interface TriangleAttentionOptions {
  readonly headChannels: number;
  /** Rows attended at once: less memory, the same result. All where absent. */
  readonly chunkSize?: number | undefined;
}

/**
 * Updates each edge ij by attention over the edges ik, with a bias from the closing edge jk.
 *
 * @param pair `[B, N, N, cZ]`
 * @param pairMask `[B, N, N]`
 * @returns `[B, N, N, cZ]` to be added to the pair representation
 * @source AlphaFold2 SI Algorithms 13 and 14 "TriangleAttentionStartingNode/EndingNode"
 */
export function triangleAttention(
  parameters: Parameters,
  pair: Tensor,
  pairMask: Tensor,
  node: TriangleNode,
  { headChannels, chunkSize }: TriangleAttentionOptions,
): Tensor {
  const { B, N, cZ } = assertShape(pair, ['B', 'N', 'N', 'cZ'], 'pair');
  const numHeads = cZ / headChannels;
  const turn = (edges: Tensor) => (node === 'starting' ? edges : transpose(edges, [0, 2, 1, 3]));
  const normalised = layerNormLayer(parameters.within('layer_norm'), turn(pair));
  const mask = turn(reshape(pairMask, [B, N, N, 1]));
  const bias = transpose(
    linearLayer(parameters.within('linear'), normalised, numHeads, { bias: false }),
    [0, 3, 1, 2],
  ); // [B, H, N, N]
  const attend = (start: number, end: number) =>
    rowAttention(
      parameters.within('mha'),
      slice(normalised, 1, start, end),
      slice(mask, 1, start, end),
      reshape(bias, [B, 1, numHeads, N, N]),
      headChannels,
    );
  return turn(inRowChunks(N, chunkSize, attend));
}

/** Gated attention along the second residue axis of `rows` `[B, I, N, cZ]`. */
function rowAttention(
  parameters: Parameters,
  rows: Tensor,
  mask: Tensor,
  bias: Tensor,
  headChannels: number,
): Tensor {
  const { B, I, N, cZ } = assertShape(rows, ['B', 'I', 'N', 'cZ'], 'rows');
  const numHeads = cZ / headChannels;
  const heads = (name: string) => {
    const projected = linearLayer(parameters.within(name), rows, cZ, { bias: false });
    return transpose(reshape(projected, [B, I, N, numHeads, headChannels]), [0, 1, 3, 2, 4]);
  }; // [B, I, H, N, D]
  const logits = matmul(heads('linear_q'), heads('linear_k'), {
    transposeB: true,
    scale: headChannels ** -0.5,
  }); // [B, I, H, N, N]
  const masked = add(add(logits, bias), reshape(maskBias(mask), [B, I, 1, 1, N]));
  const gathered = matmul(softmax(masked), heads('linear_v'));
  const joined = reshape(transpose(gathered, [0, 1, 3, 2, 4]), [B, I, N, cZ]);
  const gate = sigmoid(linearLayer(parameters.within('linear_g'), rows, cZ, GATE));
  return linearLayer(parameters.within('linear_o'), multiply(joined, gate), cZ, FINAL);
}
