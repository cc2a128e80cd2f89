/** @file Entry of the web worker that folds: the model of the server, run on this machine. */
import { FoldError, type ErrorCode } from '#errors';
import { textFiles, zipBundle } from '#predict/files/result-files';
import type { Prediction, Predictor } from '#predict/prediction';
import { localPredictor } from '#predict/predictor';
import type { KnownEngine } from '#tensor/engine/engine';
import { graphicsEngine, processorEngine } from './browser-engines.js';
import type {
  LocalFiles,
  LocalRequest,
  WorkerAnswer,
  WorkerNews,
  WorkerQuestion,
} from './messages.js';
import { loadShippedModel } from './shipped-model.js';

/** WebAssembly addresses 4 GB; the program itself takes a part of it. */
const MEMORY_BYTES = 3.5e9;
/** What a graphics driver may be to blame for. */
const ENGINE_ERRORS: readonly ErrorCode[] = ['ENGINE_FAILED', 'RESULT_NOT_FINITE'];

const say = (message: WorkerNews | WorkerAnswer): void => {
  postMessage(message);
};
const model = loadShippedModel((share) => {
  say({ kind: 'loading', share });
});
const predictorOn = async (engine: Promise<KnownEngine>): Promise<Predictor> =>
  localPredictor(await engine, await model, { memoryBytes: () => MEMORY_BYTES });

let onGraphics = graphicsEngine();
let predictor = onGraphics.then((engine) =>
  predictorOn(engine ? Promise.resolve(engine) : processorEngine()),
);

/** Graphics drivers fail where WebAssembly does not: what fails there is done once more on the processor. */
async function withPredictor<Value>(work: (ready: Predictor) => Promise<Value>): Promise<Value> {
  try {
    return await work(await predictor);
  } catch (error) {
    const isEngine = error instanceof FoldError && ENGINE_ERRORS.includes(error.code);
    if (!isEngine || (await onGraphics) === undefined) throw error;
    onGraphics = Promise.resolve(undefined);
    predictor = predictorOn(processorEngine());
    return work(await predictor);
  }
}

async function filesOf(prediction: Prediction, { warnings }: LocalRequest): Promise<LocalFiles> {
  const files = textFiles(prediction, warnings);
  return { ...files, 'bundle.zip': await zipBundle(prediction.name, files, new Date()) };
}

function answerTo(question: WorkerQuestion): Promise<WorkerAnswer> {
  const { request } = question;
  return withPredictor(async (ready) => {
    if (question.kind === 'attention')
      return { kind: 'attention', attention: await ready.attention(request, question.select) };
    const prediction = await ready.predict(request, {
      onProgress: (progress) => {
        say({ kind: 'progress', progress });
      },
    });
    return { kind: 'files', files: await filesOf(prediction, request), model: ready.model };
  });
}

addEventListener('message', ({ data }: MessageEvent<WorkerQuestion>) => {
  answerTo(data).then(say, (error: unknown) => {
    const hint = error instanceof FoldError ? error.hint : undefined;
    const message = error instanceof Error ? error.message : String(error);
    say({ kind: 'failed', message, hint });
  });
});
