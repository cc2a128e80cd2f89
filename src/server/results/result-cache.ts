import type { ResultFile } from './render-file.js';

const BYTES_PER_MEGABYTE = 1 << 20;

/** Result files, made when they are first asked for; the least recently used are forgotten. */
export class ResultCache {
  readonly #maxBytes: number;
  /** Least recently used first. */
  readonly #files = new Map<string, ResultFile>();
  /** Files that are being made, so that many requests make them once. */
  readonly #making = new Map<string, Promise<ResultFile>>();
  #bytes = 0;

  constructor(maxMegabytes: number) {
    this.#maxBytes = maxMegabytes * BYTES_PER_MEGABYTE;
  }

  /**
   * A file from memory, or made.
   *
   * @param key of the file: the id of its submission, a slash and more
   * @param make makes it
   * @param onOutcome told whether it was in memory
   */
  async get(
    key: string,
    make: () => Promise<ResultFile>,
    onOutcome: (outcome: 'hit' | 'miss') => void,
  ): Promise<ResultFile> {
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
      making = make().finally(() => this.#making.delete(key));
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
