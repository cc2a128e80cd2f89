import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { FoldError, invariant, messageOf } from '#errors';
import type { ByteSource } from '#weights/byte-source';
import { parseBytes } from '#weights/file-folder';

/**
 * Opens a file to be read by position: only what is asked for enters memory, the rest stays in the system's
 * page cache. Node has no memory mapping.
 *
 * @param path of a regular file
 * @throws FoldError `FILE_READ` now, or at a later read when the file has been cut meanwhile
 */
export function openFile(path: string): ByteSource {
  const fail = (problem: string, cause?: unknown): FoldError =>
    new FoldError('FILE_READ', `${path}: ${problem}`, { cause });
  let descriptor: number | undefined;
  let size: number;
  try {
    descriptor = openSync(path, 'r');
    const status = fstatSync(descriptor);
    if (!status.isFile()) throw new Error('not a regular file');
    size = status.size;
  } catch (cause) {
    if (descriptor !== undefined) closeSync(descriptor);
    throw fail(`cannot be opened (${messageOf(cause)})`, cause);
  }
  return {
    name: path,
    size,
    read(offset, length, into = new Uint8Array(length)) {
      if (descriptor === undefined) throw fail('was closed');
      invariant(offset >= 0 && offset + length <= size, `read past the end of ${path}`);
      let done = 0;
      while (done < length) {
        const count = readSync(descriptor, into, done, length - done, offset + done);
        if (count === 0) throw fail(`ends at byte ${offset + done}, it had ${size} when opened`);
        done += count;
      }
      return into.subarray(0, length);
    },
    close() {
      if (descriptor !== undefined) closeSync(descriptor);
      descriptor = undefined;
    },
  };
}

/**
 * Opens a file and hands it to a reader; a file that the reader refuses is closed again.
 *
 * @param path of a regular file
 * @param read keeps the source, and closes it when it is done
 */
export function parseFile<T>(path: string, read: (bytes: ByteSource) => T): T {
  return parseBytes(openFile(path), read);
}
