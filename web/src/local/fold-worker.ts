/** @file Entry of the web worker that folds: the models that Node runs, on this machine. */
import { fractionDone } from '#architectures/family';
import { FoldError, type ErrorCode } from '#errors';
import { textFiles, zipBundle } from '#predict/files/result-files';
import type { PackedAttention } from '#predict/packed-attention';
import type { Prediction, Predictor } from '#predict/prediction';
import { localPredictor, warningsOnRequest } from '#predict/predictor';
import type { EngineFacts, KnownEngine } from '#tensor/engine/engine';
import { graphicsEngine, processorEngine } from './browser-engines.js';
import { failureOf } from './failure.js';
import { graphicsCard } from './graphics-card.js';
import type {
  LocalFiles,
  ModelFiles,
  WorkerAnswer,
  WorkerNews,
  WorkerQuestion,
} from './messages.js';
import { openModel } from './open-model.js';
import type { BrowserDevice } from '../page/browser-device.js';
import { fetchShippedModel } from './shipped-model.js';

/** WebAssembly addresses 4 GB; the program itself takes a part of it. */
const MEMORY_BYTES = 3.5e9;
/** Larger weights, as float32, are not decoded as a whole: they stay in their files, or as narrow as those have them. */
const DECODED_BYTES = 100e6;
/** What a graphics card may be to blame for: its driver, or the largest tensor that it takes. */
const CARD_ERRORS: readonly ErrorCode[] = ['ENGINE_FAILED', 'RESULT_NOT_FINITE', 'MEMORY_ESTIMATE'];

const say = (message: WorkerNews | WorkerAnswer): void => {
  postMessage(message);
};

/** The engines that were opened. */
let onGraphics: Promise<KnownEngine> | undefined;
let onProcessor: Promise<KnownEngine> | undefined;
/** The model that was used last: folding again shall not open it again. */
let opened: { readonly key: string; readonly engine: KnownEngine; readonly predictor: Predictor } | undefined; // prettier-ignore
/** Why the graphics card is no longer asked where nobody named it. */
let refusal: string | undefined;

/**
 * The engine that was asked for. A named one opens or fails; `auto` takes a real graphics card, until one fails.
 *
 * @throws FoldError `ENGINE_UNAVAILABLE`
 */
async function engineOf(device: BrowserDevice): Promise<KnownEngine> {
  const isAsked = device === 'webgpu' || (device === 'auto' && refusal === undefined);
  const card = isAsked ? await graphicsCard() : undefined;
  if (device === 'webgpu' && !card)
    throw new FoldError('ENGINE_UNAVAILABLE', 'this browser offers no graphics card', {
      hint: 'choose “Automatic” or “WebAssembly”, or a browser with WebGPU',
    });
  if (card && (device === 'webgpu' || !card.isSoftware))
    return (onGraphics ??= graphicsEngine(card));
  return (onProcessor ??= processorEngine());
}

async function predictorOf(model: ModelFiles | undefined, engine: KnownEngine): Promise<Predictor> {
  const key = model?.sha256 ?? '';
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

/**
 * Graphics drivers fail where WebAssembly does not: what fails there is done once more on the processor, unless the card
 * was asked for by name.
 */
async function withPredictor<Value>(
  { request, model }: WorkerQuestion,
  work: (ready: Predictor, retried: string | undefined) => Promise<Value>,
): Promise<Value> {
  const { device = 'auto' } = request;
  const engine = await engineOf(device);
  const isOnCard = engine.facts.device === 'webgpu';
  try {
    return await work(await predictorOf(model, engine), device === 'auto' ? refusal : undefined);
  } catch (error) {
    if (!isOnCard || !(error instanceof FoldError && CARD_ERRORS.includes(error.code))) throw error;
    const failure = `the graphics card could not do it (${error.message})`;
    if (device === 'webgpu')
      throw new FoldError(error.code, failure, {
        cause: error,
        hint: 'Fold in this browser with WebAssembly.',
      });
    const reason = `${failure}: WebAssembly computed instead`;
    if (error.code !== 'MEMORY_ESTIMATE') refusal = reason; // a shorter chain may fit
    return work(await predictorOf(model, await engineOf('wasm')), reason);
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
  return withPredictor(question, async (ready, retried) => {
    if (question.kind === 'attention') {
      const blocks: PackedAttention[] = [];
      await ready.attention(request, { onBlock: (block) => void blocks.push(block) });
      return { kind: 'attention', blocks };
    }
    const words = wordsOf(opened!.engine.facts);
    say({ kind: 'engine', words: retried === undefined ? words : `${words}: ${retried}` });
    const prediction = await ready.predict(request, {
      onProgress: (progress) => {
        say({ kind: 'progress', progress: { ...progress, fraction: fractionDone(progress) } });
      },
    });
    const warnings = [
      ...request.warnings,
      ...warningsOnRequest(request, ready.model),
      ...(retried === undefined ? [] : [retried]),
    ];
    return { kind: 'files', files: await filesOf(prediction, warnings) };
  });
}

addEventListener('message', ({ data }: MessageEvent<WorkerQuestion>) => {
  answerTo(data).then(say, (error: unknown) => {
    say(failureOf(error));
  });
});
