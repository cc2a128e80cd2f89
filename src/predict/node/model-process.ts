/** @file Entry of the forked process that holds a model: a crash or out-of-memory here never takes the parent. */
import { setPriority } from 'node:os';
import { FoldError } from '#errors';
import type { Predictor } from '#predict/prediction';
import { localPredictor } from '#predict/predictor';
import type { KnownEngine } from '#tensor/engine/engine';
import { openEngine } from '#tensor/engine/open-engine';
import { availableMemory } from '#machine/available-memory';
import { loadModel } from './load-model.js';
import type { ModelTask, WorkerMessage, WorkerRequest } from './worker-protocol.js';

const task = JSON.parse(process.argv[2]!) as ModelTask;
if (task.niceness !== undefined) setPriority(task.niceness); // before threads are started: they inherit it
let engine: Promise<KnownEngine> | undefined;
let passedOver: string | undefined;
let opened: Predictor | undefined;

/** The engine, opened for the first request: what goes wrong then is an answer, not the end of the process. */
function openedEngine(): Promise<KnownEngine> {
  engine ??= openEngine({
    device: task.device,
    numThreads: task.numThreads,
    onPassedOver: (reason) => {
      passedOver = reason;
    },
  });
  return engine;
}

async function predictor(): Promise<Predictor> {
  const ready = await openedEngine();
  opened ??= localPredictor(ready, loadModel(task.pathOrName, task.sha256), {
    memoryBytes: availableMemory,
    sharesWeights: task.sharesWeights === true,
  });
  return opened;
}

function send(message: WorkerMessage): void {
  process.send?.(message);
}

async function answer(message: WorkerRequest): Promise<void> {
  const { id } = message;
  if (message.kind === 'engine') {
    const { facts } = await openedEngine();
    send({ id, kind: 'engine', engine: { facts, passedOver } });
    return;
  }
  const ready = await predictor();
  if (message.kind === 'attention') {
    const attention = await ready.attention(message.request, message.select);
    send({ id, kind: 'attention', attention });
    return;
  }
  const prediction = await ready.predict(message.request, {
    onProgress: (progress) => {
      send({ id, kind: 'progress', progress });
    },
  });
  send({ id, kind: 'prediction', prediction });
}

process.on('message', (message: WorkerRequest) => {
  answer(message).catch((error: unknown) => {
    const { code, hint } = error instanceof FoldError ? error : {};
    const text = error instanceof Error ? error.message : String(error);
    send({ id: message.id, kind: 'failed', code, message: text, hint });
  });
});
process.on('disconnect', () => process.exit());
