import { FoldError, invariant } from '#errors';
import type { ByteSource } from '#weights/byte-source';
import { firstEntryName, openZipEntry, type ZipContents, type ZipEntry } from './zip-entry.js';

const END_OF_DIRECTORY = 0x06054b50;
const ZIP64_LOCATOR = 0x07064b50;
const ZIP64_END_OF_DIRECTORY = 0x06064b50;
const DIRECTORY_ENTRY = 0x02014b50;
const END_BYTES = 22;
const LOCATOR_BYTES = 20;
const ENTRY_BYTES = 46;
const MAX_COMMENT_BYTES = 0xffff;
const SEE_ZIP64 = 0xffffffff;
const ZIP64_EXTRA = 0x0001;

/** The directory of a zip archive. */
export interface ZipArchive {
  readonly names: Iterable<string>;
  has(name: string): boolean;
  /** Where the contents of a file lie. */
  open(name: string): ZipContents;
}

type Refuse = (problem: string, hint?: string) => FoldError;

/**
 * Reads the central directory of a zip archive, plain or zip64.
 *
 * @param bytes the whole file
 * @throws FoldError `PARSE_CHECKPOINT`
 * @source PKWARE APPNOTE 6.3.10, sections 4.3 and 4.5.3
 */
export function readZip(bytes: ByteSource): ZipArchive {
  const refuse: Refuse = (problem, hint = 'The file is cut or damaged: fetch it again.') =>
    new FoldError('PARSE_CHECKPOINT', `${bytes.name}: ${problem}`, { hint });
  const entries = readEntries(bytes, findDirectory(bytes, refuse), refuse);
  return {
    names: { [Symbol.iterator]: () => entries.keys() },
    has: (name) => entries.has(name),
    open(name) {
      const entry = entries.get(name);
      invariant(entry !== undefined, `${name} is not in the archive`);
      return openZipEntry(bytes, entry);
    },
  };
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

interface Directory {
  readonly offset: number;
  readonly size: number;
}

/** The end record stands last, behind it only a comment whose length it states. */
function findDirectory(bytes: ByteSource, refuse: Refuse): Directory {
  const tailBytes = Math.min(bytes.size, END_BYTES + MAX_COMMENT_BYTES);
  const tail = viewOf(bytes.read(bytes.size - tailBytes, tailBytes));
  for (let at = tailBytes - END_BYTES; at >= 0; at--) {
    if (tail.getUint32(at, true) !== END_OF_DIRECTORY) continue;
    if (at + END_BYTES + tail.getUint16(at + 20, true) !== tailBytes) continue;
    const end = bytes.size - tailBytes + at;
    const directory = zip64Directory(bytes, end, refuse) ?? {
      size: tail.getUint32(at + 12, true),
      offset: tail.getUint32(at + 16, true),
    };
    if (directory.offset + directory.size > end)
      throw refuse('the zip directory lies outside the file');
    return directory;
  }
  throw firstEntryName(bytes) === undefined
    ? refuse('has no zip directory')
    : refuse(`is cut short: it has ${bytes.size} bytes, and its zip directory would be the last`);
}

function zip64Directory(bytes: ByteSource, end: number, refuse: Refuse): Directory | undefined {
  if (end < LOCATOR_BYTES) return undefined;
  const locator = viewOf(bytes.read(end - LOCATOR_BYTES, LOCATOR_BYTES));
  if (locator.getUint32(0, true) !== ZIP64_LOCATOR) return undefined;
  const at = Number(locator.getBigUint64(8, true));
  if (at + 56 > end) throw refuse('the zip64 directory lies outside the file');
  const record = viewOf(bytes.read(at, 56));
  if (record.getUint32(0, true) !== ZIP64_END_OF_DIRECTORY) throw refuse('has no zip64 directory');
  return {
    size: Number(record.getBigUint64(40, true)),
    offset: Number(record.getBigUint64(48, true)),
  };
}

function readEntries(
  bytes: ByteSource,
  directory: Directory,
  refuse: Refuse,
): ReadonlyMap<string, ZipEntry> {
  const raw = bytes.read(directory.offset, directory.size);
  const view = viewOf(raw);
  const decoder = new TextDecoder();
  const entries = new Map<string, ZipEntry>();
  for (let at = 0; at < raw.length;) {
    if (at + ENTRY_BYTES > raw.length || view.getUint32(at, true) !== DIRECTORY_ENTRY)
      throw refuse(`the zip directory is damaged at byte ${directory.offset + at}`);
    const nameEnd = at + ENTRY_BYTES + view.getUint16(at + 28, true);
    const extraEnd = nameEnd + view.getUint16(at + 30, true);
    const next = extraEnd + view.getUint16(at + 32, true);
    if (next > raw.length) throw refuse('the zip directory is cut');
    const name = decoder.decode(raw.subarray(at + ENTRY_BYTES, nameEnd));
    if (entries.has(name)) throw refuse(`the zip directory names "${name}" twice`);
    entries.set(name, { name, ...readEntry(view, at, raw.subarray(nameEnd, extraEnd)) });
    at = next;
  }
  return entries;
}

function readEntry(view: DataView, at: number, extra: Uint8Array): Omit<ZipEntry, 'name'> {
  const wide = zip64Fields(extra);
  const field = (position: number): number => {
    const value = view.getUint32(at + position, true);
    return value === SEE_ZIP64 ? (wide.shift() ?? value) : value;
  };
  // The zip64 extra holds only the fields that overflowed, in this order.
  const size = field(24);
  const compressedSize = field(20);
  const headerOffset = field(42);
  return {
    size,
    compressedSize,
    headerOffset,
    flags: view.getUint16(at + 8, true),
    method: view.getUint16(at + 10, true),
  };
}

function zip64Fields(extra: Uint8Array): number[] {
  const view = viewOf(extra);
  for (let at = 0; at + 4 <= extra.length;) {
    const length = Math.min(view.getUint16(at + 2, true), extra.length - at - 4);
    if (view.getUint16(at, true) === ZIP64_EXTRA)
      return Array.from({ length: Math.floor(length / 8) }, (_, i) =>
        Number(view.getBigUint64(at + 4 + 8 * i, true)),
      );
    at += 4 + length;
  }
  return [];
}
