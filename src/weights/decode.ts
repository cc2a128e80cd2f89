import { BYTES_PER_ELEMENT, type DType } from './dtype.js';
import { bfloat16ToFloat32, float16ToFloat32 } from './half-precision.js';

/**
 * Writes stored elements as float32.
 *
 * @param bytes little-endian elements of `dtype`, at any alignment
 * @param dtype what they are
 * @param target one value for each element
 */
export function decodeToFloat32(bytes: Uint8Array, dtype: DType, target: Float32Array): void {
  if (dtype === 'F32') {
    new Uint8Array(target.buffer, target.byteOffset, bytes.length).set(bytes);
    return;
  }
  const { buffer, byteOffset } = aligned(bytes, BYTES_PER_ELEMENT[dtype]);
  const count = bytes.length / BYTES_PER_ELEMENT[dtype];
  switch (dtype) {
    case 'F16':
      float16ToFloat32(new Uint16Array(buffer, byteOffset, count), target);
      break;
    case 'BF16':
      bfloat16ToFloat32(new Uint16Array(buffer, byteOffset, count), target);
      break;
    case 'F64':
      target.set(new Float64Array(buffer, byteOffset, count));
      break;
    case 'I64': {
      const values = new BigInt64Array(buffer, byteOffset, count);
      for (let i = 0; i < count; i++) target[i] = Number(values[i]);
      break;
    }
    case 'I32':
      target.set(new Int32Array(buffer, byteOffset, count));
      break;
    case 'I16':
      target.set(new Int16Array(buffer, byteOffset, count));
      break;
    case 'I8':
      target.set(new Int8Array(buffer, byteOffset, count));
      break;
    case 'U8':
    case 'BOOL':
      target.set(bytes);
  }
}

/** The same bytes where a typed array of this element size may begin: themselves, or a copy. */
function aligned(bytes: Uint8Array, elementSize: number): Uint8Array {
  return bytes.byteOffset % elementSize === 0 ? bytes : bytes.slice();
}
