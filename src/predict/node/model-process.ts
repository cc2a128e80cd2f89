/** @file Entry of the forked process that holds a model: a crash or out-of-memory here never takes the parent. */
import type { Predictor } from '#predict/prediction';
import { localPredictor } from '#predict/predictor';
import { answerQuestions } from '#process/answer-questions';
import type { KnownEngine } from '#tensor/engine/engine';
import { openEngine } from '#tensor/engine/open-engine';
import { changedFiles } from '#weights/node/file-stamp';
import { availableMemory, deviceMemory } from '#machine/available-memory';
import { loadModel } from './load-model.js';
import type { ModelQuestions, ModelTask } from './model-questions.js';

const task = JSON.parse(process.argv[2]!) as ModelTask;
let engine: Promise<KnownEngine> | undefined;
let passedOver: string | undefined;
let { known } = task;
let opened: Predictor | undefined;

/** The engine, opened for the first request: what goes wrong then is an answer, not the end of the process. */
function openedEngine(): Promise<KnownEngine> {
  engine ??= openEngine({
    device: task.device,
    precision: task.precision,
    numThreads: task.numThreads,
    onPassedOver: (reason) => {
      passedOver = reason;
    },
  });
  return engine;
}

/** The model, opened for the first request and whenever its files have changed since. */
async function predictor(): Promise<Predictor> {
  const ready = await openedEngine();
  if (opened && changedFiles(known.files).length > 0) {
    await opened.close();
    opened = undefined;
  }
  if (opened) return opened;
  const model = loadModel(task.pathOrName, known);
  known = model;
  opened = localPredictor(ready, model, {
    memoryBytes:
      ready.facts.device === 'cpu' ? availableMemory : () => deviceMemory() ?? availableMemory(),
    sharesWeights: task.sharesWeights === true,
  });
  return opened;
}

answerQuestions<ModelQuestions>({
  engine: async () => ({ facts: (await openedEngine()).facts, passedOver }),
  predict: async (request, tell) => (await predictor()).predict(request, { onProgress: tell }),
  attention: async (request, tell) => (await predictor()).attention(request, { onBlock: tell }),
});
