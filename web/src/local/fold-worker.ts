/** @file Entry of the web worker that folds: the models that Node runs, on this machine. */
import { FoldError, type ErrorCode } from '#errors';
import { textFiles, zipBundle } from '#predict/files/result-files';
import type { PackedAttention } from '#predict/packed-attention';
import type { Prediction, Predictor } from '#predict/prediction';
import { localPredictor, warningsOnRequest } from '#predict/predictor';
import type { EngineFacts, KnownEngine } from '#tensor/engine/engine';
import { graphicsEngine, processorEngine } from './browser-engines.js';
import { failureOf } from './failure.js';
import type {
  LocalFiles,
  ModelFiles,
  WorkerAnswer,
  WorkerNews,
  WorkerQuestion,
} from './messages.js';
import { openModel } from './open-model.js';
import { fetchShippedModel } from './shipped-model.js';

/** WebAssembly addresses 4 GB; the program itself takes a part of it. */
const MEMORY_BYTES = 3.5e9;
/** Larger weights, as float32, are not decoded as a whole: they stay in their files, or as narrow as those have them. */
const DECODED_BYTES = 100e6;
/** What a graphics driver may be to blame for. */
const ENGINE_ERRORS: readonly ErrorCode[] = ['ENGINE_FAILED', 'RESULT_NOT_FINITE'];

const say = (message: WorkerNews | WorkerAnswer): void => {
  postMessage(message);
};

/** What computes, once it is known. */
let onGraphics: Promise<KnownEngine | undefined> | undefined;
let onProcessor: Promise<KnownEngine> | undefined;
/** The model that was used last: folding again shall not open it again. */
let opened: { readonly key: string; readonly engine: KnownEngine; readonly predictor: Predictor } | undefined; // prettier-ignore
/** Why the graphics card is no longer asked. */
let refusal: string | undefined;

async function currentEngine(): Promise<KnownEngine> {
  onGraphics ??= graphicsEngine();
  const graphics = refusal === undefined ? await onGraphics : undefined;
  if (graphics) return graphics;
  onProcessor ??= processorEngine();
  return onProcessor;
}

async function predictorOf(model: ModelFiles | undefined): Promise<Predictor> {
  const key = model?.sha256 ?? '';
  const engine = await currentEngine();
  if (opened?.key === key && opened.engine === engine) return opened.predictor;
  const before = opened;
  opened = undefined;
  await before?.predictor.close();
  const files =
    model ??
    (await fetchShippedModel((share) => {
      say({ kind: 'loading', share });
    }));
  const options = { memoryBytes: () => MEMORY_BYTES, decodedLimit: DECODED_BYTES };
  opened = { key, engine, predictor: localPredictor(engine, openModel(files), options) };
  return opened.predictor;
}

/** Graphics drivers fail where WebAssembly does not: what fails there is done once more on the processor. */
async function withPredictor<Value>(
  { model }: WorkerQuestion,
  work: (ready: Predictor) => Promise<Value>,
): Promise<Value> {
  try {
    return await work(await predictorOf(model));
  } catch (error) {
    const isEngine = error instanceof FoldError && ENGINE_ERRORS.includes(error.code);
    if (!isEngine || refusal !== undefined || (await onGraphics) === undefined) throw error;
    refusal = `the graphics card could not do it (${error.message}): WebAssembly computed instead`;
    return work(await predictorOf(model));
  }
}

async function filesOf(prediction: Prediction, warnings: readonly string[]): Promise<LocalFiles> {
  const files = textFiles(prediction, warnings);
  return { ...files, 'bundle.zip': await zipBundle(prediction.name, files, new Date()) };
}

/** `WebAssembly, 4 threads` */
function wordsOf({ device, threads }: EngineFacts): string {
  if (device === 'webgpu') return 'WebGPU';
  return `WebAssembly, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
}

function answerTo(question: WorkerQuestion): Promise<WorkerAnswer> {
  const { request } = question;
  return withPredictor(question, async (ready) => {
    if (question.kind === 'attention') {
      const blocks: PackedAttention[] = [];
      await ready.attention(request, { onBlock: (block) => void blocks.push(block) });
      return { kind: 'attention', blocks };
    }
    const words = wordsOf(opened!.engine.facts);
    say({ kind: 'engine', words: refusal === undefined ? words : `${words}: ${refusal}` });
    const prediction = await ready.predict(request, {
      onProgress: (progress) => {
        say({ kind: 'progress', progress });
      },
    });
    const warnings = [
      ...request.warnings,
      ...warningsOnRequest(request, ready.model),
      ...(refusal === undefined ? [] : [refusal]),
    ];
    return { kind: 'files', files: await filesOf(prediction, warnings) };
  });
}

addEventListener('message', ({ data }: MessageEvent<WorkerQuestion>) => {
  answerTo(data).then(say, (error: unknown) => {
    say(failureOf(error));
  });
});
