import { FoldError } from '#errors';
import type { JobRecord, PredictionStore } from '#store/prediction-store';
import type { FileRequest } from './file-process.js';
import type { FileName, ResultFile } from './render-file.js';

const BYTES_PER_MEGABYTE = 1 << 20;

/** Makes a file of a stored prediction. */
type MakeFile = (request: FileRequest) => Promise<ResultFile>;

/** What {@link ResultCache} works with. */
export interface ResultCacheParts {
  readonly store: PredictionStore;
  readonly makeFile: MakeFile;
  readonly maxMegabytes: number;
}

/** Result files, made when they are first asked for; the least recently used are forgotten. */
export class ResultCache {
  readonly #store: PredictionStore;
  readonly #makeFile: MakeFile;
  readonly #maxBytes: number;
  /** Least recently used first. */
  readonly #files = new Map<string, ResultFile>();
  /** Files that are being made, so that many requests make them once. */
  readonly #making = new Map<string, Promise<ResultFile>>();
  #bytes = 0;

  constructor({ store, makeFile, maxMegabytes }: ResultCacheParts) {
    this.#store = store;
    this.#makeFile = makeFile;
    this.#maxBytes = maxMegabytes * BYTES_PER_MEGABYTE;
  }

  /**
   * A file of a completed job.
   *
   * @param job completed
   * @param name which file
   * @param onOutcome told whether it was in memory
   * @throws FoldError `PREDICTION_DAMAGED`; the job is marked so that it can be asked for anew
   */
  async file(
    job: JobRecord,
    name: FileName,
    onOutcome: (outcome: 'hit' | 'miss') => void = () => undefined,
  ): Promise<ResultFile> {
    const key = `${job.id}/${name}/${job.finishedAt ?? 0}`;
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
      making = this.#make(job, name).finally(() => this.#making.delete(key));
      this.#making.set(key, making);
      this.#keep(key, await making);
    }
    return making;
  }

  async #make(job: JobRecord, name: FileName): Promise<ResultFile> {
    const prediction = (await this.#store.result(job.id)) ?? new Uint8Array();
    const { warnings } = job.input;
    try {
      return await this.#makeFile({ prediction, name, warnings });
    } catch (error) {
      if (error instanceof FoldError && error.code === 'PREDICTION_DAMAGED')
        await this.#store.discard(job.id, {
          code: error.code,
          detail: error.message,
          hint: 'submit the sequence again: it will be predicted anew',
        });
      throw error;
    }
  }

  #keep(key: string, file: ResultFile): void {
    this.#files.set(key, file);
    this.#bytes += sizeOf(file);
    for (const [oldest, { bytes, gzipped }] of this.#files) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#files.delete(oldest);
      this.#bytes -= sizeOf({ bytes, ...(gzipped ? { gzipped } : {}) });
    }
  }
}

function sizeOf({ bytes, gzipped }: ResultFile): number {
  return bytes.length + (gzipped?.length ?? 0);
}
