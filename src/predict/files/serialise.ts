/**
 * @file A prediction as bytes, for stores and process boundaries.
 *
 * Layout, little-endian: 8 bytes `codonfld`, uint32 version, uint32 length of the header, 32 bytes SHA-256 of all that
 * follows, the header as JSON padded with blanks to a multiple of 8, then the arrays in the order of `ARRAYS`, each
 * padded with zeros to a multiple of 8.
 */
import { FoldError } from '#errors';
import type { Prediction } from '#predict/prediction';

const MAGIC = 'codonfld';
const VERSION = 1;
const PREFIX_LENGTH = 48;
const HASHED_FROM = PREFIX_LENGTH;

/** The arrays of a prediction and how many numbers each holds; `D` is the length of the embedding. */
const ARRAYS = {
  aatype: { type: Uint8Array, length: (n: number) => n },
  chainIndex: { type: Int32Array, length: (n: number) => n },
  residueNumber: { type: Int32Array, length: (n: number) => n },
  atom14: { type: Float32Array, length: (n: number) => 42 * n },
  atom14Mask: { type: Uint8Array, length: (n: number) => 14 * n },
  plddt: { type: Float32Array, length: (n: number) => n },
  pae: { type: Float32Array, length: (n: number) => n * n },
  contacts: { type: Float32Array, length: (n: number) => n * n },
  embedding: { type: Float32Array, length: (_: number, d: number) => d },
} as const;

type ArrayName = keyof typeof ARRAYS;
type Header = Omit<Prediction, ArrayName> & {
  readonly numResidues: number;
  readonly embeddingSize: number;
};

const padded = (length: number): number => Math.ceil(length / 8) * 8;

/**
 * Writes a prediction as bytes that {@link deserialisePrediction} reads back without loss, apart from its title: the same
 * result may be asked for under several.
 *
 * @param prediction whose arrays agree on N
 */
export async function serialisePrediction(
  prediction: Prediction,
): Promise<Uint8Array<ArrayBuffer>> {
  const { name, model, engine, numRecycles, recycling, chains, meanPlddt, ptm, maxPae } =
    prediction;
  const { complex, alignment, templates } = prediction;
  const [numResidues, embeddingSize] = [prediction.aatype.length, prediction.embedding.length];
  const scalars = {
    ...{ name, model, numRecycles, chains, meanPlddt, ptm, maxPae },
    ...(engine ? { engine } : {}),
    ...(recycling ? { recycling } : {}),
    ...(complex ? { complex } : {}),
    ...(alignment ? { alignment } : {}),
    ...(templates ? { templates } : {}),
  };
  const json = new TextEncoder().encode(
    JSON.stringify({ ...scalars, numResidues, embeddingSize } satisfies Header),
  );
  const header = new Uint8Array(padded(json.length)).fill(' '.charCodeAt(0));
  header.set(json);
  const arrays = arrayNames().map((array) => bytesOf(prediction[array]));
  const total = arrays.reduce((sum, { length }) => sum + padded(length), header.length);
  const bytes = new Uint8Array(PREFIX_LENGTH + total);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(MAGIC));
  view.setUint32(8, VERSION, true);
  view.setUint32(12, header.length, true);
  let offset = PREFIX_LENGTH;
  for (const part of [header, ...arrays]) {
    bytes.set(part, offset);
    offset += padded(part.length);
  }
  bytes.set(await sha256(bytes.subarray(HASHED_FROM)), 16);
  return bytes;
}

/**
 * Reads what {@link serialisePrediction} wrote; the arrays are views of `bytes` where its alignment allows.
 *
 * @param bytes the whole of it
 * @throws FoldError `PREDICTION_DAMAGED` for anything else, a single changed bit included
 */
export async function deserialisePrediction(bytes: Uint8Array<ArrayBuffer>): Promise<Prediction> {
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  const header = await checkedHeader(aligned);
  const { numResidues, embeddingSize, ...scalars } = header;
  let offset = PREFIX_LENGTH + headerLength(aligned);
  const read = <A extends ArrayName>(name: A): Prediction[A] => {
    const { type, length } = ARRAYS[name];
    const count = length(numResidues, embeddingSize);
    const size = count * type.BYTES_PER_ELEMENT;
    if (offset + size > aligned.length) throw damaged(`${name} is cut off`);
    const array = new type(aligned.buffer, aligned.byteOffset + offset, count);
    offset += padded(size);
    return array as Prediction[A];
  };
  const arrays = Object.fromEntries(arrayNames().map((name) => [name, read(name)]));
  return { ...scalars, ...(arrays as Pick<Prediction, ArrayName>) };
}

async function checkedHeader(bytes: Uint8Array<ArrayBuffer>): Promise<Header> {
  const magic = new TextDecoder().decode(bytes.subarray(0, MAGIC.length));
  if (bytes.length < PREFIX_LENGTH || magic !== MAGIC)
    throw damaged('it is not a stored prediction');
  const version = new DataView(bytes.buffer, bytes.byteOffset).getUint32(8, true);
  if (version !== VERSION)
    throw damaged(`it has version ${version}, and this program reads version ${VERSION}`);
  const expected = bytes.subarray(16, PREFIX_LENGTH);
  const found = await sha256(bytes.subarray(HASHED_FROM));
  if (found.some((byte, i) => byte !== expected[i])) throw damaged('its checksum does not match');
  const header = bytes.subarray(PREFIX_LENGTH, PREFIX_LENGTH + headerLength(bytes));
  return JSON.parse(new TextDecoder().decode(header)) as Header;
}

function headerLength(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(12, true);
}

function arrayNames(): ArrayName[] {
  return Object.keys(ARRAYS) as ArrayName[];
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

function damaged(what: string): FoldError {
  return new FoldError('PREDICTION_DAMAGED', `the stored prediction cannot be read: ${what}`, {
    hint: 'predict it again',
  });
}
