import { transition } from '#layers/elementary';
import { Parameters } from '#layers/parameters';
import { triangleAttention } from '#layers/triangle-attention';
import { triangleMultiplication } from '#layers/triangle-multiplication';
import { gradients } from '#tensor/gradients';
import { add, expandAxis, input, multiply, sum } from '#tensor/ops';
import type { HostTensor, Tensor } from '#tensor/tensor';
import { randomTensor } from '../helpers/random.js';
import type { Benchmark } from './benchmark.js';

const HEAD_CHANNELS = 32;
const [FORWARD_BAR, BACKWARD_BAR] = [0.65, 0.75];

/** What AlphaFold2 does to the pair representation in a block, by the model's own functions. */
function pairBlock(parameters: Parameters, start: Tensor, mask: Tensor): Tensor {
  const pairMask = multiply(expandAxis(mask, 1), expandAxis(mask, 2));
  const within = (part: string) => parameters.within(part);
  const options = { numHeads: start.shape.at(-1)! / HEAD_CHANNELS, headChannels: HEAD_CHANNELS };
  let pair = start;
  pair = add(pair, triangleMultiplication(within('tri_mul_out'), pair, pairMask, 'outgoing'));
  pair = add(pair, triangleMultiplication(within('tri_mul_in'), pair, pairMask, 'incoming'));
  pair = add(pair, triangleAttention(within('tri_att_start'), pair, pairMask, 'starting', options));
  pair = add(pair, triangleAttention(within('tri_att_end'), pair, pairMask, 'ending', options));
  return transition(within('mlp_pair'), pair);
}

/** Weights of the size that training gives: no layer is silent. */
function randomWeights(parameters: Parameters): Record<string, HostTensor> {
  return Object.fromEntries(
    [...parameters.all].map(([name, { tensor, initialisation }], i) => {
      const [low, high] = initialisation === 'ones' ? [0.8, 1.2] : [-1, 1];
      const spread = tensor.shape.length === 2 ? tensor.shape[1]! ** -0.5 : 1;
      return [name, randomTensor(tensor.shape, 10 + i, [low * spread, high * spread])];
    }),
  );
}

/**
 * A pair block forward, or forward and backward by all weights and by its input.
 *
 * @param n residues
 */
export function pairBlockBenchmark(n: number, channels: number, withGradients: boolean): Benchmark {
  const parameters = new Parameters();
  const shape = [1, n, n, channels];
  const start = input('pair', shape);
  const pair = pairBlock(parameters, start, input('mask', [1, n]));
  const mask = new Float32Array(n).fill(1).fill(0, n - 5);
  const feeds = {
    pair: randomTensor(shape, 1),
    mask: { shape: [1, n], data: mask },
    ...randomWeights(parameters),
  };
  const name = `pair block N=${n} C=${channels}`;
  const options = { numHeads: start.shape.at(-1)! / HEAD_CHANNELS, headChannels: HEAD_CHANNELS };
  if (!withGradients) {
    const torch = { case: 'pair_block', options };
    return { name: `${name} forward`, outputs: { pair }, feeds, torch, bar: FORWARD_BAR };
  }
  const by = ['pair', ...parameters.all.keys()];
  const tensors = [start, ...[...parameters.all.values()].map(({ tensor }) => tensor)];
  const loss = sum(multiply(pair, input('target', shape)));
  return {
    name: `${name} forward + backward`,
    outputs: Object.fromEntries(gradients(loss, tensors).map((g, i) => [by[i]!, g])),
    feeds: { ...feeds, target: randomTensor(shape, 2) },
    torch: { case: 'pair_block_gradients', options: { ...options, by } },
    bar: BACKWARD_BAR,
  };
}
