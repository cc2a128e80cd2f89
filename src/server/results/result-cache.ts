import { FoldError } from '#errors';
import type { JobRecord } from '#store/job';
import type { PredictionStore } from '#store/prediction-store';
import type { SubmissionRecord } from '#store/submission';
import type { FileRequest } from './file-process.js';
import type { FileName, ResultFile } from './render-file.js';

const BYTES_PER_MEGABYTE = 1 << 20;

/** Makes a file of a stored prediction. */
type MakeFile = (request: FileRequest) => Promise<ResultFile>;

/** What {@link ResultCache} works with. */
export interface ResultCacheParts {
  readonly store: PredictionStore;
  readonly makeFile: MakeFile;
  /** Has a job computed again whose stored result is damaged. */
  readonly repeat: (job: JobRecord) => Promise<void>;
  readonly maxMegabytes: number;
}

/** Result files, made when they are first asked for; the least recently used are forgotten. */
export class ResultCache {
  readonly #store: PredictionStore;
  readonly #makeFile: MakeFile;
  readonly #repeat: ResultCacheParts['repeat'];
  readonly #maxBytes: number;
  /** Least recently used first. */
  readonly #files = new Map<string, ResultFile>();
  /** Files that are being made, so that many requests make them once. */
  readonly #making = new Map<string, Promise<ResultFile>>();
  #bytes = 0;

  constructor({ store, makeFile, repeat, maxMegabytes }: ResultCacheParts) {
    this.#store = store;
    this.#makeFile = makeFile;
    this.#repeat = repeat;
    this.#maxBytes = maxMegabytes * BYTES_PER_MEGABYTE;
  }

  /**
   * A file of a completed submission.
   *
   * @param submission completed
   * @param name which file
   * @param onOutcome told whether it was in memory
   * @throws FoldError `PREDICTION_DAMAGED`, while it is computed again
   */
  async file(
    submission: SubmissionRecord,
    name: FileName,
    onOutcome: (outcome: 'hit' | 'miss') => void = () => undefined,
  ): Promise<ResultFile> {
    const key = `${submission.id}/${name}/${submission.finishedAt ?? 0}`;
    const found = this.#files.get(key);
    if (found) {
      this.#files.delete(key);
      this.#files.set(key, found);
      onOutcome('hit');
      return found;
    }
    onOutcome('miss');
    let making = this.#making.get(key);
    if (!making) {
      making = this.#make(submission, name).finally(() => this.#making.delete(key));
      this.#making.set(key, making);
      this.#keep(key, await making);
    }
    return making;
  }

  /** Forgets the files of a submission that was deleted. */
  forget(submissionId: string): void {
    for (const [key, file] of this.#files)
      if (key.startsWith(`${submissionId}/`)) {
        this.#files.delete(key);
        this.#bytes -= sizeOf(file);
      }
  }

  async #make(
    { job, name: ownName, chains, input }: SubmissionRecord,
    name: FileName,
  ): Promise<ResultFile> {
    const prediction = (await this.#store.results.read(job.id)) ?? new Uint8Array();
    // the getters of codons are not sent to another process, what they give is
    const withCodons = chains.map((chain) => ({ ...chain }));
    const submission = { name: ownName, chains: withCodons, warnings: input.warnings };
    try {
      return await this.#makeFile({ prediction, name, submission });
    } catch (error) {
      if (!(error instanceof FoldError) || error.code !== 'PREDICTION_DAMAGED') throw error;
      await this.#repeat(job);
      throw new FoldError(error.code, error.message, {
        hint: 'it is being computed again: ask for it later',
        cause: error,
      });
    }
  }

  #keep(key: string, file: ResultFile): void {
    this.#files.set(key, file);
    this.#bytes += sizeOf(file);
    for (const [oldest, other] of this.#files) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#files.delete(oldest);
      this.#bytes -= sizeOf(other);
    }
  }
}

function sizeOf({ bytes, gzipped }: ResultFile): number {
  return bytes.length + (gzipped?.length ?? 0);
}
