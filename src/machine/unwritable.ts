import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { FoldError, messageOf } from '#errors';
import { systemCode } from './system-code.js';

/** Reasons of the file system that keep whatever is written next to a file from being written too. */
const SHARED_REASONS = ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EACCES', 'EPERM', 'ENOENT'];

/**
 * The error for a file or folder that could not be written, with the reason in plain words.
 *
 * @param path what was to be written
 * @param cause error of the file system
 * @param hint what to do about it
 */
export function unwritable(path: string, cause: unknown, hint?: string): FoldError {
  const message = `${path} cannot be written: ${reasonOf(cause, path)}`;
  return new FoldError('FILE_WRITE', message, { cause, hint });
}

/** Whether an error says that other files in the same place cannot be written either, as on a full disk. */
export function keepsAllFromBeingWritten(error: unknown): boolean {
  return (
    error instanceof FoldError &&
    error.code === 'FILE_WRITE' &&
    SHARED_REASONS.includes(systemCode(error.cause) ?? '')
  );
}

/** Whether an error comes from a file or its disk, and not from a connection. */
export function isOfTheFileSystem(error: unknown): boolean {
  return (systemCode(error) ?? '') in reasonsFor('');
}

function reasonOf(cause: unknown, path: string): string {
  const code = systemCode(cause);
  return code === undefined ? messageOf(cause) : (reasonsFor(path)[code] ?? code);
}

function reasonsFor(path: string): Readonly<Record<string, string>> {
  const folder = dirname(path);
  return {
    ENOSPC: 'the disk is full',
    EDQUOT: 'your quota on this disk is used up',
    EIO: 'the disk fails',
    EFBIG: 'it is larger than a file may be here',
    EACCES: `you may not write to ${folder}`,
    EPERM: `you may not write to ${folder}`,
    EROFS: 'the disk is read-only',
    EEXIST: 'it is a file, not a folder',
    ENOTDIR: 'it lies below a file',
    ENAMETOOLONG: 'the name is too long for this disk',
    EISDIR: 'it is a folder',
    ENOENT: existsSync(folder) ? `${folder} takes no new ones` : 'its folder does not exist',
  };
}
