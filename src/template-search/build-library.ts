import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { FoldError } from '#errors';
import { GrowingFile, partOf } from '#machine/growing-file';
import { aatypeOf } from '#sequence/amino-acids';
import { entryFiles } from './entry-files.js';
import { readEntries } from './entry-readers.js';
import {
  BLOCK_PREFIX,
  COLUMN_BYTES,
  decodeBlock,
  END_BYTES,
  HEAD_BYTES,
  LIBRARY_VERSION,
  MAGIC,
  type BlockHeader,
} from './library-format.js';
import type { EntryFile } from './read-entry.js';

/** Sequences are written in pieces of about this size. */
const PIECE_BYTES = 4 << 20;
const HINT = '-o writes elsewhere';

/** What a library was made of. */
export interface BuiltLibrary {
  readonly numFiles: number;
  readonly numChains: number;
  readonly numResidues: number;
  /** Files that could not be used, and why. */
  readonly problems: readonly { readonly path: string; readonly problem: string }[];
}

/** How the building of a library is watched, stopped and divided. */
export interface BuildOptions {
  readonly numProcesses: number;
  readonly signal: AbortSignal;
  /** Called after each file; `numKept` were read by an earlier run. */
  readonly onProgress: (counts: { readonly numRead: number; readonly numKept: number }) => void;
}

/**
 * Makes a library of all structure files of a folder. Until it is whole it is called `PATH.part`; a later run goes on
 * with what is there of files that have not changed since.
 *
 * @param folder with PDB and mmCIF files, packed by gzip or not, in folders of any depth
 * @param path of the library
 * @throws FoldError `FILE_READ` where there is no structure file, `FILE_WRITE`; the reason of the signal
 */
export async function buildLibrary(
  folder: string,
  path: string,
  { numProcesses, signal, onProgress }: BuildOptions,
): Promise<BuiltLibrary> {
  const out = await GrowingFile.open(path, HINT);
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    head.write(MAGIC);
    head.writeUInt32LE(LIBRARY_VERSION, 8);
    const isOurs = await out.beginsWith(head);
    if (!isOurs) {
      await out.truncate(0);
      await out.write(0, head);
    }
    const kept = new Map<string, number>();
    let size = HEAD_BYTES;
    for await (const { header, offset, end } of blocksOf(partOf(path))) {
      kept.set(keyOf(header), offset);
      size = end;
    }
    await out.truncate(size);
    const wanted = new Set<number>();
    let numRead = 0;
    const missing = async function* (): AsyncGenerator<EntryFile> {
      for await (const entry of entryFiles(folder)) {
        signal.throwIfAborted();
        const offset = kept.get(keyOf(entry));
        if (offset === undefined) yield entry;
        else wanted.add(offset);
      }
    };
    await readEntries(missing(), numProcesses, async (block) => {
      await out.write(size, block);
      wanted.add(size);
      size += block.length;
      numRead++;
      onProgress({ numRead, numKept: wanted.size - numRead });
    });
    if (wanted.size === 0)
      throw new FoldError('FILE_READ', `${folder} has no structure files`, {
        hint: 'their names end in .pdb, .ent or .cif, or in one of these and .gz',
      });
    const built = await writeIndex(out, partOf(path), { wanted, start: size });
    await out.finish();
    return built;
  } catch (error) {
    await out.close().catch(() => undefined);
    throw error;
  }
}

function keyOf({ path, size, changed }: Pick<BlockHeader, 'path' | 'size' | 'changed'>): string {
  return `${size} ${changed} ${path}`;
}

/** All blocks of a library that are complete. */
async function* blocksOf(path: string) {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const prefix = Buffer.alloc(BLOCK_PREFIX);
    for (let offset = HEAD_BYTES; offset + BLOCK_PREFIX <= size;) {
      if (!(await readFully(file, prefix, offset))) return;
      const length = prefix.readUInt32LE(0);
      if (offset + BLOCK_PREFIX + length > size) return; // cut off, or no block
      const payload = Buffer.alloc(length);
      if (!(await readFully(file, payload, offset + BLOCK_PREFIX))) return;
      const block = decodeBlock(payload, prefix.readUInt32LE(4));
      if (!block) return;
      const end = offset + BLOCK_PREFIX + payload.length;
      yield { header: block.header, checksum: prefix.readUInt32LE(4), offset, end };
      offset = end;
    }
  } finally {
    await file.close();
  }
}

async function readFully(file: FileHandle, into: Buffer, position: number): Promise<boolean> {
  let done = 0;
  while (done < into.length) {
    const { bytesRead } = await file.read(into, done, into.length - done, position + done);
    if (bytesRead === 0) return false;
    done += bytesRead;
  }
  return true;
}

/** Writes sequences, columns and end behind the blocks. */
async function writeIndex(
  out: GrowingFile,
  part: string,
  { wanted, start }: { readonly wanted: ReadonlySet<number>; readonly start: number },
): Promise<BuiltLibrary> {
  const hash = createHash('sha256');
  let at = start;
  const write = async (bytes: Buffer): Promise<void> => {
    hash.update(bytes);
    await out.write(at, bytes);
    at += bytes.length;
  };
  const columns: Column[] = [];
  const problems: { path: string; problem: string }[] = [];
  let numResidues = 0;
  let pieces: Uint8Array[] = [];
  let waiting = 0;
  for await (const { header, checksum, offset } of blocksOf(part)) {
    if (offset >= start) break;
    if (!wanted.has(offset)) continue;
    const { path, problem, facts, chains } = header;
    if (problem !== undefined) problems.push({ path, problem });
    const date = Number((facts?.date ?? '').replaceAll('-', ''));
    for (const [place, { sequence }] of chains.entries()) {
      pieces.push(aatypeOf(sequence));
      waiting += sequence.length;
      numResidues += sequence.length;
      columns.push({ end: numResidues, place, date, checksum, offset });
    }
    if (waiting < PIECE_BYTES) continue;
    await write(Buffer.concat(pieces));
    [pieces, waiting] = [[], 0];
  }
  await write(Buffer.concat(pieces));
  await write(columnBytes(columns));
  const end = Buffer.alloc(END_BYTES);
  end.write(MAGIC);
  end.writeUInt32LE(LIBRARY_VERSION, 8);
  end.writeUInt32LE(columns.length, 12);
  end.writeDoubleLE(start, 16);
  end.writeDoubleLE(numResidues, 24);
  hash.digest().copy(end, 32);
  await out.write(at, end);
  return { numFiles: wanted.size, numChains: columns.length, numResidues, problems };
}

/** What the index says of a chain. */
interface Column {
  readonly end: number;
  readonly place: number;
  readonly date: number;
  readonly checksum: number;
  readonly offset: number;
}

function columnBytes(columns: readonly Column[]): Buffer {
  const bytes = Buffer.alloc(COLUMN_BYTES * columns.length);
  const { length } = columns;
  for (const [chain, { end, place, date, checksum, offset }] of columns.entries()) {
    for (const [column, value] of [end, place, date, checksum].entries())
      bytes.writeUInt32LE(value, 4 * (column * length + chain));
    bytes.writeDoubleLE(offset, 16 * length + 8 * chain);
  }
  return bytes;
}
