/** @file The process that makes result files: those of a long protein take longer than a server may pause. */
import { deserialisePrediction } from '#predict/files/serialise';
import type { Chain } from '#sequence/chain';
import { answerQuestions } from '#server/processes/helper-answers';
import { type FileName, renderAttention, renderFile, type ResultFile } from './render-file.js';

/** What the process is asked for. */
export type FileRequest =
  | {
      readonly kind: 'file';
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
  | {
      readonly kind: 'attention';
      readonly block: number;
      readonly head: number;
      readonly numResidues: number;
      /** `[N, N]` little-endian float32. */
      readonly weights: Uint8Array;
    };

answerQuestions(async (request: FileRequest): Promise<ResultFile> => {
  if (request.kind === 'attention') return renderAttention(request);
  const { prediction, name, submission } = request;
  const { warnings, ...own } = submission;
  return renderFile({ ...(await deserialisePrediction(prediction)), ...own }, name, warnings);
});
