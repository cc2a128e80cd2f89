import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FoldError } from '#errors';
import { freeSpace } from '#machine/free-space';
import { isOfTheFileSystem, unwritable } from '#machine/unwritable';
import { nameWhole } from '#machine/write-whole';
import { isVersion } from './file-version.js';

/** A failure that another attempt cannot mend. */
export class Final extends Error {}

/** Above the largest public checkpoint (15 billion parameters, 60 GB): no server is believed that announces more. */
const MAX_ANNOUNCED_BYTES = 100e9;
/** Where neither we nor the server know the size: such are descriptions; servers state how large weights are. */
const MAX_UNANNOUNCED_BYTES = 1e9;
const BYTES_PER_GIGABYTE = 1e9;

/** Where bytes belong in the whole file, and who is told. */
interface Place {
  readonly start: number;
  readonly total: number | undefined;
  /** The whole file is no larger than this, whatever the server says; absent where nobody knows. */
  readonly maxBytes: number | undefined;
  readonly onProgress: ((received: number, total: number | undefined) => void) | undefined;
  readonly signal: AbortSignal | undefined;
}

/** What must hold for a file before it gets its name. */
export interface Requirements {
  readonly sha256: string | undefined;
  /** Looks at the finished file; throws where it is not what was wanted. */
  readonly inspect?: ((path: string) => Promise<void>) | undefined;
}

/** The unfinished file and the version that it is a part of, see `versionOf`. */
export class PartFile {
  readonly #target: string;
  readonly #part: string;
  readonly #versionFile: string;
  readonly #address: string;

  constructor(target: string, address: string) {
    this.#target = target;
    this.#part = `${target}.part`;
    this.#versionFile = `${target}.part.etag`;
    this.#address = address;
  }

  /** Bytes that are here already. */
  async size(): Promise<number> {
    return (await stat(this.#part).catch(() => undefined))?.size ?? 0;
  }

  /** The version begun. */
  async version(): Promise<string | undefined> {
    const version = await readFile(this.#versionFile, 'utf8').catch(() => '');
    return isVersion(version) ? version : undefined;
  }

  /** Throws away what is here and remembers the version of what comes next. */
  async restart(version: string | undefined): Promise<void> {
    await this.#writing(async () => {
      await rm(this.#part, { force: true });
      if (version === undefined) await rm(this.#versionFile, { force: true });
      else await writeFile(this.#versionFile, version);
    });
  }

  /**
   * Adds what comes; fails when it is not as much as was announced. Of a server that sends too much nothing is kept, so
   * that no later attempt takes the beginning for the file.
   */
  async append(body: Readable, place: Place): Promise<void> {
    const { start, total, onProgress, signal } = place;
    const unknown = total === undefined ? MAX_UNANNOUNCED_BYTES : MAX_ANNOUNCED_BYTES;
    const { maxBytes = unknown } = place;
    if (total !== undefined && total > maxBytes) {
      await this.restart(undefined);
      throw new Final(`the server announces ${total} bytes; the file has no more than ${maxBytes}`);
    }
    if (total !== undefined) await this.#requireSpace(total - start);
    let received = start;
    let excess: Error | undefined;
    const count = new Transform({
      transform(chunk: Buffer, _, done) {
        received += chunk.length;
        if (received > maxBytes)
          excess = new Final(
            `the server goes on sending after ${maxBytes} bytes; the file has no more`,
          );
        else if (received > (total ?? Infinity))
          excess = new Error('the server sends more than it announced');
        if (excess) done(excess);
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
      if (excess) await this.restart(undefined);
    }
    if (total !== undefined && received !== total)
      throw new Error(`${received} of ${total} bytes came`);
  }

  /**
   * Checks the whole file and gives it its name.
   *
   * @returns its SHA-256
   */
  async finish({ sha256, inspect }: Requirements, wasResumed: boolean): Promise<string> {
    const hash = createHash('sha256');
    await pipeline(createReadStream(this.#part), hash);
    const found = hash.digest('hex');
    try {
      if (sha256 !== undefined && found !== sha256)
        throw new Final(`the file has SHA-256 ${found}, not ${sha256}`);
      await inspect?.(this.#part);
    } catch (error) {
      await this.restart(undefined);
      // Parts of two versions may have come together: once more from the start.
      throw wasResumed && error instanceof Final ? new Error(error.message) : error;
    }
    await this.#writing(async () => {
      await nameWhole(await open(this.#part, 'a'), this.#part, this.#target);
      await rm(this.#versionFile, { force: true });
    });
    return found;
  }

  /** @throws FoldError `FILE_WRITE` before hours are spent on what cannot be written */
  async #requireSpace(numBytes: number): Promise<void> {
    const free = await freeSpace(dirname(this.#target));
    if (free === undefined || free >= numBytes) return;
    const gigabytes = (bytes: number): string => (bytes / BYTES_PER_GIGABYTE).toFixed(1);
    throw new FoldError(
      'FILE_WRITE',
      `${this.#target} takes ${gigabytes(numBytes)} GB more, and its disk has ${gigabytes(free)} GB left`,
      { hint: `Needed for ${this.#address}. CODONFOLD_CACHE sets another place.` },
    );
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
