import { invariant } from '#errors';
import type { ByteSource } from './byte-source.js';
import { decodeToFloat32 } from './decode.js';
import { BYTES_PER_ELEMENT } from './dtype.js';
import { gather, spanOf } from './strides.js';
import { missingTensor, numElements, type TensorInfo, type TensorSource } from './tensor-source.js';

/** A tensor and where its bytes lie. */
export interface StoredTensor extends TensorInfo {
  readonly bytes: ByteSource;
  /** Position of the first element, in bytes. */
  readonly offset: number;
  /** Distance of neighbours along each axis, in elements, where they are not contiguous. */
  readonly strides?: readonly number[];
}

/**
 * Tensors that lie in byte sources at places already checked.
 *
 * @param tensors by name
 * @param file what holds them, for error messages; closed with the source
 */
export function storedTensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  file: ByteSource,
): TensorSource {
  let scratch = new Uint8Array(0);
  const find = (name: string): StoredTensor => {
    const tensor = tensors.get(name);
    if (!tensor) throw missingTensor(name, file.name);
    return tensor;
  };
  return {
    names: { [Symbol.iterator]: () => tensors.keys() },
    has: (name) => tensors.has(name),
    info(name) {
      const { dtype, shape } = find(name);
      return { dtype, shape };
    },
    readRaw: (name, into) => readStored(find(name), into),
    read(name, into) {
      const tensor = find(name);
      const count = numElements(tensor.shape);
      invariant(!into || into.length >= count, `the buffer for ${name} is too small`);
      const values = into ? into.subarray(0, count) : new Float32Array(count);
      const numBytes = count * BYTES_PER_ELEMENT[tensor.dtype];
      if (tensor.dtype === 'F32') {
        readStored(tensor, new Uint8Array(values.buffer, values.byteOffset, numBytes));
        return values;
      }
      if (scratch.length < numBytes) scratch = new Uint8Array(numBytes);
      decodeToFloat32(readStored(tensor, scratch), tensor.dtype, values);
      return values;
    },
    close() {
      file.close();
    },
  };
}

function readStored(tensor: StoredTensor, into?: Uint8Array): Uint8Array {
  const { bytes, dtype, shape, offset, strides } = tensor;
  const elementSize = BYTES_PER_ELEMENT[dtype];
  const numBytes = numElements(shape) * elementSize;
  invariant(!into || into.length >= numBytes, 'the buffer for a tensor is too small');
  if (!strides) return bytes.read(offset, numBytes, into);
  const span = bytes.read(offset, spanOf(shape, strides) * elementSize);
  const target = into ? into.subarray(0, numBytes) : new Uint8Array(numBytes);
  gather(span, target, { shape, strides, elementSize });
  return target;
}
