/** @file Entry of the forked process that holds a model: a crash or out-of-memory here never takes the parent. */
import { FoldError } from '#errors';
import type { Predictor } from '#predict/prediction';
import { localPredictor } from '#predict/predictor';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { availableMemory } from './available-memory.js';
import { loadModel } from './load-model.js';
import type { WorkerMessage, WorkerRequest } from './worker-protocol.js';

const [model = '', sha256, numThreads] = process.argv.slice(2);
let opened: Predictor | undefined;

/** The model, opened for the first request: what goes wrong then is an answer, not the end of the process. */
function predictor(): Predictor {
  opened ??= localPredictor(
    nodeEngine(numThreads === undefined ? undefined : Number(numThreads)),
    loadModel(model, sha256),
    // Told its threads, it is one of several.
    { memoryBytes: availableMemory, sharesWeights: numThreads !== undefined },
  );
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
