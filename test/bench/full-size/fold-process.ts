/**
 * @file Folds random residues with one checkpoint, once or several times, and prints time of the last fold and peak
 * memory as JSON. In a process of its own.
 */
import { parseModelConfig } from '#architectures/esmfold/config-file';
import { estimatePrediction } from '#architectures/esmfold/estimate';
import { featurise } from '#architectures/esmfold/features';
import { fold } from '#architectures/esmfold/fold';
import { predictionBytes } from '#architectures/esmfold/memory';
import { StageRunner } from '#architectures/esmfold/stage-runner';
import { keptBytes } from '#execution/stage-weights';
import { availableMemory } from '#machine/available-memory';
import { int8NodeEngine, nodeEngine } from '#tensor/engine/onnxruntime-node';
import { openCheckpoint } from '#weights/node/open';
import { sequenceOf } from './sequence.js';

/** What one process measured, and what was expected of its last fold. */
export interface FoldMeasurement {
  readonly seconds: number;
  /** Largest resident set, 10^6 bytes. */
  readonly megabytes: number;
  readonly estimatedSeconds: number;
  readonly estimatedMegabytes: number;
  readonly isFinite: boolean;
}

const NUM_THREADS = 2;

const [path = '', numResidues = '100', numFolds = '1', precision] = process.argv.slice(2);
const { config: json, tensors } = openCheckpoint(path);
const config = parseModelConfig(json);
const sequence = sequenceOf(Number(numResidues));
const engine = precision === 'int8' ? int8NodeEngine(NUM_THREADS) : nodeEngine(NUM_THREADS);
const runner = new StageRunner(engine, tensors, config, { memoryBytes: availableMemory });

/** Largest resident set so far, 10^6 bytes. */
const peakMegabytes = (): number => (process.resourceUsage().maxRSS * 1024) / 1e6;

/** Folds once, and tells of each pass. */
async function measureFold(): Promise<Pick<FoldMeasurement, 'seconds' | 'isFinite'>> {
  const began = performance.now();
  const elapsed = (): number => (performance.now() - began) / 1000;
  const { structure } = await fold(runner, featurise([sequence]), {
    onPass: (pass) => {
      process.stderr.write(
        `  pass ${pass + 1}: ${elapsed().toFixed(1)} s, ${peakMegabytes().toFixed(0)} MB\n`,
      );
    },
  });
  return { seconds: elapsed(), isFinite: structure.atom14.data.every(Number.isFinite) };
}

for (let i = 1; i < Number(numFolds); i++) await measureFold();
const estimate = estimatePrediction(config, sequence.length, config.numRecycles);
const keeping = { keptBytes: keptBytes(tensors, engine.compileNarrow !== undefined) };
const laterBytes = predictionBytes(config, sequence.length, availableMemory(), keeping);
const measurement: FoldMeasurement = {
  ...(await measureFold()),
  megabytes: peakMegabytes(),
  estimatedSeconds: estimate.seconds,
  estimatedMegabytes: Number(numFolds) > 1 ? Math.ceil(laterBytes / 1e6) : estimate.megabytes,
};
process.stdout.write(`${JSON.stringify(measurement)}\n`);
