import { invariant } from '#errors';
import type { ByteSource } from './byte-source.js';
import { decodeToFloat32 } from './decode.js';
import { BYTES_PER_ELEMENT } from './dtype.js';
import { missingTensor, numElements, type TensorInfo, type TensorSource } from './tensor-source.js';

/** A tensor and where its bytes lie. */
export interface StoredTensor extends TensorInfo {
  /** Position of the first byte in the source. */
  readonly offset: number;
}

/**
 * Tensors that lie contiguously in a byte source at places already checked.
 *
 * @param bytes where they lie
 * @param tensors where each begins
 */
export function storedTensors(
  bytes: ByteSource,
  tensors: ReadonlyMap<string, StoredTensor>,
): TensorSource {
  let scratch = new Uint8Array(0);
  const find = (name: string): StoredTensor & { numBytes: number } => {
    const tensor = tensors.get(name);
    if (!tensor) throw missingTensor(name, bytes.name);
    return { ...tensor, numBytes: numElements(tensor.shape) * BYTES_PER_ELEMENT[tensor.dtype] };
  };
  return {
    names: { [Symbol.iterator]: () => tensors.keys() },
    has: (name) => tensors.has(name),
    info(name) {
      const { dtype, shape } = find(name);
      return { dtype, shape };
    },
    readRaw(name, into) {
      const { offset, numBytes } = find(name);
      return bytes.read(offset, numBytes, into);
    },
    read(name, into) {
      const { dtype, shape, offset, numBytes } = find(name);
      const count = numElements(shape);
      invariant(!into || into.length >= count, `the buffer for ${name} is too small`);
      const values = into ? into.subarray(0, count) : new Float32Array(count);
      if (dtype === 'F32') {
        bytes.read(offset, numBytes, new Uint8Array(values.buffer, values.byteOffset, numBytes));
        return values;
      }
      if (scratch.length < numBytes) scratch = new Uint8Array(numBytes);
      decodeToFloat32(bytes.read(offset, numBytes, scratch), dtype, values);
      return values;
    },
    close() {
      bytes.close();
    },
  };
}
