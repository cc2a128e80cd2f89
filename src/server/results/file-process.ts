/** @file The process that makes result files: those of a long protein take longer than a server may pause. */
import type { Chain } from '#sequence/chain';
import { deserialisePrediction } from '#predict/files/serialise';
import { answerQuestions } from '#server/processes/helper-answers';
import { type FileName, renderFile } from './render-file.js';

/** What the process is asked for. */
export interface FileRequest {
  /** What `serialisePrediction` wrote. */
  readonly prediction: Uint8Array<ArrayBuffer>;
  readonly name: FileName;
  /** What its owner calls it, its chains with their codons, and what the owner should know. */
  readonly submission: {
    readonly name: string;
    readonly chains: readonly Chain[];
    readonly warnings: readonly string[];
  };
}

answerQuestions(async ({ prediction, name, submission }: FileRequest) => {
  const { warnings, ...own } = submission;
  return renderFile({ ...(await deserialisePrediction(prediction)), ...own }, name, warnings);
});
