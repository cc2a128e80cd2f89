import { slice, transpose } from '#tensor/ops';
import { assertShape } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';
import { layerNormLayer } from './elementary.js';
import type { Parameters } from './parameters.js';
import { pairBias, rowAttention, type HeadSizes } from './row-attention.js';
import { inRowChunks } from './row-chunks.js';

/** Around which residue of an edge attention goes: its start or its end. */
export type TriangleNode = 'starting' | 'ending';

interface TriangleAttentionOptions extends HeadSizes {
  /** Rows attended at once: less memory, the same result. All where absent. */
  readonly chunkSize?: number | undefined;
}

/**
 * Updates each edge ij by attention over the edges ik, with a bias from the closing edge jk.
 *
 * @param pair `[B, N, N, cZ]`
 * @param pairMask `[B, N, N]`; all edges count where absent
 * @returns `[B, N, N, cZ]` to be added to the pair representation
 * @source AlphaFold2 SI Algorithms 13 and 14 "TriangleAttentionStartingNode/EndingNode"
 */
export function triangleAttention(
  parameters: Parameters,
  pair: Tensor,
  pairMask: Tensor | undefined,
  node: TriangleNode,
  { chunkSize, ...sizes }: TriangleAttentionOptions,
): Tensor {
  const { N } = assertShape(pair, ['B', 'N', 'N', 'cZ'], 'pair');
  const isStarting = node === 'starting';
  const turn = (edges: Tensor) => (isStarting ? edges : transpose(edges, [0, 2, 1, 3]));
  const normalised = layerNormLayer(parameters.within('layer_norm'), turn(pair));
  const mask = pairMask && !isStarting ? transpose(pairMask, [0, 2, 1]) : pairMask;
  const bias = pairBias(parameters.within('linear'), normalised, sizes.numHeads);
  const attend = (start: number, end: number) =>
    rowAttention(
      parameters.within('mha'),
      slice(normalised, 1, start, end),
      { mask: mask && slice(mask, 1, start, end), bias },
      sizes,
    );
  return turn(inRowChunks(N, chunkSize, attend));
}
