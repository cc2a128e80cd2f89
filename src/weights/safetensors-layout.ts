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
  const entries: [string, object][] = [];
  if (metadata.size > 0) entries.push(['__metadata__', sortedRecord(metadata)]);
  let offset = 0;
  for (const [name, { dtype, shape }] of ordered) {
    const end = offset + numElements(shape) * BYTES_PER_ELEMENT[dtype];
    entries.push([name, { dtype, shape, data_offsets: [offset, end] }]);
    offset = end;
  }
  const head = encodeHead(entries);
  return { head, order: ordered.map(([name]) => name), numBytes: head.length + offset };
}

const sortedRecord = (metadata: ReadonlyMap<string, string>): object =>
  Object.fromEntries([...metadata].sort(([a], [b]) => (a < b ? -1 : 1)));

/** Names that are also array indices would change places in an object: the JSON is put together by hand. */
function encodeHead(entries: readonly [string, object][]): Uint8Array {
  const fields = entries.map(([name, entry]) => `${JSON.stringify(name)}:${JSON.stringify(entry)}`);
  const json = new TextEncoder().encode(`{${fields.join(',')}}`);
  const length = Math.ceil(json.length / ALIGNMENT) * ALIGNMENT;
  const head = new Uint8Array(8 + length).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(length), true);
  head.set(json, 8);
  return head;
}
