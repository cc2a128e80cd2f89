import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isOfTheFileSystem, unwritable } from '#machine/unwritable';

/** Above the largest public checkpoint (15 billion parameters, 60 GB): stops a stream without end. */
const MAX_FILE_BYTES = 100e9;
/** A failure that another attempt cannot mend. */
export class Final extends Error {}

/** Where bytes belong in the whole file, and who is told. */
interface Place {
  readonly start: number;
  readonly total: number | undefined;
  readonly onProgress: ((received: number, total: number | undefined) => void) | undefined;
  readonly signal: AbortSignal | undefined;
}

/** The unfinished file and the tag of the version that it is a part of. */
export class PartFile {
  readonly #target: string;
  readonly #part: string;
  readonly #tag: string;
  readonly #address: string;

  constructor(target: string, address: string) {
    this.#target = target;
    this.#part = `${target}.part`;
    this.#tag = `${target}.part.etag`;
    this.#address = address;
  }

  /** Bytes that are here already. */
  async size(): Promise<number> {
    return (await stat(this.#part).catch(() => undefined))?.size ?? 0;
  }

  /** Tag of the version begun; only strong tags promise the same bytes. */
  async etag(): Promise<string | undefined> {
    const tag = await readFile(this.#tag, 'utf8').catch(() => undefined);
    return tag?.startsWith('"') ? tag : undefined;
  }

  /** Throws away what is here and remembers the tag of what comes next. */
  async restart(etag: string | undefined): Promise<void> {
    await this.#writing(async () => {
      await rm(this.#part, { force: true });
      if (etag === undefined) await rm(this.#tag, { force: true });
      else await writeFile(this.#tag, etag);
    });
  }

  /** Adds what comes; fails when it is not as much as was announced. */
  async append(body: Readable, place: Place): Promise<void> {
    const { start, total, onProgress, signal } = place;
    let received = start;
    const count = new Transform({
      transform(chunk: Buffer, _, done) {
        received += chunk.length;
        if (received > (total ?? MAX_FILE_BYTES))
          done(new Error('the server sends more than it announced'));
        else {
          onProgress?.(received, total);
          done(null, chunk);
        }
      },
    });
    const file = createWriteStream(this.#part, { flags: 'a' });
    // What is still being written must be on disk before anybody asks how much there is.
    const closed = new Promise<void>((resolve) => {
      file.once('close', resolve);
    });
    try {
      await this.#writing(() => pipeline(body, count, file, signal ? { signal } : {}));
    } finally {
      await closed;
    }
    if (total !== undefined && received !== total)
      throw new Error(`${received} of ${total} bytes came`);
  }

  /** Checks the whole file and gives it its name. */
  async finish(sha256: string | undefined, wasResumed: boolean): Promise<void> {
    if (sha256 !== undefined) {
      const hash = createHash('sha256');
      await pipeline(createReadStream(this.#part), hash);
      const found = hash.digest('hex');
      if (found !== sha256) {
        await this.restart(undefined);
        const problem = `the file has SHA-256 ${found}, not ${sha256}`;
        // Parts of two versions may have come together: once more from the start.
        throw wasResumed ? new Error(problem) : new Final(problem);
      }
    }
    await this.#writing(async () => {
      const file = await open(this.#part, 'a');
      await file.sync();
      await file.close();
      await rename(this.#part, this.#target);
      await rm(this.#tag, { force: true });
    });
  }

  async #writing(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      const hint = `Needed for ${this.#address}. CODONFOLD_CACHE sets another place.`;
      throw isOfTheFileSystem(cause) ? unwritable(this.#target, cause, hint) : cause;
    }
  }
}
