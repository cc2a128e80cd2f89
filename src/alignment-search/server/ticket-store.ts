import { createHash, randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FoldError } from '#errors';
import { makeFolder } from '#machine/make-folder';
import { unwritableReason } from '#machine/unwritable-reason';
import { cacheDirectory, type Environment } from '#weights/node/cache';
import type { TicketQuery } from './protocol.js';

const RESULT = 'result.tar.gz';
const TICKET = 'ticket.json';
const OTHER_FOLDER = 'CODONFOLD_CACHE names another folder for what is kept.';

/** What is kept of a query: its ticket while the server works, then the answer. */
export interface StoredTicket {
  /** Answer that was kept, packed as it came; undefined where there is none. */
  readResult(): Promise<Uint8Array | undefined>;
  /** Keeps the answer, in one step, and forgets the ticket. */
  writeResult(packed: Uint8Array): Promise<void>;
  /** Throws away an answer that cannot be read. */
  removeResult(): Promise<void>;
  readTicket(): Promise<string | undefined>;
  writeTicket(id: string): Promise<void>;
  removeTicket(): Promise<void>;
}

/** Folder for all that servers answered, in the cache of the installation. */
export function searchFolder(environment: Environment): string {
  return join(cacheDirectory(environment), 'alignments');
}

/**
 * Where a query is kept: a folder named by the hash of server, mode and sequences.
 *
 * @param server its address
 * @param query what is asked
 * @param environment names the cache
 * @throws FoldError `FILE_WRITE` where the folder cannot be made
 */
export function storedTicket(
  server: URL,
  query: TicketQuery,
  environment: Environment,
): StoredTicket {
  const asked = JSON.stringify([server.href, query.kind, query.mode, query.sequences]);
  const hash = createHash('sha256').update(asked).digest('hex').slice(0, 32);
  const folder = join(searchFolder(environment), hash);
  makeFolder(folder, OTHER_FOLDER);
  const attempt = async (path: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (cause) {
      const message = `${path} cannot be written: ${unwritableReason(cause, path)}`;
      throw new FoldError('FILE_WRITE', message, { cause, hint: OTHER_FOLDER });
    }
  };
  const read = (name: string): Promise<Uint8Array | undefined> =>
    readFile(join(folder, name)).catch(() => undefined);
  const write = (name: string, content: Uint8Array | string): Promise<void> =>
    attempt(join(folder, name), async () => {
      const part = join(folder, `${name}.${randomUUID()}`);
      await writeFile(part, content);
      await rename(part, join(folder, name));
    });
  const remove = (name: string): Promise<void> =>
    attempt(join(folder, name), () => rm(join(folder, name), { force: true }));
  return {
    readResult: () => read(RESULT),
    async writeResult(packed) {
      await write(RESULT, packed);
      await remove(TICKET);
    },
    removeResult: () => remove(RESULT),
    async readTicket() {
      const text = await read(TICKET);
      return text === undefined ? undefined : idIn(new TextDecoder().decode(text));
    },
    writeTicket: (id) => write(TICKET, JSON.stringify({ id, submitted: new Date().toISOString() })),
    removeTicket: () => remove(TICKET),
  };
}

/** The id in a ticket's file; undefined where a full disk or a person left something else there. */
function idIn(text: string): string | undefined {
  try {
    const { id } = JSON.parse(text) as { id?: unknown };
    return typeof id === 'string' && /^[\w-]+$/.test(id) ? id : undefined;
  } catch {
    return undefined;
  }
}
