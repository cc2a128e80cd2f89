import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { FoldError } from '#errors';
import { unwritableReason } from './unwritable-reason.js';

/**
 * Makes a folder and those above it, unless they are there. Node's own recursive form never returns where a folder is
 * there but takes no other, as /proc.
 *
 * @param hint what to do where it cannot be made
 * @throws FoldError `FILE_WRITE`
 */
export function makeFolder(path: string, hint?: string): void {
  try {
    makeMissing(path);
  } catch (cause) {
    throw new FoldError(
      'FILE_WRITE',
      `${path} cannot be written: ${unwritableReason(cause, path)}`,
      {
        cause,
        ...(hint === undefined ? {} : { hint }),
      },
    );
  }
}

function makeMissing(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
    const parent = dirname(path);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || existsSync(parent)) throw error;
    makeMissing(parent);
    makeMissing(path);
  }
}
