import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FoldError } from '#errors';
import { systemCode } from './system-code.js';
import { unwritable } from './unwritable.js';

/**
 * Makes a folder and those above it, unless they are there. Node's own recursive form never returns where a folder is
 * there but takes no other, as /proc.
 *
 * @param hint what to do where it cannot be made
 * @throws FoldError `FILE_WRITE`; `USAGE` for the empty path
 */
export function makeFolder(path: string, hint?: string): void {
  if (path === '') throw new FoldError('USAGE', 'the folder has no name', { hint });
  try {
    makeMissing(path);
  } catch (cause) {
    throw unwritable(path, cause, hint);
  }
}

/**
 * Makes a folder as {@link makeFolder} does and writes a file into it, which it takes away again: what cannot be written
 * after hours of work had better be known before.
 *
 * @param hint what to do where that fails
 * @throws FoldError `FILE_WRITE`
 */
export function makeWritableFolder(path: string, hint?: string): void {
  makeFolder(path, hint);
  const trial = join(path, `.codonfold-${process.pid}`);
  try {
    writeFileSync(trial, 'x');
  } catch (cause) {
    throw unwritable(trial, cause, hint);
  } finally {
    rmSync(trial, { force: true });
  }
}

function makeMissing(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
    const parent = dirname(path);
    if (systemCode(error) !== 'ENOENT' || existsSync(parent)) throw error;
    makeMissing(parent);
    makeMissing(path);
  }
}
