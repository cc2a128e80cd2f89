/** @file Entry of a process that folds the small model on one device; see `device-check.ts`. */
import { featurise } from '#architectures/esmfold/features';
import { fold } from '#architectures/esmfold/fold';
import { StageRunner } from '#architectures/esmfold/stage-runner';
import { invariant } from '#errors';
import { DEFAULT_MODEL, loadModel } from '#predict/node/load-model';
import { answerQuestions } from '#process/answer-questions';
import { openEngine } from '#tensor/engine/open-engine';
import type { DeviceQuestions, DeviceRun, DeviceTask } from './device-check.js';

/** Human ubiquitin's first strands and helix: enough residues for every operation. */
const SEQUENCE = 'MQIFVKTLTGKTITLEVEPSDTIENVKAKIQDKEGIPPDQ';

async function run(task: DeviceTask): Promise<DeviceRun> {
  const engine = await openEngine(task);
  const { model, weights } = loadModel(DEFAULT_MODEL);
  invariant(model.family === 'esmfold', 'the small model is of the ESMFold family');
  const runner = new StageRunner(engine, weights, model.config);
  const folded = () => fold(runner, featurise([SEQUENCE]), { numRecycles: 0 });
  await folded();
  const began = performance.now();
  const { single, pair } = await folded();
  const seconds = (performance.now() - began) / 1000;
  await runner.close();
  const representations = new Float32Array(single.data.length + pair.data.length);
  representations.set(single.data);
  representations.set(pair.data, single.data.length);
  return { facts: engine.facts, seconds, representations };
}

answerQuestions<DeviceQuestions>({ run });
