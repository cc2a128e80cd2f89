import { inflateSync } from 'fflate';
import { FoldError, messageOf } from '#errors';
import { memoryBytes, type ByteSource } from '#weights/byte-source';

const LOCAL_HEADER = 0x04034b50;
const LOCAL_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED_FLAG = 1;
/**
 * Deflate can claim 1,032 bytes for each one in the file. Weights hardly shrink and pickles shrink about
 * tenfold: what claims more is an attack on our memory.
 */
const MAX_EXPANSION = 32;

/** One file of an archive, as its directory describes it. */
export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly flags: number;
  readonly compressedSize: number;
  readonly size: number;
  /** Position of the entry's own header. */
  readonly headerOffset: number;
}

/** Where the contents of an entry lie: in the archive itself, or inflated in memory. */
export interface ZipContents {
  readonly bytes: ByteSource;
  readonly offset: number;
  readonly size: number;
}

/**
 * Finds the contents of an entry; deflated ones are inflated when they are read.
 *
 * @param bytes the archive
 * @param entry from its directory
 * @throws FoldError `PARSE_CHECKPOINT`
 * @source PKWARE APPNOTE 6.3.10, section 4.3.7
 */
export function openZipEntry(bytes: ByteSource, entry: ZipEntry): ZipContents {
  const { name } = entry;
  const refuse = (
    problem: string,
    hint = 'The file is cut or damaged: fetch it again.',
  ): FoldError =>
    new FoldError('PARSE_CHECKPOINT', `${bytes.name}: "${name}" ${problem}`, { hint });
  if (entry.flags & ENCRYPTED_FLAG) throw refuse('is encrypted', 'Decrypt it first.');
  const offset = contentsOffset(bytes, entry, refuse);
  if (offset + entry.compressedSize > bytes.size) throw refuse('lies outside the file');
  if (entry.method === STORED) {
    if (entry.size !== entry.compressedSize) throw refuse('is stored in two sizes');
    return { bytes, offset, size: entry.size };
  }
  if (entry.method !== DEFLATED)
    throw refuse(`is compressed by method ${entry.method}`, 'Only deflate is read.');
  if (entry.size > entry.compressedSize * MAX_EXPANSION)
    throw refuse(`claims to grow more than ${MAX_EXPANSION}-fold when inflated`);
  const inflate = (): Uint8Array =>
    inflateExactly(bytes.read(offset, entry.compressedSize), entry.size, refuse);
  return { bytes: inflatedOnDemand(inflate, entry), offset: 0, size: entry.size };
}

/** Name of the entry that an archive begins with; nothing where the bytes do not begin as an archive. */
export function firstEntryName(bytes: ByteSource): string | undefined {
  if (bytes.size < LOCAL_BYTES) return undefined;
  const header = bytes.read(0, LOCAL_BYTES);
  const view = new DataView(header.buffer, header.byteOffset, LOCAL_BYTES);
  if (view.getUint32(0, true) !== LOCAL_HEADER) return undefined;
  const length = Math.min(view.getUint16(26, true), bytes.size - LOCAL_BYTES);
  return new TextDecoder().decode(bytes.read(LOCAL_BYTES, length));
}

type Refuse = (problem: string) => FoldError;

/** Behind the entry's own header, whose name and extra may differ in length from the directory's. */
function contentsOffset(bytes: ByteSource, { headerOffset }: ZipEntry, refuse: Refuse): number {
  if (headerOffset + LOCAL_BYTES > bytes.size) throw refuse('lies outside the file');
  const header = bytes.read(headerOffset, LOCAL_BYTES);
  const view = new DataView(header.buffer, header.byteOffset, LOCAL_BYTES);
  if (view.getUint32(0, true) !== LOCAL_HEADER) throw refuse('has no zip header');
  return headerOffset + LOCAL_BYTES + view.getUint16(26, true) + view.getUint16(28, true);
}

function inflateExactly(data: Uint8Array, size: number, refuse: Refuse): Uint8Array {
  let inflated: Uint8Array;
  try {
    // One byte of room tells a stream that is too long from one that fits.
    inflated = inflateSync(data, { out: new Uint8Array(size + 1) });
  } catch (cause) {
    throw refuse(`cannot be inflated (${messageOf(cause)})`);
  }
  if (inflated.length !== size) throw refuse(`does not inflate to ${size} bytes`);
  return inflated;
}

/** Contents that are inflated at the first read and kept only as long as memory allows. */
function inflatedOnDemand(inflate: () => Uint8Array, { name, size }: ZipEntry): ByteSource {
  let kept: WeakRef<Uint8Array> | undefined;
  return {
    name,
    size,
    read(offset, length, into) {
      let contents = kept?.deref();
      if (!contents) kept = new WeakRef((contents = inflate()));
      return memoryBytes(contents, name).read(offset, length, into);
    },
    close: () => undefined,
  };
}
