import { FoldError, invariant } from '#errors';
import { numElements, type TensorInfo, type TensorSource } from './tensor-source.js';

/** Largest magnitude used; -128 stays free, so that the range is symmetric. */
const LARGEST = 127;
/** Matrices smaller than this are not worth the error: biases, norms, mixing weights. */
const MIN_ELEMENTS = 4096;

/** A matrix in int8 with one scale for each row (output channel): `value ≈ scale[row] · int8[row, column]`. */
export interface QuantisedMatrix {
  /** `[O, I]` */
  readonly values: Int8Array;
  /** `[O]` */
  readonly scales: Float32Array;
}

/** Name of the tensor that holds the scales of a quantised one. */
export function scaleName(name: string): string {
  return `${name}.scale`;
}

/** The tensor whose scales a name stands for; nothing where it is no such name. */
export function nameOfScaled(name: string): string | undefined {
  return name.endsWith(scaleName('')) ? name.slice(0, -scaleName('').length) : undefined;
}

/** Whether a tensor gains by int8: a large matrix of floating point numbers. */
export function isQuantisable({ dtype, shape }: TensorInfo): boolean {
  const isFloat = dtype === 'F32' || dtype === 'F16' || dtype === 'BF16';
  return isFloat && shape.length === 2 && numElements(shape) >= MIN_ELEMENTS;
}

/**
 * Rounds a matrix to int8, symmetric around zero, with a scale for each row: no value moves by more than
 * half a scale, which is 1/254 of the largest magnitude in its row.
 *
 * @param values `[O, I]`
 * @param numRows O
 * @throws FoldError `WEIGHTS_MISMATCH` for values that are not finite
 */
export function quantise(values: Float32Array, numRows: number): QuantisedMatrix {
  const numColumns = numRows === 0 ? 0 : values.length / numRows;
  invariant(Number.isInteger(numColumns), `${values.length} values do not make ${numRows} rows`);
  const scales = new Float32Array(numRows);
  const rounded = new Int8Array(values.length);
  for (let row = 0; row < numRows; row++) {
    const start = row * numColumns;
    const end = start + numColumns;
    let largest = 0;
    // Math.max keeps a NaN once it has met one.
    for (let i = start; i < end; i++) largest = Math.max(largest, Math.abs(values[i]!));
    if (!Number.isFinite(largest))
      throw new FoldError('WEIGHTS_MISMATCH', `row ${row} has a weight of ${largest}`, {
        hint: 'The checkpoint is damaged, or its training diverged.',
      });
    scales[row] = largest / LARGEST;
    const scale = scales[row]!;
    // Scales that underflow to zero leave a row of zeros.
    if (scale === 0) continue;
    for (let i = start; i < end; i++)
      rounded[i] = Math.max(-LARGEST, Math.min(LARGEST, Math.round(values[i]! / scale)));
  }
  return { values: rounded, scales };
}

/**
 * Writes a quantised matrix as float32.
 *
 * @param matrix `[O, I]`
 * @param target `[O, I]`
 */
export function dequantise(matrix: QuantisedMatrix, target: Float32Array): void {
  const { values, scales } = matrix;
  const numColumns = scales.length === 0 ? 0 : values.length / scales.length;
  for (let row = 0; row < scales.length; row++) {
    const scale = scales[row]!;
    const end = (row + 1) * numColumns;
    for (let i = row * numColumns; i < end; i++) target[i] = values[i]! * scale;
  }
}

/** Numbers in a word. */
const IN_WORD = 4;
/** Side of the squares that are transposed at a time: rows of both matrices then stay in the first cache. */
const SQUARE = 64;

/**
 * Transposes a matrix of int8.
 *
 * @param values `[R, C]`
 * @param sizes R and C
 * @param target `[C, R]`
 */
export function transposeInt8(
  values: Int8Array,
  [numRows, numColumns]: readonly [number, number],
  target: Int8Array,
): void {
  if (numRows % IN_WORD === 0 && numColumns % IN_WORD === 0) {
    // A view of a file may begin anywhere.
    const from = values.byteOffset % IN_WORD === 0 ? values : values.slice();
    transposeWords(wordsOf(from), [numRows, numColumns], wordsOf(target));
    return;
  }
  for (let row = 0; row < numRows; row++)
    for (let column = 0; column < numColumns; column++)
      target[column * numRows + row] = values[row * numColumns + column]!;
}

function wordsOf({ buffer, byteOffset, length }: Int8Array): Int32Array {
  return new Int32Array(buffer, byteOffset, length / IN_WORD);
}

/** The same, four rows of four numbers at a time: a tenth of the time that one number after the other takes. */
function transposeWords(
  from: Int32Array,
  [numRows, numColumns]: readonly [number, number],
  to: Int32Array,
): void {
  const wide = numColumns / IN_WORD;
  const narrow = numRows / IN_WORD;
  for (let top = 0; top < numRows; top += SQUARE)
    for (let left = 0; left < wide; left += SQUARE / IN_WORD) {
      const bottom = Math.min(top + SQUARE, numRows);
      const right = Math.min(left + SQUARE / IN_WORD, wide);
      for (let word = left; word < right; word++)
        for (let row = top; row < bottom; row += IN_WORD) {
          const source = row * wide + word;
          const a = from[source]!;
          const b = from[source + wide]!;
          const c = from[source + 2 * wide]!;
          const d = from[source + 3 * wide]!;
          // Of each two rows the even columns in one word, the odd ones in another.
          const evenUpper = (a & 0x00ff00ff) | ((b & 0x00ff00ff) << 8);
          const oddUpper = ((a >>> 8) & 0x00ff00ff) | (b & 0xff00ff00);
          const evenLower = (c & 0x00ff00ff) | ((d & 0x00ff00ff) << 8);
          const oddLower = ((c >>> 8) & 0x00ff00ff) | (d & 0xff00ff00);
          const place = word * numRows + row / IN_WORD;
          to[place] = (evenUpper & 0xffff) | (evenLower << 16);
          to[place + narrow] = (oddUpper & 0xffff) | (oddLower << 16);
          to[place + 2 * narrow] = (evenUpper >>> 16) | (evenLower & 0xffff0000);
          to[place + 3 * narrow] = (oddUpper >>> 16) | (oddLower & 0xffff0000);
        }
    }
}

/**
 * A source whose int8 matrices are read as the float32 values that they stand for. Their element type and
 * raw bytes stay int8, and their scales can be read under {@link scaleName}, though they are not listed.
 *
 * @param source with or without quantised tensors
 */
export function dequantised(source: TensorSource): TensorSource {
  const isScaled = (name: string): boolean =>
    source.info(name).dtype === 'I8' && source.has(scaleName(name));
  const scaled = new Set([...source.names].filter(isScaled));
  if (scaled.size === 0) return source;
  const scaleNames = new Set([...scaled].map(scaleName));
  const visible = [...source.names].filter((name) => !scaleNames.has(name));
  let scratch = new Uint8Array(0);
  return {
    names: visible,
    has: (name) => source.has(name),
    info: (name) => source.info(name),
    readRaw: (name, into) => source.readRaw(name, into),
    read(name, into) {
      if (!scaled.has(name)) return source.read(name, into);
      const { shape } = source.info(name);
      const count = numElements(shape);
      if (scratch.length < count) scratch = new Uint8Array(count);
      const bytes = source.readRaw(name, scratch);
      const scales = source.read(scaleName(name));
      const [numRows = 0] = shape;
      if (scales.length !== numRows)
        throw new FoldError(
          'WEIGHTS_MISMATCH',
          `"${name}" has ${numRows} rows and ${scales.length} scales`,
        );
      const target = into ? into.subarray(0, bytes.length) : new Float32Array(bytes.length);
      const values = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length);
      dequantise({ values, scales }, target);
      return target;
    },
    close() {
      source.close();
    },
  };
}
