import { layerNorm, linear, range, sigmoid, type Pair, type Weights } from './numbers.js';

/**
 * Update of every edge.
 *
 * @source AlphaFold2 SI Algorithms 11 and 12 "TriangleMultiplicationOutgoing/Incoming"
 */
export function triangleMultiplication(
  weights: Weights,
  pair: Pair,
  mask: readonly number[],
  direction: 'outgoing' | 'incoming',
): number[][][] {
  const size = pair.length;
  const edge = (name: string, i: number, j: number, z: readonly number[]) => {
    const gate = linear(weights, `linear_${name}_g`, z).map(sigmoid);
    return linear(weights, `linear_${name}_p`, z).map((x, c) => x * gate[c]! * mask[i]! * mask[j]!);
  };
  // 1: z_ij <- LayerNorm(z_ij)
  const z = pair.map((row) => row.map((x) => layerNorm(weights, 'layer_norm_in', x)));
  // 2: a_ij, b_ij = sigmoid(Linear(z_ij)) * Linear(z_ij)
  const a = z.map((row, i) => row.map((x, j) => edge('a', i, j, x)));
  const b = z.map((row, i) => row.map((x, j) => edge('b', i, j, x)));
  return z.map((row, i) =>
    row.map((x, j) => {
      // 3: g_ij = sigmoid(Linear(z_ij))
      const g = linear(weights, 'linear_g', x).map(sigmoid);
      // 4: z_ij = g_ij * Linear(LayerNorm(sum_k a_ik * b_jk)); incoming: a_ki * b_kj
      const product = x.map((_, c) =>
        range(size).reduce(
          (sum, k) =>
            sum +
            (direction === 'outgoing'
              ? a[i]![k]![c]! * b[j]![k]![c]!
              : a[k]![i]![c]! * b[k]![j]![c]!),
          0,
        ),
      );
      const update = linear(weights, 'linear_z', layerNorm(weights, 'layer_norm_out', product));
      return update.map((value, c) => g[c]! * value);
    }),
  );
}
