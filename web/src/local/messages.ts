/** @file What the page and the worker that folds say to each other. */
import type { TextFiles } from '#predict/files/result-files';
import type { AttentionMap, PredictionProgress, PredictionRequest } from '#predict/prediction';

/** A prediction to be made in this browser. */
export interface LocalRequest extends PredictionRequest {
  /** What the user should know about the input; goes into `confidence.json`. */
  readonly warnings: readonly string[];
}

/** The files of a prediction made here, as the server would have written them. */
export type LocalFiles = TextFiles & Readonly<Record<'bundle.zip', Uint8Array<ArrayBuffer>>>;

/** What the page asks; one question at a time. */
export type WorkerQuestion =
  | { readonly kind: 'fold'; readonly request: LocalRequest }
  | {
      readonly kind: 'attention';
      readonly request: LocalRequest;
      readonly select: { readonly block: number; readonly head: number };
    };

/** What the worker says on the way to an answer. */
export type WorkerNews =
  /** Share of the model that has arrived, 0-1. */
  | { readonly kind: 'loading'; readonly share: number }
  | { readonly kind: 'progress'; readonly progress: PredictionProgress };

/** How a question ends. */
export type WorkerAnswer =
  | {
      readonly kind: 'files';
      readonly files: LocalFiles;
      readonly model: { readonly numBlocks: number; readonly numHeads: number };
    }
  | { readonly kind: 'attention'; readonly attention: AttentionMap }
  | { readonly kind: 'failed'; readonly message: string; readonly hint: string | undefined };
