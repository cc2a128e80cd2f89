import { invariant } from '#errors';
import { float32ToBfloat16, float32ToFloat16 } from './half-precision.js';
import { layOutSafetensors } from './safetensors-layout.js';
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

/**
 * Writes a safetensors file in memory.
 *
 * @param tensors by name
 * @param metadata notes to keep with them
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, TensorToWrite>,
  metadata: ReadonlyMap<string, string> = new Map(),
): Uint8Array {
  const { head, order, numBytes } = layOutSafetensors(tensors, metadata);
  const file = new Uint8Array(numBytes);
  file.set(head);
  let position = head.length;
  for (const name of order) {
    const tensor = tensors.get(name)!;
    const { values, shape } = tensor;
    invariant(
      values.length === numElements(shape),
      `${name} has ${values.length} values for shape [${shape.join(', ')}]`,
    );
    const bytes = encode(tensor);
    file.set(bytes, position);
    position += bytes.length;
  }
  return file;
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
