/** @file The process that makes result files: writing those of a long protein would hold up a server for too long. */
import { FoldError, type ErrorCode } from '#errors';
import { deserialisePrediction } from '#predict/serialise';
import { type FileName, renderFile, type ResultFile } from './render-file.js';

/** What the process is asked for. */
export interface FileRequest {
  readonly id: number;
  /** What `serialisePrediction` wrote. */
  readonly prediction: Uint8Array<ArrayBuffer>;
  readonly name: FileName;
  readonly warnings: readonly string[];
}

/** What it answers. */
export type FileAnswer =
  | { readonly id: number; readonly file: ResultFile }
  | {
      readonly id: number;
      readonly error: {
        readonly code?: ErrorCode;
        readonly message: string;
        readonly hint?: string;
      };
    };

async function answer({ id, prediction, name, warnings }: FileRequest): Promise<FileAnswer> {
  try {
    return { id, file: await renderFile(await deserialisePrediction(prediction), name, warnings) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (!(error instanceof FoldError)) return { id, error: { message } };
    const { code, hint } = error;
    return { id, error: { code, message, ...(hint === undefined ? {} : { hint }) } };
  }
}

process.on('message', (request: FileRequest) => {
  void answer(request).then((message) => process.send?.(message));
});
process.on('disconnect', () => process.exit());
