import { dot, linear, range, softmax, type Pair, type Weights } from './numbers.js';

/** A frame: rows of its rotation, and where it is. */
export interface Frame {
  readonly rotation: readonly (readonly number[])[];
  readonly translation: readonly number[];
}

interface Sizes {
  readonly attentionChannels: number;
  readonly numHeads: number;
  readonly numQueryPoints: number;
  readonly numValuePoints: number;
}

const toGlobal = ({ rotation, translation }: Frame, x: readonly number[]) =>
  rotation.map((row, axis) => dot(row, x) + translation[axis]!);
const toLocal = ({ rotation, translation }: Frame, x: readonly number[]) =>
  range(3).map((axis) =>
    range(3).reduce((sum, row) => sum + rotation[row]![axis]! * (x[row]! - translation[row]!), 0),
  );
const squaredDistance = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, x, i) => sum + (x - b[i]!) ** 2, 0);

/**
 * Update of every residue.
 *
 * @source AlphaFold2 SI Algorithm 22 "InvariantPointAttention"
 */
export function invariantPointAttention(
  weights: Weights,
  single: readonly (readonly number[])[],
  pair: Pair,
  frames: readonly Frame[],
  mask: readonly number[],
  { attentionChannels: C, numHeads: H, numQueryPoints, numValuePoints }: Sizes,
): number[][] {
  const residues = range(single.length);
  // 1: q, k, v = LinearNoBias(s_i); checkpoints hold k and v of a head side by side, and biases
  const q = single.map((s) => linear(weights, 'linear_q', s));
  const kv = single.map((s) => linear(weights, 'linear_kv', s));
  const query = (i: number, h: number) => q[i]!.slice(h * C, (h + 1) * C);
  const key = (i: number, h: number) => kv[i]!.slice(2 * h * C, (2 * h + 1) * C);
  const value = (i: number, h: number) => kv[i]!.slice((2 * h + 1) * C, (2 * h + 2) * C);
  // 2, 3: points; checkpoints hold x of all points, y of all, z of all
  const qPoints = single.map((s) => linear(weights, 'linear_q_points', s));
  const kvPoints = single.map((s) => linear(weights, 'linear_kv_points', s));
  const numKeyAndValue = numQueryPoints + numValuePoints;
  const point = (flat: readonly number[], index: number) =>
    range(3).map((axis) => flat[(axis * flat.length) / 3 + index]!);
  const queryPoint = (i: number, h: number, p: number) =>
    toGlobal(frames[i]!, point(qPoints[i]!, h * numQueryPoints + p));
  const keyPoint = (i: number, h: number, p: number) =>
    toGlobal(frames[i]!, point(kvPoints[i]!, h * numKeyAndValue + p));
  const valuePoint = (i: number, h: number, p: number) => keyPoint(i, h, numQueryPoints + p);
  // 4: b_ij = LinearNoBias(z_ij)
  const b = pair.map((row) => row.map((z) => linear(weights, 'linear_b', z)));
  // 5, 6: w_C, w_L, and gamma = softplus of a learned number
  const wC = Math.sqrt(2 / (9 * numQueryPoints));
  const wL = Math.sqrt(1 / 3);
  const gamma = Array.from(weights['head_weights']!, (x) => Math.log1p(Math.exp(x)));

  return residues.map((i) => {
    const heads = range(H).map((h) => {
      // 7: a_ij = softmax_j(w_L (q.k / sqrt(c) + b_ij - gamma w_C / 2 sum_p |T_i q_p - T_j k_p|^2))
      const logits = residues.map((j) => {
        const apart = range(numQueryPoints).reduce(
          (sum, p) => sum + squaredDistance(queryPoint(i, h, p), keyPoint(j, h, p)),
          0,
        );
        const near = dot(query(i, h), key(j, h)) / Math.sqrt(C);
        return wL * (near + b[i]![j]![h]! - ((gamma[h]! * wC) / 2) * apart);
      });
      const a = softmax(
        logits,
        mask.map((isUsed) => isUsed === 1),
      );
      const mean = (of: (j: number) => readonly number[]) =>
        of(0).map((_, c) => residues.reduce((sum, j) => sum + a[j]! * of(j)[c]!, 0));
      return {
        pair: mean((j) => pair[i]![j]!), // 8
        values: mean((j) => value(j, h)), // 9
        points: range(numValuePoints).map(
          (p) =>
            toLocal(
              frames[i]!,
              mean((j) => valuePoint(j, h, p)),
            ), // 10
        ),
      };
    });
    const points = heads.flatMap((head) => head.points);
    // 11: Linear(concat(o^, o, o->, |o->|)); checkpoints want values, x, y, z, lengths, pairs
    return linear(weights, 'linear_out', [
      ...heads.flatMap((head) => head.values),
      ...range(3).flatMap((axis) => points.map((x) => x[axis]!)),
      ...points.map((x) => Math.sqrt(dot(x, x) + 1e-8)),
      ...heads.flatMap((head) => head.pair),
    ]);
  });
}
