import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rowText } from '#alignment/alignment';
import { alignmentSource } from '#alignment-search/alignment-source';
import { fileSource } from '#alignment-search/file-source';
import { alignmentOfChains } from '#alignment/alignment-of-chains';
import type { FoldError } from '#errors';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'codonfold-files-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const write = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

async function rowsOf(
  path: string,
  chains: readonly string[],
  { record = 'record', ids = 'ABC' } = {},
): Promise<string[]> {
  const named = chains.map((sequence, i) => ({ id: ids[i]!, sequence }));
  const { bytes, name } = await fileSource(path).find(named, record);
  const alignment = alignmentOfChains(chains, bytes, name);
  return Array.from({ length: alignment.numRows }, (_, row) => rowText(alignment, row));
}

async function errorOf(work: Promise<unknown>): Promise<FoldError> {
  return work.then(
    () => {
      throw new Error('no error');
    },
    (error: unknown) => error as FoldError,
  );
}

describe('a file', () => {
  it('is the alignment, packed or not', async () => {
    const text = '>q\nMKV\n>a\nM-V\n';
    expect(await rowsOf(write('any.txt', text), ['MKV'])).toEqual(['MKV', 'M-V']);
    expect(await rowsOf(write('any.gz', gzipSync(text)), ['MKV'])).toEqual(['MKV', 'M-V']);
  });

  it('may hold the alignments of several predictions', async () => {
    const path = write('many.a3m', '>q\nMKV\n>a\nM-V\n\0>r\nGL\n>b\nG-\n\0>s\nWWW\n');
    expect(await rowsOf(path, ['GL'])).toEqual(['GL', 'G-']);
    expect(await rowsOf(path, ['MKV'])).toEqual(['MKV', 'M-V']);
    expect((await errorOf(rowsOf(path, ['AAA']))).code).toBe('ALIGNMENT_MISMATCH');
  });

  it('that is not there is named', async () => {
    const error = await errorOf(rowsOf(join(folder, 'absent.a3m'), ['MKV']));
    expect(error.code).toBe('FILE_READ');
    expect(error.message).toContain('absent.a3m: cannot be read');
  });
});

describe('a folder', () => {
  it('has an alignment for each record, in any format', async () => {
    write('one.a3m', '>q\nMKV\n>a\nM-V\n');
    write('two.sto.gz', gzipSync('# STOCKHOLM 1.0\nq MKV\nb -KV\n//\n'));
    expect(await rowsOf(folder, ['MKV'], { record: 'one' })).toEqual(['MKV', 'M-V']);
    expect(await rowsOf(folder, ['MKV'], { record: 'two' })).toEqual(['MKV', '-KV']);
  });

  it('may have one for each chain that differs', async () => {
    write('complex_A.a3m', '>q\nMK\n>a\nM-\n');
    write('complex_C.a3m.gz', gzipSync('>q\nGL\n>b\nG-'));
    expect(await rowsOf(folder, ['MK', 'MK', 'GL'], { record: 'complex' })).toEqual([
      'MKMKGL',
      'MK----',
      'M-----',
      '--MK--',
      '--M---',
      '----GL',
      '----G-',
    ]);
  });

  it('names that of a chain by the chain, whatever its place is', async () => {
    write('record_B.a3m', '>q\nMK\n>a\nM-\n');
    write('record_A.a3m', '>q\nGL\n>b\n-L\n');
    const rows = await rowsOf(folder, ['MK', 'GL'], { ids: 'BA' });
    expect(rows).toEqual(['MKGL', 'MK--', 'M---', '--GL', '---L']);
    const error = await errorOf(rowsOf(folder, ['MK', 'GL'], { ids: 'HL' }));
    expect(error.hint).toContain('or record_H.a3m and so on');
  });

  it.each([
    ['has none for a record', ['MKV'], 'It may be called record.a3m, .sto, .afa or .fasta'],
    ['lacks one of a chain', ['MK', 'GL'], 'or record_A.a3m and so on for each chain'],
  ])('that %s says what it looked for', async (_, chains, hint) => {
    write('record_A.a3m', '>q\nMK\n');
    mkdirSync(join(folder, 'record.a3m'));
    const error = await errorOf(rowsOf(folder, chains));
    expect(error.message).toContain('has no alignment for record');
    expect(error.hint).toContain(hint);
  });
});

describe('the words for a source', () => {
  const settings = { environment: { CODONFOLD_CONTACT: 'me@example.org' } };

  it('may be none', () => {
    expect(alignmentSource('none', settings)).toBeUndefined();
  });

  it('may be a file or folder', async () => {
    const path = write('none.a3m', '>q\nMKV\n');
    const found = await alignmentSource(path, settings)!.find(
      [{ id: 'A', sequence: 'MKV' }],
      'record',
    );
    expect(found.name).toBe(path);
  });

  it('may be a database, which is looked for when it is searched', async () => {
    const source = alignmentSource(`database:${folder}`, settings)!;
    expect(
      (await errorOf(source.find([{ id: 'A', sequence: 'MKV' }], 'record'))).message,
    ).toContain('no database');
  });

  it('may be a server, which needs a contact', () => {
    expect(alignmentSource('server', settings)).toBeDefined();
    expect(() => alignmentSource('server', { ...settings, environment: {} })).toThrow('contact');
  });

  it.each(['', 'database:'])('must name something: %j', (words) => {
    expect(() => alignmentSource(words, settings)).toThrow('has no name');
  });
});
