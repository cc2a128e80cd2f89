/** @file Entry of the forked process that holds a model: a crash or out-of-memory here never takes the parent. */
import { setPriority } from 'node:os';
import { FoldError } from '#errors';
import type { Predictor } from '#predict/prediction';
import { localPredictor } from '#predict/predictor';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { availableMemory } from '#machine/available-memory';
import { loadModel } from './load-model.js';
import type { ModelTask, WorkerMessage, WorkerRequest } from './worker-protocol.js';

const task = JSON.parse(process.argv[2]!) as ModelTask;
if (task.niceness !== undefined) setPriority(task.niceness); // before threads are started: they inherit it
let opened: Predictor | undefined;

/** The model, opened for the first request: what goes wrong then is an answer, not the end of the process. */
function predictor(): Predictor {
  opened ??= localPredictor(nodeEngine(task.numThreads), loadModel(task.pathOrName, task.sha256), {
    memoryBytes: availableMemory,
    sharesWeights: task.sharesWeights === true,
  });
  return opened;
}

function send(message: WorkerMessage): void {
  process.send?.(message);
}

async function answer(message: WorkerRequest): Promise<void> {
  const { id, request } = message;
  if (message.kind === 'attention') {
    send({
      id,
      kind: 'attention',
      attention: await predictor().attention(request, message.select),
    });
    return;
  }
  const prediction = await predictor().predict(request, {
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
