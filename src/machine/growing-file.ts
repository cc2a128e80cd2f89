import { constants, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { unwritable } from './unwritable.js';
import { nameWhole } from './write-whole.js';

/** Bytes that the system is given at once; Node refuses more than two gigabytes. */
const WRITE_BYTES = 64 * 1024 * 1024;

/** What a file is called until it is whole. */
export function partOf(path: string): string {
  return `${path}.part`;
}

/**
 * Gives a file another name.
 *
 * @param hint what to do where that fails
 * @throws FoldError `FILE_WRITE`
 */
export async function moveFile(from: string, to: string, hint?: string): Promise<void> {
  await rename(from, to).catch((cause: unknown) => {
    throw unwritable(to, cause, hint);
  });
}

/**
 * A file that grows under the name `PATH.part`, over several runs of the program where one is not enough, and gets its
 * own name when it is whole. Every failure to write is a FoldError `FILE_WRITE` that names the file.
 */
export class GrowingFile {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #hint: string | undefined;

  private constructor(path: string, file: FileHandle, hint: string | undefined) {
    this.#path = path;
    this.#file = file;
    this.#hint = hint;
  }

  /**
   * Opens what an earlier run has left, or begins.
   *
   * @param path name of the whole file, in a folder that exists
   * @param hint what to do where it cannot be written
   */
  static async open(path: string, hint?: string): Promise<GrowingFile> {
    try {
      const flags = constants.O_RDWR | constants.O_CREAT;
      return new GrowingFile(path, await open(partOf(path), flags), hint);
    } catch (cause) {
      throw unwritable(partOf(path), cause, hint);
    }
  }

  async size(): Promise<number> {
    return (await this.#file.stat()).size;
  }

  /** Whether the file begins with these bytes. */
  async beginsWith(bytes: Uint8Array): Promise<boolean> {
    const found = Buffer.alloc(bytes.length);
    let done = 0;
    while (done < bytes.length) {
      const { bytesRead } = await this.#file.read(found, done, bytes.length - done, done);
      if (bytesRead === 0) return false;
      done += bytesRead;
    }
    return found.equals(bytes);
  }

  async write(offset: number, bytes: Uint8Array): Promise<void> {
    await this.#writing(async () => {
      for (let done = 0; done < bytes.length;) {
        const length = Math.min(WRITE_BYTES, bytes.length - done);
        done += (await this.#file.write(bytes, done, length, offset + done)).bytesWritten;
      }
    });
  }

  /** Cuts the file. */
  async truncate(size: number): Promise<void> {
    await this.#writing(() => this.#file.truncate(size));
  }

  /** Leaves what is here for a later run. */
  async close(): Promise<void> {
    await this.#file.close();
  }

  /** Throws away what is here. */
  async discard(): Promise<void> {
    await this.#file.close();
    await rm(partOf(this.#path), { force: true });
  }

  /** Gives the file its name, once all of it is on the disk. */
  async finish(): Promise<void> {
    await this.#writing(() => nameWhole(this.#file, partOf(this.#path), this.#path));
  }

  async #writing(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      throw unwritable(this.#path, cause, this.#hint);
    }
  }
}
