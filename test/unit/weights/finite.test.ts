import { describe, expect, it } from 'vitest';
import { memoryBytes } from '#weights/byte-source';
import { areFinite, checkedTensors } from '#weights/finite';
import { readSafetensors } from '#weights/safetensors';
import type { TensorSource } from '#weights/tensor-source';
import { writeSafetensors } from '#weights/write-safetensors';

const LARGEST = { F32: 3.4028234663852886e38, F16: 65504, BF16: 3.3895313892515355e38 };
const DTYPES = ['F32', 'F16', 'BF16'] as const;

/** A tensor of 7 values, one of them given, so that its bytes are no whole number of words in 16 bits. */
function tensorWith(dtype: (typeof DTYPES)[number], value: number): TensorSource {
  const values = Float32Array.of(1, -2, 0, 6e-8, LARGEST[dtype], -LARGEST[dtype], value);
  const file = writeSafetensors(new Map([['a.weight', { dtype, shape: [7], values }]]));
  return checkedTensors(readSafetensors(memoryBytes(file, 'test')));
}

describe('areFinite', () => {
  it('takes every finite number, the largest and smallest too', () => {
    expect(areFinite(Float32Array.of(0, -0, 1e-45, -1e-45, LARGEST.F32, -LARGEST.F32))).toBe(true);
    expect(areFinite(new Float32Array())).toBe(true);
  });

  it.each([NaN, Infinity, -Infinity])('finds %d wherever it is', (value) => {
    for (let at = 0; at < 5; at++)
      expect(areFinite(new Float32Array(5).fill(-3).with(at, value))).toBe(false);
  });

  it('finds each NaN there is', () => {
    const bits = Uint32Array.of(0x7f80_0001, 0xff80_0001, 0x7fff_ffff, 0xffff_ffff);
    for (const one of bits)
      expect(areFinite(new Float32Array(Uint32Array.of(one).buffer))).toBe(false);
  });
});

describe.each(DTYPES)('checked tensors in %s', (dtype) => {
  it('are read as they are', () => {
    const tensors = tensorWith(dtype, 2);
    expect(tensors.read('a.weight')[6]).toBe(2);
    expect(tensors.readRaw('a.weight')).toHaveLength(dtype === 'F32' ? 28 : 14);
  });

  it.each([NaN, Infinity, -Infinity])('say where there is a %d', (value) => {
    const problem = {
      code: 'WEIGHTS_NOT_FINITE',
      message: `the weights are damaged: value 7 of 7 in "a.weight" is ${value}`,
    };
    expect(() => tensorWith(dtype, value).read('a.weight')).toThrow(
      expect.objectContaining(problem) as Error,
    );
    expect(() => tensorWith(dtype, value).readRaw('a.weight')).toThrow(
      expect.objectContaining(problem) as Error,
    );
  });
});

it('finds what is not finite in float64, or would not be in float32', () => {
  const source = (value: number): TensorSource => ({
    names: ['a'],
    has: () => true,
    info: () => ({ dtype: 'F64', shape: [2] }),
    read: () => Float32Array.of(1, value),
    readRaw: () => new Uint8Array(Float64Array.of(1, value).buffer),
    close: () => undefined,
  });
  for (const value of [NaN, Infinity, 1e39]) {
    expect(() => checkedTensors(source(value)).read('a')).toThrow('value 2 of 2 in "a"');
    expect(() => checkedTensors(source(value)).readRaw('a')).toThrow('value 2 of 2 in "a"');
  }
  expect(checkedTensors(source(1e38)).readRaw('a')).toHaveLength(16);
});

it('looks at each tensor once', () => {
  let reads = 0;
  const values = Float32Array.of(1);
  const tensors = checkedTensors({
    names: ['a'],
    has: () => true,
    info: () => ({ dtype: 'F32', shape: [1] }),
    read: () => (reads++ === 0 ? values : values.fill(NaN)),
    readRaw: () => new Uint8Array(),
    close: () => undefined,
  });
  tensors.read('a');
  expect(tensors.read('a')).toEqual(Float32Array.of(NaN));
});
