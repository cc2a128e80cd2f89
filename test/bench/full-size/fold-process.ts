/** @file Folds random residues with one checkpoint and prints time and peak memory as JSON. In a process of its own. */
import { parseModelConfig } from '#model/config-file';
import { featurise } from '#model/features';
import { estimatePrediction } from '#predict/estimate';
import { fold } from '#predict/fold';
import { availableMemory } from '#predict/node/available-memory';
import { StageRunner } from '#predict/stage-runner';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { openCheckpoint } from '#weights/node/open';
import { sequenceOf } from './sequence.js';

/** What one process measured. */
export interface FoldMeasurement {
  readonly seconds: number;
  /** Largest resident set, 10^6 bytes. */
  readonly megabytes: number;
  readonly estimatedSeconds: number;
  readonly estimatedMegabytes: number;
  readonly isFinite: boolean;
}

const [path = '', numResidues = '100', numThreads = '2'] = process.argv.slice(2);
const { config: json, tensors } = openCheckpoint(path);
const config = parseModelConfig(json);
const sequence = sequenceOf(Number(numResidues));
const runner = new StageRunner(nodeEngine(Number(numThreads)), tensors, config, {
  memoryBytes: availableMemory,
});
const began = performance.now();
const elapsed = (): number => (performance.now() - began) / 1000;
/** Largest resident set so far, 10^6 bytes. */
const peakMegabytes = (): number => (process.resourceUsage().maxRSS * 1024) / 1e6;
const { structure } = await fold(runner, featurise([sequence]), {
  onPass: (pass) => {
    process.stderr.write(
      `  pass ${pass + 1}: ${elapsed().toFixed(1)} s, ${peakMegabytes().toFixed(0)} MB\n`,
    );
  },
});
const seconds = elapsed();
const estimate = estimatePrediction(config, sequence.length, config.numRecycles);
const measurement: FoldMeasurement = {
  seconds,
  megabytes: peakMegabytes(),
  estimatedSeconds: estimate.seconds,
  estimatedMegabytes: estimate.megabytes,
  isFinite: structure['nextAtom14']!.data.every(Number.isFinite),
};
process.stdout.write(`${JSON.stringify(measurement)}\n`);
