/** @file What the page and its workers say to each other. */
import type { TextFiles } from '#predict/files/result-files';
import type { PackedAttention } from '#predict/packed-attention';
import type { PredictionProgress, PredictionRequest } from '#predict/prediction';
import type { LocalModel } from '../data/local-model.js';
import type { BrowserDevice } from '../page/browser-device.js';

/** A prediction to be made in this browser. */
export interface LocalRequest extends PredictionRequest {
  /** What the user should know about the input; goes into `confidence.json`. */
  readonly warnings: readonly string[];
  /** SHA-256 of the model; absent for the one that comes with the page. */
  readonly modelSha256?: string;
  /** What shall compute it; `auto` where absent. */
  readonly device?: BrowserDevice;
}

/** What is known of a model's files before they are opened. */
export type ModelFiles = Pick<LocalModel, 'files'> & Partial<Pick<LocalModel, 'name' | 'sha256'>>;

/** A file of a model that lies on the server. */
export interface ModelAddress {
  readonly name: string;
  readonly url: string;
  readonly bytes: number;
}

/** The files of a prediction made here, as the server would have written them. */
export type LocalFiles = TextFiles & Readonly<Record<'bundle.zip', Uint8Array<ArrayBuffer>>>;

/** What is asked of the worker that folds; one question at a time. */
export type WorkerQuestion = {
  readonly request: LocalRequest;
  /** Absent for the model that comes with the page. */
  readonly model?: ModelFiles | undefined;
} & { readonly kind: 'fold' | 'attention' };

/** What the worker says on the way to an answer. */
export type WorkerNews =
  /** Share of the model that has arrived, 0-1. */
  | { readonly kind: 'loading'; readonly share: number }
  /** What computes, in words. */
  | { readonly kind: 'engine'; readonly words: string }
  | {
      readonly kind: 'progress';
      readonly progress: PredictionProgress & { readonly fraction: number };
    };

/** How a question ends. */
export type WorkerAnswer =
  | { readonly kind: 'files'; readonly files: LocalFiles }
  | { readonly kind: 'attention'; readonly blocks: readonly PackedAttention[] }
  | Failure;

/** What is asked of a worker that deals with the files of a model, and ends when it has. */
export type ModelTask =
  /** Finds out what model these are. */
  | { readonly kind: 'inspect'; readonly files: readonly File[] }
  /** Copies a model into the private files of this origin. */
  | { readonly kind: 'keep'; readonly model: LocalModel }
  /** Fetches a model of the server into them. */
  | {
      readonly kind: 'fetch';
      readonly name: string;
      readonly sha256: string;
      readonly files: readonly ModelAddress[];
    };

/** What that worker answers. */
export type ModelNews =
  | { readonly kind: 'loading'; readonly share: number }
  | { readonly kind: 'model'; readonly model: LocalModel }
  | Failure;

/** What went wrong, in words. */
export interface Failure {
  readonly kind: 'failed';
  readonly message: string;
  readonly hint: string | undefined;
}
