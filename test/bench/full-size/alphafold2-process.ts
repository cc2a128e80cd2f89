/**
 * @file Folds random residues with an alignment of random relatives, by one AlphaFold 2 checkpoint, and prints time of a
 * pass and peak memory as JSON. In a process of its own.
 */
import { availableMemory } from '#machine/available-memory';
import { loadModel } from '#predict/node/load-model';
import { localPredictor } from '#predict/predictor';
import { RESIDUE_LETTERS } from '#sequence/amino-acids';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { sequenceOf } from './sequence.js';

/** What one process measured, and what was expected. */
export interface Alphafold2Measurement {
  /** From request to result. */
  readonly seconds: number;
  /** Of the last pass, up to its structure. */
  readonly secondsPerPass: number;
  /** Largest resident set, 10^6 bytes. */
  readonly megabytes: number;
  readonly estimatedSeconds: number;
  readonly estimatedMegabytes: number;
}

const [path = '', residues = '100', rows = '64:128', recycles = '1', gigabytes = ''] =
  process.argv.slice(2);
const memoryBytes = gigabytes === '' ? availableMemory : () => 1e9 * Number(gigabytes);
const [maxClusters, maxExtra] = rows.split(':').map(Number) as [number, number];
const numRecycles = Number(recycles);
const sequence = sequenceOf(Number(residues));

/** Rows that keep a third of the query's letters: as many as the network can read. */
function randomAlignment(): string {
  let state = 1;
  const random = (limit: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const relative = () =>
    Array.from(sequence, (letter) => (random(3) === 0 ? letter : RESIDUE_LETTERS[random(20)]!));
  const others = Array.from(
    { length: maxClusters + maxExtra - 1 },
    (_, i) => `>${i + 1}\n${relative().join('')}`,
  );
  return [`>query\n${sequence}`, ...others].join('\n');
}

const predictor = localPredictor(nodeEngine(2), loadModel(path), { memoryBytes });
const request = {
  name: residues,
  chains: [{ id: 'A', sequence }],
  numRecycles,
  alignment: { text: randomAlignment(), maxClusters, maxExtra },
};
const began = performance.now();
const passes: number[] = [];
await predictor.predict(request, {
  onProgress: ({ atom14, pass }) => {
    if (!atom14) return;
    passes.push(performance.now());
    process.stderr.write(`  pass ${pass}: ${((performance.now() - began) / 1000).toFixed(1)} s\n`);
  },
});
const seconds = (performance.now() - began) / 1000;
const { seconds: estimatedSeconds, megabytes: estimatedMegabytes } = predictor.estimate({
  chainLengths: [sequence.length],
  numRecycles,
  maxClusters,
  maxExtra,
});
const measurement: Alphafold2Measurement = {
  seconds,
  secondsPerPass: (passes.at(-1)! - (passes.at(-2) ?? began)) / 1000,
  megabytes: (process.resourceUsage().maxRSS * 1024) / 1e6,
  estimatedSeconds,
  estimatedMegabytes,
};
process.stdout.write(`${JSON.stringify(measurement)}\n`);
await predictor.close();
