import type { PackedAttention } from '#predict/packed-attention';
import { ApiError } from '#client/index';
import { localModel } from './local-models.js';
import type { LocalModel } from '../data/local-model.js';
import type { LocalRequest, WorkerAnswer, WorkerNews, WorkerQuestion } from './messages.js';

type Listener = (news: WorkerNews) => void;

/** The worker, once something is folded here; it keeps the model loaded until a question is cancelled. */
let worker: Worker | undefined;
/** The question before; the worker takes one at a time. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Folds in this browser; nothing is sent anywhere.
 *
 * @param onNews told what is loaded and how far it is
 * @throws ApiError in words; the signal's reason once it aborts
 */
export async function foldHere(
  request: LocalRequest,
  onNews: Listener,
  signal: AbortSignal,
): Promise<WorkerAnswer & { readonly kind: 'files' }> {
  const model = await modelOf(request);
  const answer = await inTurn({ kind: 'fold', request, model }, onNews, signal);
  if (answer.kind !== 'files') throw refusal(answer);
  return answer;
}

/** Attention of all blocks, computed in this browser. @throws as {@link foldHere} */
export async function attentionHere(
  request: LocalRequest,
  signal: AbortSignal,
): Promise<readonly PackedAttention[]> {
  const model = await modelOf(request);
  const question = { kind: 'attention', request, model } as const;
  const answer = await inTurn(question, () => undefined, signal);
  signal.throwIfAborted();
  if (answer.kind !== 'attention') throw refusal(answer);
  return answer.blocks;
}

/** The model that a request asks for; undefined for the one that comes with the page. */
async function modelOf({ modelSha256 }: LocalRequest): Promise<LocalModel | undefined> {
  if (modelSha256 === undefined) return undefined;
  const model = await localModel(modelSha256);
  if (model) return model;
  throw new ApiError(404, {
    detail: 'Its model is no longer in this browser.',
    hint: 'Open the model again in the form.',
  });
}

function refusal(answer: WorkerAnswer): Error {
  if (answer.kind !== 'failed') return new Error(`internal: unexpected ${answer.kind}`);
  const { message, hint } = answer;
  return new ApiError(0, { detail: message, ...(hint !== undefined && { hint }) });
}

function inTurn(question: WorkerQuestion, onNews: Listener, signal: AbortSignal) {
  const ask = (): Promise<WorkerAnswer> => askWorker(question, onNews, signal);
  const answer = last.then(ask, ask);
  last = answer.catch(() => undefined);
  return answer;
}

/** Cancelling a fold ends the worker: what WebAssembly computes cannot be interrupted otherwise. */
function askWorker(
  question: WorkerQuestion,
  onNews: Listener,
  signal: AbortSignal,
): Promise<WorkerAnswer> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    worker ??= new Worker(new URL('./fold-worker.ts', import.meta.url), { type: 'module' });
    const asked = worker;
    const cancel = (): void => {
      end();
      reject(signal.reason as Error);
    };
    const end = (): void => {
      asked.terminate();
      worker = undefined;
    };
    // attention takes a moment: its answer is dropped by whoever no longer wants it
    if (question.kind === 'fold') signal.addEventListener('abort', cancel, { once: true });
    asked.onmessage = ({ data }: MessageEvent<WorkerNews | WorkerAnswer>) => {
      if (data.kind === 'loading' || data.kind === 'engine' || data.kind === 'progress') {
        onNews(data);
        return;
      }
      signal.removeEventListener('abort', cancel);
      if (data.kind === 'failed') end(); // what failed once may have left anything behind
      resolve(data);
    };
    asked.onerror = (event) => {
      signal.removeEventListener('abort', cancel);
      end();
      reject(
        new ApiError(0, {
          detail: event.message || 'The model could not be started in this browser.',
        }),
      );
    };
    asked.postMessage(question);
  });
}
