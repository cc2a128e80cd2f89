/** @file The process that makes result files: those of a long protein take longer than a server may pause. */
import { deserialisePrediction } from '#predict/files/serialise';
import type { Chain } from '#sequence/chain';
import { answerQuestions } from '#process/answer-questions';
import type { AttentionSelect } from './attention-maps.js';
import type { FileName } from '#predict/files/file-names';
import { renderAttention, renderFile, type ResultFile } from './render-file.js';

/** What the process is asked for. */
export type FileQuestions = {
  readonly file: (asked: FileRequest) => ResultFile;
  readonly attention: (asked: AttentionRequest) => ResultFile;
};

interface FileRequest {
  /** What `serialisePrediction` wrote. */
  readonly prediction: Uint8Array<ArrayBuffer>;
  readonly name: FileName;
  /** What its owner calls it, its chains with their codons, and what the owner should know; when it was made. */
  readonly submission: {
    readonly name: string;
    readonly title: string;
    readonly chains: readonly Chain[];
    readonly warnings: readonly string[];
    /** Milliseconds since 1970. */
    readonly madeAt: number;
  };
}

interface AttentionRequest extends AttentionSelect {
  readonly numResidues: number;
  /** `[N, N]` little-endian float32. */
  readonly weights: Uint8Array;
}

answerQuestions<FileQuestions>({
  async file({ prediction, name, submission: { warnings, madeAt, ...own } }) {
    const whole = { ...(await deserialisePrediction(prediction)), ...own };
    return renderFile(whole, name, { warnings, madeAt });
  },
  attention: renderAttention,
});
