import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '#machine/make-folder';
import { unwritable } from '#machine/unwritable';
import { writeWhole } from '#machine/write-whole';
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
  const read = (name: string): Promise<Uint8Array | undefined> =>
    readFile(join(folder, name)).catch(() => undefined);
  const write = (name: string, content: Uint8Array | string): Promise<void> =>
    writeWhole(join(folder, name), content, OTHER_FOLDER);
  const remove = (name: string): Promise<void> =>
    rm(join(folder, name), { force: true }).catch((cause: unknown) => {
      throw unwritable(join(folder, name), cause, OTHER_FOLDER);
    });
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
