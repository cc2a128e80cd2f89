import { existsSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Says in plain words why a file or folder could not be written.
 *
 * @param error of the file system
 * @param path what was to be written
 */
export function unwritableReason(error: unknown, path: string): string {
  const { code = '' } = error as NodeJS.ErrnoException;
  const folder = dirname(path);
  const reasons: Record<string, string> = {
    ENOSPC: 'the disk is full',
    EACCES: `you may not write to ${folder}`,
    EPERM: `you may not write to ${folder}`,
    EROFS: 'the disk is read-only',
    EEXIST: 'it is a file, not a folder',
    ENOTDIR: 'it lies below a file',
    ENAMETOOLONG: 'the name is too long for this disk',
    EISDIR: 'it is a folder',
    ENOENT: existsSync(folder) ? `${folder} takes no new ones` : 'its folder does not exist',
  };
  return reasons[code] ?? code;
}
