/** @file The process that makes result files: those of a long protein take longer than a server may pause. */
import { deserialisePrediction } from '#predict/files/serialise';
import { answerQuestions } from '#server/processes/helper-answers';
import { type FileName, renderFile } from './render-file.js';

/** What the process is asked for. */
export interface FileRequest {
  /** What `serialisePrediction` wrote. */
  readonly prediction: Uint8Array<ArrayBuffer>;
  readonly name: FileName;
  readonly warnings: readonly string[];
}

answerQuestions(async ({ prediction, name, warnings }: FileRequest) =>
  renderFile(await deserialisePrediction(prediction), name, warnings),
);
