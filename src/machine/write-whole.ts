import { open, rename, rm } from 'node:fs/promises';
import { unwritable } from './unwritable.js';

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
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw unwritable(path, cause, hint);
  }
}
