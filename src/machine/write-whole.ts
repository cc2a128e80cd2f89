import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { unwritable } from './unwritable.js';

/**
 * Gives a file its name once all of it is on the disk, so that a crash at any moment leaves the old file or the new one.
 *
 * @param file open; closed afterwards
 * @param temporary its name up to now
 */
export async function nameWhole(file: FileHandle, temporary: string, path: string): Promise<void> {
  await file.sync();
  await file.close();
  await rename(temporary, path);
}

/**
 * Writes a file whole or not at all: a crash at any moment leaves the old one or the new one.
 *
 * @param hint what to do where it cannot be written
 * @throws FoldError `FILE_WRITE`
 */
export async function writeWhole(
  path: string,
  contents: string | Uint8Array,
  hint?: string,
): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(contents);
      await nameWhole(file, temporary, path);
    } finally {
      await file.close();
    }
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw unwritable(path, cause, hint);
  }
}
