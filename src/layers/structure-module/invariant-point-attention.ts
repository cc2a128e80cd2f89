import { applyInverse, applyRigid, type Rigid } from '#geometry/rigid';
import { FINAL, linearLayer } from '#layers/elementary';
import { maskBias } from '#layers/masks';
import type { Initialisation, Parameters } from '#layers/parameters';
import {
  add,
  concat,
  divide,
  expandAxis,
  matmul,
  multiply,
  reshape,
  softmax,
  softplus,
  split,
  sqrt,
  square,
  subtract,
  sum,
  transpose,
} from '#tensor/ops';
import { assertShape } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';

/** Sizes of invariant point attention. */
export interface PointAttentionConfig {
  readonly singleChannels: number;
  /** Channels of one head's query, key and value. */
  readonly attentionChannels: number;
  readonly numHeads: number;
  readonly numQueryPoints: number;
  readonly numValuePoints: number;
}

/** `softplus` of this is 1. */
const SOFTPLUS_OF_THIS_IS_ONE: Initialisation = { constant: Math.log(Math.E - 1) };
/** Added to squared lengths of points. */
const EPSILON = 1e-8;

/**
 * Attention among residues that sees where they are, yet not how the whole molecule lies:
 * points are compared in the global frame and read back in each residue's own.
 *
 * @param parameters scope `ipa`
 * @param single `[B, N, cS]`
 * @param pair `[B, N, N, cZ]` normalised
 * @param rigid `[B, N]` frames
 * @param mask `[B, N]`
 * @returns `[B, N, cS]`, unchanged when all frames move together
 * @source AlphaFold2 SI Algorithm 22 "InvariantPointAttention"
 * @departs frames are centred first, so that far translations do not cost precision; |qᵢ|² is left out of the
 *   logits because softmax over j does not see it
 */
export function invariantPointAttention(
  parameters: Parameters,
  single: Tensor,
  pair: Tensor,
  rigid: Rigid,
  mask: Tensor,
  config: PointAttentionConfig,
): Tensor {
  const { attentionChannels, numHeads, numQueryPoints, numValuePoints } = config;
  const { B, N } = assertShape(single, ['B', 'N', config.singleChannels], 'single');
  const { cZ } = assertShape(pair, [B, N, N, 'cZ'], 'pair');
  const frames = centred(rigid, mask);
  const project = (name: string, outputs: number) =>
    linearLayer(parameters.within(name), single, outputs);
  const perHead = (x: Tensor) => transpose(reshape(x, [B, N, numHeads, -1]), [0, 2, 1, 3]); // [B, H, N, …]
  const points = (name: string, count: number) => {
    const local = reshape(project(name, 3 * numHeads * count), [B, N, 3, numHeads * count]);
    const moved = applyRigid(frames, transpose(local, [0, 1, 3, 2])); // [B, N, H·P, 3]
    return transpose(reshape(moved, [B, N, numHeads, count, 3]), [0, 2, 1, 3, 4]); // [B, H, N, P, 3]
  };

  const query = perHead(project('linear_q', numHeads * attentionChannels));
  const keyAndValue = perHead(project('linear_kv', 2 * numHeads * attentionChannels));
  const [key, value] = split(keyAndValue, -1, [attentionChannels, attentionChannels]) as [
    Tensor,
    Tensor,
  ];
  const queryPoints = points('linear_q_points', numQueryPoints);
  const keyAndValuePoints = points('linear_kv_points', numQueryPoints + numValuePoints);
  const [keyPoints, valuePoints] = split(keyAndValuePoints, 3, [
    numQueryPoints,
    numValuePoints,
  ]) as [Tensor, Tensor];

  const pointWeight = Math.sqrt(1 / (3 * numQueryPoints * 4.5));
  const headWeights = parameters.get('head_weights', [numHeads], SOFTPLUS_OF_THIS_IS_ONE);
  const weight = reshape(multiply(softplus(headWeights), pointWeight), [1, numHeads, 1, 1]);
  const pairLogits = linearLayer(parameters.within('linear_b'), pair, numHeads);
  const logits = add(
    nearness(query, key, queryPoints, keyPoints, weight),
    multiply(transpose(pairLogits, [0, 3, 1, 2]), Math.sqrt(1 / 3)),
  ); // [B, H, N, N]
  const weights = softmax(add(logits, reshape(maskBias(mask), [B, 1, 1, N])));

  const perResidue = (x: Tensor) => reshape(transpose(x, [0, 2, 1, 3]), [B, N, -1]);
  const values = perResidue(matmul(weights, value)); // [B, N, H·D]
  const globalPoints = matmul(weights, reshape(valuePoints, [B, numHeads, N, -1]));
  const localPoints = applyInverse(
    frames,
    reshape(perResidue(globalPoints), [B, N, numHeads * numValuePoints, 3]),
  );
  const lengths = sqrt(add(sum(square(localPoints), -1), EPSILON)); // [B, N, H·P]
  const coordinates = reshape(transpose(localPoints, [0, 1, 3, 2]), [B, N, -1]); // x of all, y of all, z of all
  const fromPairs = matmul(transpose(weights, [0, 2, 1, 3]), pair); // [B, N, H, cZ]
  const gathered = concat(
    [values, coordinates, lengths, reshape(fromPairs, [B, N, numHeads * cZ])],
    -1,
  );
  return linearLayer(parameters.within('linear_out'), gathered, config.singleChannels, FINAL);
}

/** The frames with their mean position at the origin. */
function centred({ rotation, translation }: Rigid, mask: Tensor): Rigid {
  const weights = expandAxis(mask, -1);
  const total = sum(multiply(translation, weights), 1, { keepAxes: true });
  const centre = divide(total, sum(weights, 1, { keepAxes: true }));
  return { rotation, translation: subtract(translation, centre) };
}

/**
 * Attention logits of channels and points, up to what is constant along a row:
 * `qᵢ·kⱼ / √(3 D) - w/2 Σₚ |qᵢₚ - kⱼₚ|²`, as one product of joined channels.
 */
function nearness(
  query: Tensor,
  key: Tensor,
  queryPoints: Tensor,
  keyPoints: Tensor,
  weight: Tensor,
): Tensor {
  const { B, H, N, D, P } = {
    ...assertShape(query, ['B', 'H', 'N', 'D'], 'query'),
    P: queryPoints.shape[3]!,
  };
  const flatten = (points: Tensor) => reshape(points, [B, H, N, 3 * P]);
  const joinedQuery = concat(
    [multiply(query, Math.sqrt(1 / (3 * D))), multiply(flatten(queryPoints), weight)],
    -1,
  );
  const joinedKey = concat([key, flatten(keyPoints)], -1);
  const keyLength = sum(square(flatten(keyPoints)), -1, { keepAxes: true });
  const distanceOfKey = reshape(multiply(keyLength, multiply(weight, 0.5)), [B, H, 1, N]);
  return subtract(matmul(joinedQuery, joinedKey, { transposeB: true }), distanceOfKey);
}
