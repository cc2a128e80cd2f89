import { FoldError } from '#errors';
import { decodeToFloat32 } from './decode.js';
import { BYTES_PER_ELEMENT, type DType } from './dtype.js';
import type { TensorSource } from './tensor-source.js';

/**
 * How to tell by 32 bits at a time that a value is not finite: its exponent is all ones, so that one more in the last
 * place of the exponent carries into the sign.
 */
interface BitPattern {
  readonly exponent: number;
  readonly lastPlace: number;
  readonly sign: number;
}

const FLOAT32: BitPattern = { exponent: 0x7f80_0000, lastPlace: 0x0080_0000, sign: 0x8000_0000 };
const BIT_PATTERNS: Partial<Record<DType, BitPattern>> = {
  F32: FLOAT32,
  F16: { exponent: 0x7c00_7c00, lastPlace: 0x0400_0400, sign: 0x8000_8000 },
  BF16: { exponent: 0x7f80_7f80, lastPlace: 0x0080_0080, sign: 0x8000_8000 },
};

/** Tells whether all values are numbers: neither NaN nor infinite. Asking each by `Number.isFinite` takes far longer. */
export function areFinite({ buffer, byteOffset, length }: Float32Array): boolean {
  return haveFiniteBits(new Int32Array(buffer, byteOffset, length), FLOAT32);
}

function haveFiniteBits(words: Int32Array, { exponent, lastPlace, sign }: BitPattern): boolean {
  let carry = 0;
  for (let i = 0; i < words.length; i++) carry |= (words[i]! & exponent) + lastPlace;
  return (carry & sign) === 0;
}

/** The same of elements as they are stored; what is not stored as floating point is finite. */
function areFiniteBytes(bytes: Uint8Array, dtype: DType): boolean {
  if (dtype === 'F64') return areFinite(decoded(bytes, dtype));
  const pattern = BIT_PATTERNS[dtype];
  if (!pattern) return true;
  const isWhole = bytes.byteOffset % 4 === 0 && bytes.length % 4 === 0;
  const words = isWhole ? bytes : new Uint8Array(4 * Math.ceil(bytes.length / 4));
  if (!isWhole) words.set(bytes);
  return haveFiniteBits(new Int32Array(words.buffer, words.byteOffset, words.length / 4), pattern);
}

function decoded(bytes: Uint8Array, dtype: DType): Float32Array {
  const values = new Float32Array(bytes.length / BYTES_PER_ELEMENT[dtype]);
  decodeToFloat32(bytes, dtype, values);
  return values;
}

function notFinite(name: string, values: Float32Array): FoldError {
  const at = values.findIndex((value) => !Number.isFinite(value));
  return new FoldError(
    'WEIGHTS_NOT_FINITE',
    `the weights are damaged: value ${at + 1} of ${values.length} in "${name}" is ${values[at]!}`,
    { hint: 'get the checkpoint again; if it comes from training, take an earlier one' },
  );
}

/**
 * The same tensors, each checked when it is read for the first time. One NaN can spoil a prediction without showing:
 * comparisons and rounding turn it into numbers that look perfect.
 *
 * @param source its reads then throw FoldError `WEIGHTS_NOT_FINITE`, which names the tensor
 */
export function checkedTensors(source: TensorSource): TensorSource {
  const checked = new Set<string>();
  return {
    names: source.names,
    has: (name) => source.has(name),
    info: (name) => source.info(name),
    read(name, into) {
      const values = source.read(name, into);
      if (!checked.has(name) && !areFinite(values)) throw notFinite(name, values);
      checked.add(name);
      return values;
    },
    readRaw(name, into) {
      const bytes = source.readRaw(name, into);
      const { dtype } = source.info(name);
      if (!checked.has(name) && !areFiniteBytes(bytes, dtype))
        throw notFinite(name, decoded(bytes, dtype));
      checked.add(name);
      return bytes;
    },
    close() {
      source.close();
    },
  };
}
