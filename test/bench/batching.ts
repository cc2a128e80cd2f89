/**
 * @file Is it faster to fold sequences of one length in one call of the model than one after the other?
 * `npm run bench:batching`: time for one sequence, all stages of codonfold-small, by length and sequences in a call; then
 * what a whole prediction takes as the server makes it, most of which no batch would shorten.
 */
import { availableParallelism } from 'node:os';
import { forkedPredictor } from '#predict/node/forked-predictor';
import { DEFAULT_MODEL } from '#predict/node/load-model';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { compare } from './compare.js';
import { modelBenchmarks } from './model.js';

const LENGTHS = [32, 64, 128, 256];
const BATCHES = [1, 2, 4];
const engine = nodeEngine(availableParallelism());
const predictor = forkedPredictor(DEFAULT_MODEL);

/** Milliseconds that all stages of a prediction take for one sequence of a batch. */
async function timeForOne(length: number, batch: number): Promise<number> {
  let total = 0;
  for (const benchmark of modelBenchmarks(length, batch))
    total += benchmark.times! * (await compare(benchmark, engine, undefined)).ours.best;
  return total / batch;
}

/** Milliseconds of a whole prediction in the model's own process. */
async function timeOfWhole(length: number): Promise<number> {
  const chains = [{ id: 'A', sequence: 'MKTAYIAKQRQISFVK'.repeat(length / 16) }];
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    const began = performance.now();
    await predictor.predict({ name: 'bench', chains });
    times.push(performance.now() - began);
  }
  return Math.min(...times);
}

console.log(
  `${engine.name}, ${availableParallelism()} threads, best times, milliseconds a sequence`,
);
for (const length of LENGTHS) {
  const times: number[] = [];
  for (const batch of BATCHES) times.push(await timeForOne(length, batch));
  const cells = times.map(
    (time, i) => `${BATCHES[i]} a call: ${time.toFixed(0)} (${(times[0]! / time).toFixed(2)}x)`,
  );
  const whole = await timeOfWhole(length);
  console.log(`${length} residues  ${cells.join('  ')}  whole prediction: ${whole.toFixed(0)}`);
}
await predictor.close();
process.exit(0);
