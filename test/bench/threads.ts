/**
 * @file How much the default model's structures depend on what computes them: rounding differs between numbers of threads
 * and between engines, and folding must not make it grow. Needs the data set.
 *
 * `npm run bench:threads -- DIR` folds 50 chains of `val` on one thread, on two and by WebAssembly, and ends with an error
 * where they are less alike than they should be.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { loadModel } from '#predict/node/load-model';
import { localPredictor } from '#predict/predictor';
import { superpositionScores } from '#structure/comparison/superposition-scores';
import { CA_SLOT } from '#structure/residues/atoms';
import type { KnownEngine } from '#tensor/engine/engine';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { wasmEngine } from '#tensor/engine/onnxruntime-web';
import { openDataset, type ChainRecord } from '#training/data/dataset';
import { chainsOfSplit } from '#training/evaluation/evaluate';

const NUM_CHAINS = 50;
/** TM-scores between two runs. */
const LEAST_MEAN = 0.95;
const LEAST = 0.7;

/** `[N, 3]` CA positions of each chain. */
async function tracesBy(
  engine: KnownEngine,
  records: readonly ChainRecord[],
): Promise<Float32Array[]> {
  const predictor = localPredictor(engine, loadModel('codonfold-small'));
  const traces: Float32Array[] = [];
  for (const { id, sequence } of records) {
    const { atom14 } = await predictor.predict({ name: id, chains: [{ id: 'A', sequence }] });
    traces.push(atom14.filter((_, at) => Math.floor(at / 3) % 14 === CA_SLOT));
  }
  await predictor.close();
  return traces;
}

function webAssembly(): Promise<KnownEngine> {
  const path = createRequire(import.meta.url).resolve(
    'onnxruntime-web/ort-wasm-simd-threaded.wasm',
  );
  const script = pathToFileURL(path.replace(/\.wasm$/, '.mjs')).href;
  return wasmEngine({ program: readFileSync(path), script }, 1);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { limit: { type: 'string', default: String(NUM_CHAINS) } },
});
if (positionals[0] === undefined) throw new Error('say where the data set lies');
const all = chainsOfSplit(await openDataset(positionals[0]), 'val');
const count = Math.min(all.length, Number(values.limit));
const records = Array.from({ length: count }, (_, k) => all[Math.floor((k * all.length) / count)]!);
const expected = await tracesBy(nodeEngine(1), records);
for (const engine of [nodeEngine(2), await webAssembly()]) {
  const traces = await tracesBy(engine, records);
  const scores = traces.map((trace, k) => superpositionScores(trace, expected[k]!).tmScore);
  const mean = scores.reduce((sum, score) => sum + score, 0) / count;
  const lowest = Math.min(...scores);
  const { device, threads } = engine.facts;
  console.log(
    `${count} chains on ${device} with ${threads} of its threads against cpu with 1: mean TM-score ${mean.toFixed(3)}, lowest ${lowest.toFixed(3)}, ` +
      `${scores.filter((score) => score < LEAST_MEAN).length} below ${LEAST_MEAN}`,
  );
  if (mean < LEAST_MEAN || lowest < LEAST) process.exitCode = 1;
}
