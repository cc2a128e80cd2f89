import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readInputs } from '#cli/read-inputs';

let folder: string;
const at = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'codonfold-inputs-'));
  writeFileSync(at('a.fasta'), '>a\nMKV\n');
  writeFileSync(at('b.fna.gz'), gzipSync('>b\nATG\n'));
  writeFileSync(at('binary.fa'), Uint8Array.of(0, 1, 2, 0));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('an INPUT', () => {
  it('that names a file is the file, unpacked where it is gzip', async () => {
    expect(await readInputs([at('a.fasta'), at('b.fna.gz')])).toEqual([
      { text: '>a\nMKV\n', source: at('a.fasta'), stem: 'a' },
      { text: '>b\nATG\n', source: at('b.fna.gz'), stem: 'b' },
    ]);
  });

  it.each([
    'MKVLA',
    'atgaaa',
    'MKV:GGA',
    'ATG AAA\nTGA',
    'MKV-A',
    'MKV*',
    '>x y\nMKV',
    'M'.repeat(9000),
  ])('of letters or FASTA text is a sequence: %j', async (input) => {
    const [read] = await readInputs([input]);
    expect(read).toEqual({ text: input, source: 'command line', stem: '' });
  });

  it.each(['missing.fasta', './missing', 'dir/x', 'seq1', 'C:\\x', 'a_b', ''])(
    'that is neither is an error, not a sequence: %j',
    async (input) => {
      await expect(readInputs([input])).rejects.toMatchObject({ code: 'FILE_READ' });
    },
  );

  it('may be standard input once', async () => {
    await expect(readInputs(['-', '-'])).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('is refused where it is a folder, a binary file, or lies below a file', async () => {
    await expect(readInputs([folder])).rejects.toMatchObject({ code: 'FILE_READ' });
    await expect(readInputs([at('binary.fa')])).rejects.toMatchObject({ code: 'PARSE_FASTA' });
    await expect(readInputs([at('a.fasta/b')])).rejects.toMatchObject({ code: 'FILE_READ' });
  });
});
