import { FoldError, messageOf } from '#errors';
import { AskedProcess } from '#process/asked-process';
import type { EntryQuestions } from './entry-process.js';
import { encodeBlock } from './library-format.js';
import type { EntryFile } from './read-entry.js';

/** The largest structures take a minute; what takes longer never ends. */
const DEADLINE_SECONDS = 1800;

/**
 * Reads structure files in several processes. A file that ends its process, since it needs more memory than there is, is
 * a broken file.
 *
 * @param files in any number; they are asked for as they are needed
 * @param numProcesses that read at a time
 * @param take gets each block, one at a time
 */
export async function readEntries(
  files: AsyncGenerator<EntryFile>,
  numProcesses: number,
  take: (block: Uint8Array) => Promise<void>,
): Promise<void> {
  let taking: Promise<void> = Promise.resolve();
  const work = async (): Promise<void> => {
    const reader = new AskedProcess<EntryQuestions>({
      parent: import.meta.url,
      entry: 'entry-process',
      deadlineSeconds: DEADLINE_SECONDS,
      whenDied: (how) => new FoldError('PROCESS_DIED', `the process that read it ended (${how})`),
    });
    try {
      // a generator gives one file at a time, whoever asks
      for (let item = await files.next(); !item.done; item = await files.next()) {
        const entry = item.value;
        const block = await reader
          .ask('read', entry)
          .catch((error: unknown) => brokenEntry(entry, error));
        taking = taking.then(() => take(block));
        await taking;
      }
    } finally {
      await reader.close();
    }
  };
  await Promise.all(Array.from({ length: numProcesses }, work));
}

/** The block of a file that cannot be used. */
function brokenEntry({ path, size, changed }: EntryFile, error: unknown): Uint8Array {
  const problem = messageOf(error);
  return encodeBlock({ path, size, changed, problem, chains: [] }, []);
}
