import { FINAL, GATE, layerNormLayer, linearLayer } from '#model/layers';
import type { Initialisation, Parameters } from '#model/parameters';
import { add, matmul, multiply, reshape, sigmoid, transpose } from '#tensor/ops';
import { assertShape } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';

/** Which edges of a triangle update the third: those leaving its two residues, or those arriving. */
export type TriangleDirection = 'outgoing' | 'incoming';

/**
 * Updates each edge ij from the two other edges of every triangle ijk by multiplication.
 *
 * @param pair `[B, N, N, cZ]`
 * @param pairMask `[B, N, N]`
 * @returns `[B, N, N, cZ]` to be added to the pair representation
 * @source AlphaFold2 SI Algorithms 11 and 12 "TriangleMultiplicationOutgoing/Incoming"
 */
export function triangleMultiplication(
  parameters: Parameters,
  pair: Tensor,
  pairMask: Tensor,
  direction: TriangleDirection,
): Tensor {
  const { B, N, cZ } = assertShape(pair, ['B', 'N', 'N', 'cZ'], 'pair');
  const normalised = layerNormLayer(parameters.within('layer_norm_in'), pair);
  const rows = reshape(normalised, [B, N * N, cZ]);
  const mask = reshape(pairMask, [B, 1, N * N]);
  const gatedEdges = (name: string) => {
    const gate = sigmoid(channelsFirst(parameters.within(`${name}_g`), rows, 'zeros', 'ones'));
    const value = channelsFirst(parameters.within(`${name}_p`), rows, 'lecun', 'zeros');
    return reshape(multiply(multiply(gate, mask), value), [B, cZ, N, N]);
  };
  const [a, b] = [gatedEdges('linear_a'), gatedEdges('linear_b')];
  const product =
    direction === 'outgoing'
      ? matmul(a, b, { transposeB: true }) // Σₖ a[i,k] b[j,k]
      : matmul(a, b, { transposeA: true }); // Σₖ a[k,i] b[k,j]
  const channelsLast = reshape(transpose(product, [0, 2, 3, 1]), [B, N, N, cZ]);
  const update = layerNormLayer(parameters.within('layer_norm_out'), channelsLast);
  const gate = sigmoid(linearLayer(parameters.within('linear_g'), normalised, cZ, GATE));
  return multiply(linearLayer(parameters.within('linear_z'), update, cZ, FINAL), gate);
}

/** A linear layer whose result is already laid out for a product over residues: `[B, C, N²]`. */
function channelsFirst(
  parameters: Parameters,
  rows: Tensor,
  start: Initialisation,
  startBias: Initialisation,
): Tensor {
  const channels = rows.shape.at(-1)!;
  const weight = parameters.get('weight', [channels, channels], start);
  const bias = parameters.get('bias', [channels], startBias);
  return add(matmul(weight, rows, { transposeB: true }), reshape(bias, [channels, 1]));
}
