import { invariant } from '#errors';
import { BYTES_PER_ELEMENT } from './dtype.js';
import { float32ToBfloat16, float32ToFloat16 } from './half-precision.js';
import { numElements } from './tensor-source.js';

/** A tensor to write; float32 values are rounded to the half precision asked for. */
export type TensorToWrite =
  | {
      readonly dtype: 'F32' | 'F16' | 'BF16';
      readonly shape: readonly number[];
      readonly values: Float32Array;
    }
  | { readonly dtype: 'I32'; readonly shape: readonly number[]; readonly values: Int32Array }
  | { readonly dtype: 'I8'; readonly shape: readonly number[]; readonly values: Int8Array };

/** The header is padded to this, so that tensors may be mapped in place. */
const ALIGNMENT = 8;

/**
 * Writes a safetensors file. Tensors are laid out by falling element size, then by name, so that each is
 * aligned and the same tensors always give the same bytes.
 *
 * @param tensors by name
 * @param metadata notes to keep with them
 * @source huggingface/safetensors, README "Format"
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, TensorToWrite>,
  metadata: ReadonlyMap<string, string> = new Map(),
): Uint8Array {
  const ordered = [...tensors].sort(
    ([nameA, a], [nameB, b]) =>
      BYTES_PER_ELEMENT[b.dtype] - BYTES_PER_ELEMENT[a.dtype] || (nameA < nameB ? -1 : 1),
  );
  const entries: [string, object][] = [];
  if (metadata.size > 0) entries.push(['__metadata__', sortedRecord(metadata)]);
  let offset = 0;
  for (const [name, tensor] of ordered) {
    invariant(
      tensor.values.length === numElements(tensor.shape),
      `${name} has ${tensor.values.length} values for shape [${tensor.shape.join(', ')}]`,
    );
    const end = offset + tensor.values.length * BYTES_PER_ELEMENT[tensor.dtype];
    entries.push([name, { dtype: tensor.dtype, shape: tensor.shape, data_offsets: [offset, end] }]);
    offset = end;
  }
  const header = encodeHeader(entries);
  const file = new Uint8Array(8 + header.length + offset);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, 8);
  let position = 8 + header.length;
  for (const [, tensor] of ordered) {
    const bytes = encode(tensor);
    file.set(bytes, position);
    position += bytes.length;
  }
  return file;
}

const sortedRecord = (metadata: ReadonlyMap<string, string>): object =>
  Object.fromEntries([...metadata].sort(([a], [b]) => (a < b ? -1 : 1)));

/** JSON padded with spaces. Names that are also array indices keep their place: it is written by hand. */
function encodeHeader(entries: readonly [string, object][]): Uint8Array {
  const fields = entries.map(([name, entry]) => `${JSON.stringify(name)}:${JSON.stringify(entry)}`);
  const json = new TextEncoder().encode(`{${fields.join(',')}}`);
  const padded = new Uint8Array(Math.ceil(json.length / ALIGNMENT) * ALIGNMENT).fill(0x20);
  padded.set(json);
  return padded;
}

function encode(tensor: TensorToWrite): Uint8Array {
  const { values } = tensor;
  if (tensor.dtype !== 'F16' && tensor.dtype !== 'BF16')
    return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const halves = new Uint16Array(values.length);
  if (tensor.dtype === 'F16') float32ToFloat16(tensor.values, halves);
  else float32ToBfloat16(tensor.values, halves);
  return new Uint8Array(halves.buffer);
}
