import { describe, expect, it } from 'vitest';
import type { FoldError } from '#errors';
import { alignChains } from '#alignment/align-chains';
import { insertionsOf, rowText, titleOf, type Alignment } from '#alignment/alignment';
import { readAlignments } from '#alignment/read-alignment';

const read = (text: string) => readAlignments(new TextEncoder().encode(text), 'file.a3m');
const align = (chains: string[], text: string, paired?: string): Alignment =>
  alignChains(chains, {
    sections: read(text),
    name: 'file.a3m',
    ...(paired === undefined ? {} : { paired: read(paired) }),
  });

const rows = (alignment: Alignment): string[] =>
  Array.from({ length: alignment.numRows }, (_, row) => rowText(alignment, row));

function errorOf(chains: string[], text: string, paired?: string): FoldError {
  try {
    align(chains, text, paired);
  } catch (error) {
    return error as FoldError;
  }
  throw new Error('no error');
}

describe('a single chain', () => {
  it('has the alignment as it is read', () => {
    const [section] = read('>q\nMKV\n>a\nM-V\n');
    expect(alignChains(['MKV'], { sections: [section!], name: 'a' })).toBe(section);
  });

  it("takes ColabFold's first line", () => {
    expect(rows(align(['MKV'], '#3\t1\n>101\nMKV\n>a\nM-V\n'))).toEqual(['MKV', 'M-V']);
  });

  it('must be the first row: the error names the position and both letters', () => {
    const error = errorOf(['MRVL'], '>q\nMKVL\n');
    expect(error.code).toBe('ALIGNMENT_MISMATCH');
    expect(error.message).toBe(
      'file.a3m: the first row is not the sequence that is folded: at position 2 it has K, the sequence R (lengths 4 and 4)',
    );
    expect(errorOf(['MKVLA'], '>q\nMKVL\n').message).toContain(
      'at position 5 it has no residue, the sequence A (lengths 4 and 5)',
    );
    expect(errorOf(['MKV'], '>q\nMKVL\n').message).toContain(
      'at position 4 it has L, the sequence no residue',
    );
  });

  it('fits letters that were replaced, and X', () => {
    expect(rows(align(['DEXCXKL'], '>q\nBZXUUOJ\n'))).toEqual(['BZXUUOJ']);
    expect(errorOf(['X'], '>q\nA\n').message).toContain('at position 1 it has A, the sequence X');
    expect(errorOf(['A'], '>q\nX\n').message).toContain('at position 1 it has X, the sequence A');
  });
});

describe('several chains', () => {
  it('stand side by side: all chains, rows that pair them, then the rows of each chain', () => {
    const text =
      '#3,2\t1,1\n>101\t102\nMKVGL\n>101\nMKV--\n>b\n-KV--\n>102\n---GL\n>a\tb\naM-VcG-\n>c\n----L\n';
    const alignment = align(['MKV', 'GL'], text);
    expect(rows(alignment)).toEqual(['MKVGL', 'M-VG-', 'MKV--', '-KV--', '---GL', '----L']);
    const counts = new Uint16Array(5);
    insertionsOf(alignment, 1, counts);
    expect([...counts]).toEqual([1, 0, 0, 1, 0]);
    expect(titleOf(alignment, 1)).toBe('a\tb');
  });

  it('repeat paired rows for copies, and give each copy its own rows', () => {
    const text = '#2,1\t2,1\n>101\t102\nMKG\n>a\tb\nM-G\n>c\n-cK-\n>d\n--G\n';
    const alignment = align(['MK', 'G', 'MK'], text);
    expect(rows(alignment)).toEqual(['MKGMK', 'M-GM-', '-K---', '----K', '--G--']);
    const counts = new Uint16Array(5);
    insertionsOf(alignment, 3, counts);
    expect([...counts]).toEqual([0, 0, 0, 0, 1]);
  });

  it('are found in separate alignments in any order', () => {
    const text = '>102\nGL\n>b\nG-\n\0>101\nMKV\n>a\nM-V\n';
    expect(rows(align(['MKV', 'GL', 'MKV'], text))).toEqual([
      'MKVGLMKV',
      '---GL---',
      '---G----',
      'MKV-----',
      'M-V-----',
      '-----MKV',
      '-----M-V',
    ]);
  });

  it('are paired row by row where paired alignments are given', () => {
    const paired = '>101\nMKV\n>a\nM-V\n>b\n---\n\0>102\nGL\n>a\n-L\n>b\nGG\n';
    expect(rows(align(['MKV', 'GL'], '>102\nGL\n\0>101\nMKV\n', paired))).toEqual([
      'MKVGL',
      'M-V-L',
      '---GL',
      'MKV--',
    ]);
  });

  it('may be written out with all copies and without a first line', () => {
    expect(rows(align(['MK', 'MK', 'G'], '>q\nMKMKG\n>a\n-K-KG\n>b\n----G\n'))).toEqual([
      'MKMKG',
      '-K-KG',
      '----G',
    ]);
  });

  it('share the alignment of one where all are copies', () => {
    expect(rows(align(['MK', 'MK'], '>q\nMK\n>a\nM-\n'))).toEqual([
      'MKMK',
      'MK--',
      'M---',
      '--MK',
      '--M-',
    ]);
  });

  it.each([
    [['MKV', 'GA'], '#3,2\t1,1\n>q\nMKVGL\n', 'chain B: the first row is not the sequence'],
    [['MKV', 'GL'], '#3,2\t2,1\n>q\nMKVGL\n', 'says 2 copies of chain A, the prediction has 1'],
    [['MKV', 'GL', 'GL'], '#3,2\t1,1\n>q\nMKVGL\n', 'has no chain C'],
    [['MKV', 'GL'], '>q\nMKV\n\0>r\nGA\n', 'none of its 2 alignments has chain B as its first row'],
    [['MKV', 'MKV'], '>q\nMKV\n\0>r\nGA\n', 'alignment 2 is of none of the chains'],
    [['MKV', 'MKV'], '>r\nGA\n\0>q\nMKV\n', 'alignment 1 is of none of the chains'],
    [['MKV', 'GL'], '>q\nMKVGA\n', 'at position 5 it has A, the sequence L'],
  ])('must have their sequences: %j in %j', (chains, text, message) => {
    const error = errorOf(chains, text);
    expect(error.code).toBe('ALIGNMENT_MISMATCH');
    expect(error.message).toContain(message);
  });

  it('must have as many paired rows each', () => {
    const error = errorOf(['MK', 'G'], '>q\nMK\n\0>r\nG\n', '>q\nMK\n>a\nM-\n\0>r\nG\n');
    expect(error.message).toContain('as many rows as each other, not 2 and 1');
  });
});
