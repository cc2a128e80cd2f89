import { opendir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { EntryFile } from './read-entry.js';

const STRUCTURE = /\.(pdb|ent|cif|mmcif)(\.gz)?$/i;

/** All structure files of a folder and of those in it, in the order of their names. */
export async function* entryFiles(folder: string, root = folder): AsyncGenerator<EntryFile> {
  const names: string[] = [];
  for await (const { name } of await opendir(folder)) names.push(name);
  for (const name of names.sort()) {
    const file = join(folder, name);
    const found = await stat(file).catch(() => undefined); // mirrors are full of links, some lead nowhere
    if (found?.isDirectory()) yield* entryFiles(file, root);
    else if (found?.isFile() && STRUCTURE.test(name))
      yield { file, path: relative(root, file), size: found.size, changed: found.mtimeMs };
  }
}
