import { describe, expect, it } from 'vitest';
import { memoryBytes } from '#weights/byte-source';
import {
  dequantise,
  dequantised,
  isQuantisable,
  quantise,
  scaleName,
  transposeInt8,
} from '#weights/int8';
import { readSafetensors } from '#weights/safetensors';
import { writeSafetensors } from '#weights/write-safetensors';

describe('quantise', () => {
  it('gives each row its own scale: largest magnitude over 127', () => {
    const { values, scales } = quantise(Float32Array.of(1, -2, 0.5, 254, 0, 127), 2);
    expect([...scales]).toEqual([Math.fround(2 / 127), 2]);
    expect([...values]).toEqual([64, -127, 32, 127, 0, 64]);
  });

  it('keeps rows of zeros, and of values too small for a scale, at zero', () => {
    const { values, scales } = quantise(Float32Array.of(0, 0, 1e-45, -1e-45), 2);
    expect([...values]).toEqual([0, 0, 0, 0]);
    expect([...scales]).toEqual([0, 0]);
  });

  it.each([NaN, Infinity, -Infinity])('refuses %d and names its row', (bad) => {
    expect(() => quantise(Float32Array.of(1, 2, 3, bad), 2)).toThrow(/row 1 has a weight of/);
    expect(() => quantise(Float32Array.of(1, 2, bad, 3), 2)).toThrow(/row 1 has a weight of/);
  });

  it('has nothing to do for an empty matrix', () => {
    const empty = quantise(new Float32Array(), 0);
    dequantise(empty, new Float32Array());
    expect(empty.scales.length).toBe(0);
  });
});

it.each([
  { sizes: [3, 7], offset: 0 },
  { sizes: [4, 8], offset: 0 },
  { sizes: [68, 132], offset: 0 }, // more than one square
  { sizes: [68, 132], offset: 1 }, // a view that begins within a word
] as const)('transposes a matrix of $sizes at byte $offset', ({ sizes, offset }) => {
  const [numRows, numColumns] = sizes;
  const length = numRows * numColumns;
  const matrix = new Int8Array(new ArrayBuffer(length + offset), offset);
  matrix.forEach((_, i) => (matrix[i] = 31 * i));
  const transposed = new Int8Array(length);
  transposeInt8(matrix, sizes, transposed);
  const expected = Int8Array.from(
    { length },
    (_, i) => matrix[(i % numRows) * numColumns + Math.floor(i / numRows)]!,
  );
  expect(transposed).toEqual(expected);
});

describe('a file of quantised tensors', () => {
  const matrix = Float32Array.from({ length: 21 }, (_, i) => Math.sin(i + 1));
  const { values, scales } = quantise(matrix, 3);
  const source = dequantised(
    readSafetensors(
      memoryBytes(
        writeSafetensors(
          new Map([
            ['w', { dtype: 'I8' as const, shape: [3, 7], values }],
            [scaleName('w'), { dtype: 'F32' as const, shape: [3], values: scales }],
            ['plain', { dtype: 'I8' as const, shape: [2], values: Int8Array.of(5, -6) }],
          ]),
        ),
        'q.safetensors',
      ),
    ),
  );

  it('is read as the values it stands for, within half a scale', () => {
    const read = source.read('w', new Float32Array(30));
    expect(read.length).toBe(21);
    read.forEach((value, i) => {
      expect(Math.abs(value - matrix[i]!)).toBeLessThanOrEqual(scales[Math.floor(i / 7)]! * 0.5001);
    });
  });

  it('lists tensors without their scales, which can be read by name', () => {
    expect([...source.names].sort()).toEqual(['plain', 'w']);
    expect(source.info('w').dtype).toBe('I8');
    expect(source.readRaw('w')).toEqual(new Uint8Array(values.buffer));
    expect(source.read(scaleName('w'))).toEqual(scales);
  });

  it('leaves integers without a scale as they are', () => {
    expect([...source.read('plain')]).toEqual([5, -6]);
  });
});

describe('what is quantised', () => {
  it.each([
    ['a large matrix', { dtype: 'F16', shape: [64, 64] }, true],
    ['a bias', { dtype: 'F32', shape: [8192] }, false],
    ['a small matrix', { dtype: 'F32', shape: [15, 32] }, false],
    ['integers', { dtype: 'I64', shape: [64, 64] }, false],
  ] as const)('%s: %j is %s', (_, info, expected) => {
    expect(isQuantisable(info)).toBe(expected);
  });
});
