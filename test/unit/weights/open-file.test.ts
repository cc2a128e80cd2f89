import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openFile, parseFile } from '#weights/node/open-file';
import { readSafetensors } from '#weights/safetensors';
import { writeSafetensors } from '#weights/write-safetensors';

const directory = mkdtempSync(join(tmpdir(), 'codonfold-file-'));
const path = join(directory, 'file');
afterAll(() => {
  rmSync(directory, { recursive: true });
});
beforeEach(() => {
  writeFileSync(
    path,
    Uint8Array.from({ length: 100 }, (_, i) => i),
  );
});

describe('a file read by position', () => {
  it('gives the bytes asked for, into a buffer where one is given', () => {
    const file = openFile(path);
    expect([...file.read(97, 3)]).toEqual([97, 98, 99]);
    const buffer = new Uint8Array(5);
    expect(file.read(10, 2, buffer).buffer).toBe(buffer.buffer);
    expect([...buffer]).toEqual([10, 11, 0, 0, 0]);
    expect(file.read(100, 0).length).toBe(0);
    file.close();
  });

  it('says so when it was closed, or cut since it was opened', () => {
    const file = openFile(path);
    truncateSync(path, 50);
    expect(() => file.read(40, 20)).toThrow(/ends at byte 50, it had 100 when opened/);
    file.close();
    file.close();
    expect(() => file.read(0, 1)).toThrow(/was closed/);
  });

  it.each([
    ['missing', join(directory, 'nothing')],
    ['a folder', directory],
    ['a device without end', '/dev/zero'],
  ])('is refused when it is %s', (_, bad) => {
    expect(() => openFile(bad)).toThrow(
      expect.objectContaining({
        code: 'FILE_READ',
        message: expect.stringContaining(bad) as string,
      }) as Error,
    );
  });

  it('is closed when its reader refuses it', () => {
    let kept: ReturnType<typeof openFile> | undefined;
    expect(() =>
      parseFile(path, (bytes) => {
        kept = bytes;
        return readSafetensors(bytes);
      }),
    ).toThrow(/header/);
    expect(() => kept!.read(0, 1)).toThrow(/was closed/);
  });

  it('holds tensors of which only those asked for enter memory', () => {
    const values = new Float32Array(4_000_000).fill(1.5);
    const tensors = new Map(
      ['a', 'b'].map((name) => [name, { dtype: 'F16', shape: [values.length], values } as const]),
    );
    writeFileSync(path, writeSafetensors(tensors));
    const source = parseFile(path, readSafetensors);
    const buffer = new Float32Array(values.length);
    source.read('a', buffer);
    const before = process.memoryUsage().arrayBuffers;
    for (let round = 0; round < 5; round++) source.read(round % 2 ? 'a' : 'b', buffer);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
    expect(buffer.every((value) => value === 1.5)).toBe(true);
    source.close();
  });
});
