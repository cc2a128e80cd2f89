import { add, matmul, multiply, reshape, sigmoid, slice, transpose } from '#tensor/ops';
import { assertShape } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';
import { FINAL, GATE, layerNormLayer, linearLayer } from './elementary.js';
import type { Initialisation, Parameters } from './parameters.js';
import { inRowChunks } from './row-chunks.js';

/** Which edges of a triangle update the third: those leaving its two residues, or those arriving. */
export type TriangleDirection = 'outgoing' | 'incoming';

interface TriangleMultiplicationOptions {
  /** Channels of the products; as many as the pair representation has where absent. */
  readonly hiddenChannels?: number;
  /** Rows i computed at once: less memory, the same result. All where absent. */
  readonly chunkSize?: number | undefined;
}

/**
 * Updates each edge ij from the two other edges of every triangle ijk by multiplication.
 *
 * @param pair `[B, N, N, cZ]`
 * @param pairMask `[B, N, N]`; all edges count where absent
 * @returns `[B, N, N, cZ]` to be added to the pair representation
 * @source AlphaFold2 SI Algorithms 11 and 12 "TriangleMultiplicationOutgoing/Incoming"
 */
export function triangleMultiplication(
  parameters: Parameters,
  pair: Tensor,
  pairMask: Tensor | undefined,
  direction: TriangleDirection,
  { hiddenChannels = pair.shape.at(-1)!, chunkSize }: TriangleMultiplicationOptions = {},
): Tensor {
  const { N, cZ } = assertShape(pair, ['B', 'N', 'N', 'cZ'], 'pair');
  const isOutgoing = direction === 'outgoing';
  const normalised = layerNormLayer(parameters.within('layer_norm_in'), pair);
  /** Edges that leave, or enter, residues `start` to `end`. */
  const edgesOf = (name: string, start: number, end: number) => {
    const axis = isOutgoing ? 1 : 2;
    const edges = slice(normalised, axis, start, end);
    const mask = pairMask && slice(pairMask, axis, start, end);
    return gatedEdges((part) => parameters.within(`${name}_${part}`), edges, mask, hiddenChannels);
  };
  const b = edgesOf('linear_b', 0, N); // [B, C, N, N]
  return inRowChunks(N, chunkSize, (start, end) => {
    const a = edgesOf('linear_a', start, end); // [B, C, I, N] or [B, C, N, I]
    const product = isOutgoing
      ? matmul(a, b, { transposeB: true }) // Σₖ a[i,k] b[j,k]
      : matmul(a, b, { transposeA: true }); // Σₖ a[k,i] b[k,j]
    const channelsLast = transpose(product, [0, 2, 3, 1]); // [B, I, N, C]
    const update = layerNormLayer(parameters.within('layer_norm_out'), channelsLast);
    const rows = slice(normalised, 1, start, end);
    const gate = sigmoid(linearLayer(parameters.within('linear_g'), rows, cZ, GATE));
    return multiply(linearLayer(parameters.within('linear_z'), update, cZ, FINAL), gate);
  });
}

/** Projection of edges `[B, I, J, cZ]`, gated and masked, channels first: `[B, C, I, J]`. */
function gatedEdges(
  scope: (part: 'g' | 'p') => Parameters,
  edges: Tensor,
  mask: Tensor | undefined,
  channels: number,
): Tensor {
  const { B, I, J, cZ } = assertShape(edges, ['B', 'I', 'J', 'cZ'], 'edges');
  const rows = reshape(edges, [B, I * J, cZ]);
  const gate = sigmoid(channelsFirst(scope('g'), rows, channels, GATE));
  const value = channelsFirst(scope('p'), rows, channels, { start: 'lecun', startBias: 'zeros' });
  const open = mask ? multiply(gate, reshape(mask, [B, 1, I * J])) : gate;
  return reshape(multiply(open, value), [B, channels, I, J]);
}

/** A linear layer whose result is already laid out for a product over residues: `[B, C, N²]`. */
function channelsFirst(
  parameters: Parameters,
  rows: Tensor,
  channels: number,
  { start, startBias }: { start: Initialisation; startBias: Initialisation },
): Tensor {
  const weight = parameters.get('weight', [channels, rows.shape.at(-1)!], start);
  const bias = parameters.get('bias', [channels], startBias);
  return add(matmul(weight, rows, { transposeB: true }), reshape(bias, [channels, 1]));
}
