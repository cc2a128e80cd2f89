import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
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
    async (precision, dtype, bound) => {
      await convertCheckpoint(checkpoint(), path, precision);
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
  ] as const)(
    'is not made in %s from %d, and leaves nothing behind',
    async (precision, bad, message) => {
      rmSync(path, { force: true });
      const values = matrix.slice();
      values[100] = bad;
      await expect(convertCheckpoint(checkpoint(values), path, precision)).rejects.toThrow(message);
      expect(readdirSync(directory)).toEqual([]);
    },
  );

  it('is not made from one in int8, whose scales it would lose', async () => {
    await convertCheckpoint(checkpoint(), path, 'int8');
    const quantised = dequantised(parseFile(path, readSafetensors));
    const twice = join(directory, 'twice.safetensors');
    await expect(convertCheckpoint(quantised, twice, 'float16')).rejects.toThrow(
      /"matrix" is in int8 already/,
    );
    quantised.close();
    expect(readdirSync(directory)).toEqual(['model.safetensors']);
  });

  it('says where it cannot be written', async () => {
    const path = join(directory, 'no', 'model');
    await expect(convertCheckpoint(checkpoint(), path, 'int8')).rejects.toMatchObject({
      code: 'FILE_WRITE',
      message: expect.stringContaining('its folder does not exist') as string,
    });
  });

  describe('that was interrupted', () => {
    /** Stops after so many tensors; which ones were read, in order. */
    const convertUntil = async (numTensors: number, precision: 'float16' | 'int8' = 'float16') => {
      const source = checkpoint();
      const read: string[] = [];
      const controller = new AbortController();
      let left = numTensors;
      const counted = {
        ...source,
        read: (name: string, into?: Float32Array) => {
          read.push(name);
          return source.read(name, into);
        },
        readRaw: (name: string, into?: Uint8Array) => {
          read.push(name);
          return source.readRaw(name, into);
        },
      };
      const ended = convertCheckpoint(counted, path, precision, {
        notes: new Map([['precision', precision]]),
        signal: controller.signal,
        onProgress: () => {
          if (--left === 0) controller.abort();
        },
      });
      await ended.catch(() => undefined);
      return read;
    };

    it('goes on with the tensors that are not written yet, to the same bytes', async () => {
      rmSync(path, { force: true });
      await convertUntil(Infinity);
      const whole = readFileSync(path);
      rmSync(path);
      expect(await convertUntil(2)).toEqual(['bias', 'index']);
      expect(readdirSync(directory)).toEqual(['model.safetensors.part']);
      expect(await convertUntil(Infinity)).toEqual(['matrix']);
      expect(readFileSync(path)).toEqual(whole);
    });

    it('begins again where its part is cut within a tensor, or is of another conversion', async () => {
      rmSync(path);
      await convertUntil(2);
      truncateSync(`${path}.part`, statSync(`${path}.part`).size - 1);
      expect(await convertUntil(2)).toEqual(['index']);
      expect(await convertUntil(Infinity, 'int8')).toContain('bias');
      const converted = parseFile(path, readSafetensors);
      expect(converted.info('matrix').dtype).toBe('I8');
      expect([...converted.read('index')]).toEqual([1, 2, 3]);
      converted.close();
    });
  });
});
