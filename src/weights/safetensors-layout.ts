import { BYTES_PER_ELEMENT } from './dtype.js';
import { numElements, type TensorInfo } from './tensor-source.js';

/** The header is padded to this, so that tensors may be mapped in place. */
const ALIGNMENT = 8;

/** How a safetensors file will look, before any value is known. */
export interface SafetensorsLayout {
  /** Length and header: all bytes before those of the first tensor. */
  readonly head: Uint8Array;
  /** Names of the tensors, in the order of their bytes. */
  readonly order: readonly string[];
  /** Of the whole file. */
  readonly numBytes: number;
}

/**
 * Plans a safetensors file. Tensors are laid out by falling element size, then by name, so that each is
 * aligned and the same tensors always give the same bytes.
 *
 * @param tensors by name
 * @param metadata notes to keep with them
 * @source huggingface/safetensors, README "Format"
 */
export function layOutSafetensors(
  tensors: ReadonlyMap<string, TensorInfo>,
  metadata: ReadonlyMap<string, string>,
): SafetensorsLayout {
  const ordered = [...tensors].sort(
    ([nameA, a], [nameB, b]) =>
      BYTES_PER_ELEMENT[b.dtype] - BYTES_PER_ELEMENT[a.dtype] || (nameA < nameB ? -1 : 1),
  );
  const placed = new Map<string, PlacedTensor>();
  let offset = 0;
  for (const [name, { dtype, shape }] of ordered) {
    placed.set(name, { dtype, shape, offset });
    offset += numBytesOf({ dtype, shape });
  }
  const head = encodeSafetensorsHead(placed, metadata);
  return { head, order: ordered.map(([name]) => name), numBytes: head.length + offset };
}

/** A tensor and where its bytes begin, counted from the first byte of all tensors. */
export interface PlacedTensor extends TensorInfo {
  readonly offset: number;
}

/**
 * Length and header of a safetensors file. Names that are also array indices would change places in an object: the JSON
 * is put together by hand.
 *
 * @param tensors by name
 * @param metadata notes to keep with them
 * @param leastBytes how long it is at least; what is left over stays blank
 */
export function encodeSafetensorsHead(
  tensors: ReadonlyMap<string, PlacedTensor>,
  metadata: ReadonlyMap<string, string>,
  leastBytes = 0,
): Uint8Array {
  const entries: [string, object][] = [...tensors].map(([name, { dtype, shape, offset }]) => [
    name,
    { dtype, shape, data_offsets: [offset, offset + numBytesOf({ dtype, shape })] },
  ]);
  if (metadata.size > 0) entries.unshift(['__metadata__', sortedRecord(metadata)]);
  const fields = entries.map(([name, entry]) => `${JSON.stringify(name)}:${JSON.stringify(entry)}`);
  const json = new TextEncoder().encode(`{${fields.join(',')}}`);
  const length = Math.ceil(Math.max(json.length, leastBytes - 8) / ALIGNMENT) * ALIGNMENT;
  const head = new Uint8Array(8 + length).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(length), true);
  head.set(json, 8);
  return head;
}

/** Bytes that a tensor takes. */
export function numBytesOf({ dtype, shape }: TensorInfo): number {
  return numElements(shape) * BYTES_PER_ELEMENT[dtype];
}

const sortedRecord = (metadata: ReadonlyMap<string, string>): object =>
  Object.fromEntries([...metadata].sort(([a], [b]) => (a < b ? -1 : 1)));
