/**
 * @file Examples a second of each stage of training, on made-up chains: one process with all threads against as many
 * processes of one thread. `npm run bench:training`
 */
import { availableParallelism } from 'node:os';
import { CODONFOLD_SMALL } from '#architectures/esmfold/presets';
import type { Engine } from '#tensor/engine/engine';
import { forkedEngine } from '#tensor/engine/forked-engine';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { CURRICULUM, type Stage } from '#training/run/curriculum';
import { ADAM, newTrainingState } from '#training/run/train';
import { Trainer } from '#training/run/trainer';
import { syntheticDataset } from './synthetic-dataset.js';

const NUM_WARM_UP = 2;
const NUM_STEPS = 5;
const numCores = availableParallelism();
const data = { dataset: syntheticDataset(), natural: undefined };

/** Examples a second, and milliseconds of a step. */
async function speedOf(stage: Stage, engines: readonly Engine[], state = newTrainingState('', 1)) {
  const trainer = await Trainer.create(engines, stage.objective(CODONFOLD_SMALL, data), state, {
    runsPerStep: numCores,
  });
  const seconds: number[] = [];
  for (let step = 0; step < NUM_WARM_UP + NUM_STEPS; step++) {
    seconds.push((await trainer.step({ ...ADAM, learningRate: 1e-4 })).seconds);
  }
  await trainer.close();
  const [, , ...counted] = seconds;
  const median = counted.sort((a, b) => a - b)[Math.floor(NUM_STEPS / 2)]!;
  return (stage.batch * numCores) / median;
}

const together = [nodeEngine(numCores)];
const apart = Array.from({ length: numCores }, forkedEngine);
const state = newTrainingState('', 1);
console.log(`examples a second on ${numCores} cores; ${numCores} runs of the graph in a step`);
console.log('stage            one process  processes  ratio');
for (const stage of CURRICULUM) {
  const before = await speedOf(stage, together, state);
  const after = await speedOf(stage, apart, state);
  const columns = [before.toFixed(1), after.toFixed(1), (after / before).toFixed(2)];
  console.log(stage.name.padEnd(16), ...columns.map((text) => text.padStart(10)));
}
for (const engine of apart) await engine.close();
