import { FoldError } from '#errors';
import type { Environment } from '#weights/node/cache';
import { databaseSource } from './database/database-source.js';
import { fileSource } from './file-source.js';
import type { AlignmentSource } from './found-alignment.js';
import { serverSource } from './server/server-source.js';

const DATABASE = /^database:(.*)$/s;

/** What the words that people write do not say. */
export interface SourceSettings {
  /** Address of the server, where one is asked. */
  readonly server?: string | undefined;
  readonly environment?: Environment;
}

/**
 * The source of alignments that people name: `none`, `server`, `database:DIR`, or a file or folder.
 *
 * @param words as written; a file called like one of the words can be written `./server`
 * @param settings see {@link SourceSettings}
 * @returns undefined for `none`
 * @throws FoldError `USAGE`
 */
export function alignmentSource(
  words: string,
  { server, environment = process.env }: SourceSettings = {},
): AlignmentSource | undefined {
  if (words === 'none') return undefined;
  const { CODONFOLD_CONTACT: contact, MMSEQS: program } = environment;
  if (words === 'server') return serverSource({ url: server, contact, environment });
  const folder = DATABASE.exec(words)?.[1];
  if (folder === '' || words === '')
    throw new FoldError('USAGE', 'a folder with databases or alignments has no name', {
      hint: 'write database:DIR, or the path of a file or folder',
    });
  return folder === undefined
    ? fileSource(words)
    : databaseSource(folder, { program: program || undefined });
}
