import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '#machine/make-folder';
import { unwritable } from '#machine/unwritable';
import { writeWhole } from '#machine/write-whole';
import { cacheDirectory, type Environment } from '#weights/node/cache';

const OTHER_FOLDER = 'CODONFOLD_CACHE names another folder for what is kept.';

/** A file of the cache. */
export interface KeptFile {
  readonly path: string;
  /** Undefined where there is none. */
  read(): Promise<Uint8Array | undefined>;
  /** Keeps it, in one step. */
  write(content: Uint8Array | string): Promise<void>;
  remove(): Promise<void>;
}

/** Folder for all that the PDB's servers answered, in the cache of the installation. @throws FoldError `FILE_WRITE` */
export function templateFolder(environment: Environment): string {
  const folder = join(cacheDirectory(environment), 'templates');
  makeFolder(folder, OTHER_FOLDER);
  return folder;
}

/** Where the answer to a search is kept: a file named by the hash of what was asked. */
export function keptSearch(folder: string, asked: unknown): KeptFile {
  const hash = createHash('sha256').update(JSON.stringify(asked)).digest('hex').slice(0, 32);
  return keptFile(join(folder, `search-${hash}.json`));
}

/** Where the file of an entry is kept. */
export function keptEntry(folder: string, entry: string): KeptFile {
  return keptFile(join(folder, `${entry}.cif.gz`));
}

function keptFile(path: string): KeptFile {
  return {
    path,
    read: () => readFile(path).catch(() => undefined),
    write: (content) => writeWhole(path, content, OTHER_FOLDER),
    remove: () =>
      rm(path, { force: true }).catch((cause: unknown) => {
        throw unwritable(path, cause, OTHER_FOLDER);
      }),
  };
}
