import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { memoryBytes } from '#weights/byte-source';
import { dequantised, scaleName } from '#weights/int8';
import { convertCheckpoint } from '#weights/node/convert';
import { parseFile } from '#weights/node/open-file';
import { readSafetensors } from '#weights/safetensors';
import { writeSafetensors, type TensorToWrite } from '#weights/write-safetensors';

const directory = mkdtempSync(join(tmpdir(), 'codonfold-convert-'));
const path = join(directory, 'model.safetensors');
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const matrix = Float32Array.from({ length: 67 * 71 }, (_, i) => Math.sin(i) / (1 + (i % 5)));
const checkpoint = (matrixValues = matrix): ReturnType<typeof readSafetensors> => {
  const tensors = new Map<string, TensorToWrite>([
    ['matrix', { dtype: 'F32', shape: [67, 71], values: matrixValues }],
    ['bias', { dtype: 'F32', shape: [67], values: matrix.slice(0, 67) }],
    ['index', { dtype: 'I32', shape: [3], values: Int32Array.of(1, 2, 3) }],
  ]);
  return readSafetensors(memoryBytes(writeSafetensors(tensors), 'x'));
};

describe('a converted checkpoint', () => {
  it.each([
    ['float16', 'F16', 2 ** -11],
    ['int8', 'I8', 1 / 254],
  ] as const)(
    'has its matrices in %s (%s), each value within %d of its row’s largest',
    (precision, dtype, bound) => {
      convertCheckpoint(checkpoint(), path, precision);
      const converted = dequantised(parseFile(path, readSafetensors));
      expect([...converted.names].sort()).toEqual(['bias', 'index', 'matrix']);
      expect(converted.info('matrix')).toEqual({ dtype, shape: [67, 71] });
      expect(converted.has(scaleName('matrix'))).toBe(precision === 'int8');
      expect(converted.info('bias').dtype).toBe('F32');
      expect(converted.read('bias')).toEqual(matrix.slice(0, 67));
      expect([...converted.read('index')]).toEqual([1, 2, 3]);
      const deviations = converted.read('matrix').map((value, i) => Math.abs(value - matrix[i]!));
      expect(Math.max(...deviations)).toBeLessThanOrEqual(bound * 1.0001);
      expect(Math.max(...deviations)).toBeGreaterThan(bound / 4);
      converted.close();
      expect(readdirSync(directory)).toEqual(['model.safetensors']);
    },
  );

  it.each([
    ['float16', 65520, /"matrix" holds 65520/],
    ['int8', NaN, /"matrix" is NaN/],
  ] as const)('is not made in %s from %d, and leaves nothing behind', (precision, bad, message) => {
    rmSync(path, { force: true });
    const values = matrix.slice();
    values[100] = bad;
    expect(() => {
      convertCheckpoint(checkpoint(values), path, precision);
    }).toThrow(message);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('is not made from one in int8, whose scales it would lose', () => {
    convertCheckpoint(checkpoint(), path, 'int8');
    const quantised = dequantised(parseFile(path, readSafetensors));
    expect(() => {
      convertCheckpoint(quantised, join(directory, 'twice.safetensors'), 'float16');
    }).toThrow(/"matrix" is in int8 already/);
    quantised.close();
    expect(readdirSync(directory)).toEqual(['model.safetensors']);
  });

  it('says where it cannot be written', () => {
    expect(() => {
      convertCheckpoint(checkpoint(), join(directory, 'no', 'model'), 'int8');
    }).toThrow(expect.objectContaining({ code: 'FILE_WRITE' }) as Error);
  });
});
