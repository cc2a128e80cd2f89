import { input, matmul } from '#tensor/ops';
import { randomTensor } from '../helpers/random.js';
import type { Benchmark } from './benchmark.js';

/** Products as the model has them: one large, the rows of a linear layer, and one for each channel. */
export const MATMULS: readonly Benchmark[] = [
  { a: [1024, 1024], b: [1024, 1024] },
  { a: [65536, 64], b: [64, 64] },
  { a: [64, 256, 256], b: [64, 256, 256] },
].map(({ a, b }) => ({
  name: `matmul [${a.join(', ')}] × [${b.join(', ')}]`,
  outputs: { product: matmul(input('a', a), input('b', b)) },
  feeds: { a: randomTensor(a, 1), b: randomTensor(b, 2) },
  torch: { case: 'matmul', options: {} },
  operations: 2 * a.reduce((product, size) => product * size) * b.at(-1)!,
}));
