import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { weightFileIn as weightFileAmong, type FileFolder } from '#weights/file-folder';
import { stampOf, type FileStamp } from './file-stamp.js';
import { openFile } from './open-file.js';

/**
 * The files of a folder on disk.
 *
 * @param opened every file that is opened is entered here, as it was then
 */
export function diskFolder(directory: string, opened: FileStamp[] = []): FileFolder {
  const pathOf = (name: string): string => join(directory, name);
  return {
    pathOf,
    has: (name) => existsSync(pathOf(name)),
    open(name) {
      opened.push(stampOf(pathOf(name)));
      return openFile(pathOf(name));
    },
  };
}

/** Name of the file that a folder's tensors are read from; undefined where it holds none. */
export function weightFileIn(directory: string): string | undefined {
  return weightFileAmong(diskFolder(directory));
}
