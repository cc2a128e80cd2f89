import { FoldError, messageOf } from '#errors';
import type { ByteSource } from './byte-source.js';
import { BYTES_PER_ELEMENT, isDType } from './dtype.js';
import type { StoredTensor } from './stored-tensors.js';

/** The first eight bytes: length of the JSON header. */
const LENGTH_BYTES = 8;
/** The reference reader's own limit: a model of 10^6 tensors needs about this much. */
export const MAX_HEADER_BYTES = 100_000_000;

/** What a safetensors file says about itself. */
export interface SafetensorsHeader {
  readonly metadata: ReadonlyMap<string, string>;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Bytes before those of the first tensor. */
  readonly start: number;
}

/**
 * Reads and checks the header: every tensor inside the file, none overlapping, no byte unaccounted for.
 * Nothing is allocated beyond the header itself.
 *
 * @param bytes the whole file
 * @param options `isGrowing`: whether bytes may follow that no tensor accounts for yet
 * @throws FoldError `PARSE_SAFETENSORS`
 * @source huggingface/safetensors, README "Format"
 */
export function readSafetensorsHeader(
  bytes: ByteSource,
  { isGrowing = false }: { readonly isGrowing?: boolean } = {},
): SafetensorsHeader {
  const refuse = refuser(bytes.name);
  if (bytes.size < LENGTH_BYTES) throw refuse(`${bytes.size} bytes are too few for a header`);
  const prefix = bytes.read(0, LENGTH_BYTES);
  const view = new DataView(prefix.buffer, prefix.byteOffset, LENGTH_BYTES);
  const headerBytes = Number(view.getBigUint64(0, true));
  if (headerBytes > MAX_HEADER_BYTES)
    throw refuse(`header of ${headerBytes} bytes; at most ${MAX_HEADER_BYTES} are allowed`);
  const dataStart = LENGTH_BYTES + headerBytes;
  if (dataStart > bytes.size)
    throw refuse(`header of ${headerBytes} bytes in a file of ${bytes.size}`, 'The file is cut.');

  const metadata = new Map<string, string>();
  const tensors = new Map<string, StoredTensor>();
  const header = parseHeader(bytes.read(LENGTH_BYTES, headerBytes), refuse);
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') readMetadata(entry, metadata, refuse);
    else tensors.set(name, readEntry(name, entry, { bytes, dataStart, refuse }));
  }
  const end = checkCoverage(tensors, dataStart, refuse);
  if (end > bytes.size || (end < bytes.size && !isGrowing)) throw wrongEnd(end, bytes.size, refuse);
  return { metadata, tensors, start: dataStart };
}

type Refuse = (problem: string, hint?: string) => FoldError;

function refuser(source: string): Refuse {
  return (problem, hint = 'Is it a safetensors file, and whole?') =>
    new FoldError('PARSE_SAFETENSORS', `${source}: ${problem}`, { hint });
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;

function parseHeader(json: Uint8Array, refuse: Refuse): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch (cause) {
    throw refuse(`the header is not JSON (${messageOf(cause)})`);
  }
  if (!isRecord(header)) throw refuse('the header is not a JSON object');
  return header;
}

function readMetadata(entry: unknown, into: Map<string, string>, refuse: Refuse): void {
  if (!isRecord(entry)) throw refuse('__metadata__ is not an object');
  for (const [key, value] of Object.entries(entry)) {
    if (typeof value !== 'string') throw refuse(`__metadata__.${key} is not text`);
    into.set(key, value);
  }
}

function readEntry(
  name: string,
  entry: unknown,
  { bytes, dataStart, refuse }: { bytes: ByteSource; dataStart: number; refuse: Refuse },
): StoredTensor {
  if (!isRecord(entry)) throw refuse(`tensor "${name}" is not described by an object`);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (!isDType(dtype)) {
    const known = Object.keys(BYTES_PER_ELEMENT).join(', ');
    throw refuse(
      `tensor "${name}" has element type ${dtype === undefined ? 'none' : JSON.stringify(dtype)}`,
      `Known types are ${known}: convert the tensor first.`,
    );
  }
  if (!Array.isArray(shape) || !shape.every(isCount))
    throw refuse(`tensor "${name}" has no valid shape`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount))
    throw refuse(`tensor "${name}" has no valid data_offsets`);
  const [begin, end] = offsets as [number, number];
  const numBytes = shape.reduce((bytes, size) => bytes * size, BYTES_PER_ELEMENT[dtype]);
  if (end - begin !== numBytes)
    throw refuse(
      `tensor "${name}" [${shape.join(', ')}] of ${dtype} needs ${numBytes} bytes, its offsets give ${end - begin}`,
    );
  return { dtype, shape, bytes, offset: dataStart + begin };
}

/** Walks the tensors in file order: each must begin where the one before it ended. Returns where the last one ends. */
function checkCoverage(
  tensors: ReadonlyMap<string, StoredTensor>,
  dataStart: number,
  refuse: Refuse,
): number {
  const inOrder = [...tensors].map(([name, { dtype, shape, offset }]) => ({
    name,
    offset,
    end: offset + shape.reduce((bytes, size) => bytes * size, BYTES_PER_ELEMENT[dtype]),
  }));
  inOrder.sort((a, b) => a.offset - b.offset || a.end - b.end);
  let expected = dataStart;
  for (const { name, offset, end } of inOrder) {
    if (offset !== expected) {
      const fault = offset < expected ? 'overlaps the tensor before it' : 'leaves a gap before it';
      throw refuse(`tensor "${name}" begins at byte ${offset}, not ${expected}: it ${fault}`);
    }
    expected = end;
  }
  return expected;
}

function wrongEnd(end: number, fileBytes: number, refuse: Refuse): FoldError {
  return refuse(
    `tensors end at byte ${end}, the file at ${fileBytes}`,
    end > fileBytes ? 'The file is cut: fetch it again.' : 'The file has bytes too many.',
  );
}
