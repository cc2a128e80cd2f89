import {
  dot,
  layerNorm,
  linear,
  range,
  sigmoid,
  softmax,
  type Pair,
  type Weights,
} from './numbers.js';

/**
 * Update of every edge.
 *
 * @source AlphaFold2 SI Algorithms 13 and 14 "TriangleAttentionStartingNode/EndingNode"
 */
export function triangleAttention(
  weights: Weights,
  pair: Pair,
  mask: readonly number[],
  node: 'starting' | 'ending',
  headChannels: number,
): number[][][] {
  const size = pair.length;
  // 1: z_ij <- LayerNorm(z_ij)
  const z = pair.map((row) => row.map((x) => layerNorm(weights, 'layer_norm', x)));
  // 2: q, k, v = LinearNoBias(z_ij); 3: b = LinearNoBias(z_ij)
  const project = (name: string) => z.map((row) => row.map((x) => linear(weights, name, x)));
  const [q, k, v] = [project('mha.linear_q'), project('mha.linear_k'), project('mha.linear_v')];
  const b = project('linear');
  const numHeads = b[0]![0]!.length;
  const head = (x: readonly number[], h: number) =>
    x.slice(h * headChannels, (h + 1) * headChannels);
  return z.map((row, i) =>
    row.map((x, j) => {
      // 4: g_ij = sigmoid(Linear(z_ij))
      const g = linear(weights, 'mha.linear_g', x).map(sigmoid);
      const gathered = range(numHeads).flatMap((h) => {
        // 5: a_ijk = softmax_k(q_ij . k_ik / sqrt(c) + b_jk); ending: q_ij . k_kj / sqrt(c) + b_ki
        const other = (edges: readonly (readonly (readonly number[])[])[], at: number) =>
          node === 'starting' ? edges[i]![at]! : edges[at]![j]!;
        const logits = range(size).map(
          (at) =>
            dot(head(q[i]![j]!, h), head(other(k, at), h)) / Math.sqrt(headChannels) +
            (node === 'starting' ? b[j]![at]![h]! : b[at]![i]![h]!),
        );
        const a = softmax(
          logits,
          mask.map((isUsed) => isUsed === 1),
        );
        // 6: o_ij = g_ij * sum_k a_ijk v_ik; ending: v_kj
        return range(headChannels).map((c) =>
          range(size).reduce((sum, at) => sum + a[at]! * head(other(v, at), h)[c]!, 0),
        );
      });
      // 7: Linear(concat_h(o_ij))
      return linear(
        weights,
        'mha.linear_o',
        gathered.map((value, c) => g[c]! * value),
      );
    }),
  );
}
