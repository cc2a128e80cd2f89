/** @file The models of this browser: kept in the origin's private files, or opened from disk since the page was. */
import { ApiError } from '#client/index';
import { dropKeptModel, keptModels } from './kept-models.js';
import type { LocalModel } from '../data/local-model.js';
import type { ModelAddress, ModelNews, ModelTask } from './messages.js';

/** Opened since the page was, by their SHA-256; browsers give a page no file twice without being asked. */
const opened = new Map<string, LocalModel>();

/** All models of this browser, but for the one that comes with the page. */
export async function localModels(): Promise<LocalModel[]> {
  const kept = await keptModels();
  const isNew = ({ sha256 }: LocalModel): boolean => kept.every((one) => one.sha256 !== sha256);
  return [...kept, ...[...opened.values()].filter(isNew)];
}

/** A model of this browser; undefined where it has gone, or was only open in another visit. */
export async function localModel(sha256: string): Promise<LocalModel | undefined> {
  return (await localModels()).find((model) => model.sha256 === sha256);
}

/**
 * Opens a model from files that the user picked; nothing is copied.
 *
 * @throws ApiError in words, for files that hold no model that folds
 */
export async function openLocalModel(files: readonly File[]): Promise<LocalModel> {
  const model = await doTask({ kind: 'inspect', files });
  opened.set(model.sha256, model);
  return model;
}

/** Keeps a model when the page is closed. @param onShare told which share is written */
export async function keepLocalModel(
  model: LocalModel,
  onShare: (share: number) => void,
): Promise<LocalModel> {
  await navigator.storage.persist().catch(() => false); // else the browser may clear it when space is short
  return doTask({ kind: 'keep', model }, { onShare });
}

/** Fetches a model of the server, and keeps it. @throws ApiError; the signal's reason once it aborts */
export function fetchLocalModel(
  model: {
    readonly name: string;
    readonly sha256: string;
    readonly files: readonly ModelAddress[];
  },
  onShare: (share: number) => void,
  signal: AbortSignal,
): Promise<LocalModel> {
  return doTask({ kind: 'fetch', ...model }, { onShare, signal });
}

/** Deletes a model from this browser, or lets go of one that was opened. */
export async function dropLocalModel({ sha256, isKept }: LocalModel): Promise<void> {
  opened.delete(sha256);
  if (isKept) await dropKeptModel(sha256);
}

function doTask(
  task: ModelTask,
  {
    onShare,
    signal,
  }: { readonly onShare?: (share: number) => void; readonly signal?: AbortSignal } = {},
): Promise<LocalModel> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const worker = new Worker(new URL('./model-worker.ts', import.meta.url), { type: 'module' });
    const stop = (): void => {
      worker.terminate();
      reject(signal!.reason as Error);
    };
    signal?.addEventListener('abort', stop, { once: true });
    const end = (): void => {
      signal?.removeEventListener('abort', stop);
      worker.terminate();
    };
    worker.onmessage = ({ data }: MessageEvent<ModelNews>) => {
      if (data.kind === 'loading') {
        onShare?.(data.share);
        return;
      }
      end();
      if (data.kind === 'model') resolve(data.model);
      else
        reject(
          new ApiError(0, {
            detail: data.message,
            ...(data.hint !== undefined && { hint: data.hint }),
          }),
        );
    };
    worker.onerror = (event) => {
      end();
      reject(new ApiError(0, { detail: event.message || 'The files could not be looked into.' }));
    };
    worker.postMessage(task);
  });
}
