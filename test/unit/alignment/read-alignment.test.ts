import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ParseError } from '#errors';
import { insertionsOf, rowText, titleOf, type Alignment } from '#alignment/alignment';
import { readAlignments } from '#alignment/read-alignment';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (text: string): Alignment[] => readAlignments(bytesOf(text), 'file.a3m');

/** Rows as text, with the number of residues inserted before each column where there are any. */
function rowsOf(alignment: Alignment): [title: string, row: string, insertions?: string][] {
  const counts = new Uint16Array(alignment.numColumns);
  return Array.from({ length: alignment.numRows }, (_, row) => {
    insertionsOf(alignment, row, counts);
    const insertions = counts.some((count) => count > 0) ? counts.join('') : undefined;
    const text: [string, string] = [titleOf(alignment, row), rowText(alignment, row)];
    return insertions === undefined ? text : [...text, insertions];
  });
}

const only = (text: string) => {
  const sections = read(text);
  expect(sections).toHaveLength(1);
  return rowsOf(sections[0]!);
};

function errorOf(text: string | Uint8Array): ParseError {
  try {
    readAlignments(typeof text === 'string' ? bytesOf(text) : text, 'file.a3m');
  } catch (error) {
    if (error instanceof ParseError) return error;
    throw error;
  }
  throw new Error('no error');
}

describe('a3m', () => {
  it('counts lower-case letters before the next column and drops those after the last', () => {
    expect(only('>q\nMKV\n>a\nkkM-gV\n>b\nMKVgg\n')).toEqual([
      ['q', 'MKV'],
      ['a', 'M-V', '201'],
      ['b', 'MKV'],
    ]);
  });

  it('skips dots that pad insertions of other rows', () => {
    expect(only('>q\nM..KV\n>a\nMggK-\n>b\nM.gKV\n')).toEqual([
      ['q', 'MKV'],
      ['a', 'MK-', '020'],
      ['b', 'MKV', '010'],
    ]);
  });

  it('keeps odd letters, and reads a stop mark as X', () => {
    expect(only('>q\nBZUOJXM\n>a\n-*U-JXM\n')).toEqual([
      ['q', 'BZUOJXM'],
      ['a', '-XU-JXM'],
    ]);
  });

  it('leaves out stop marks at the end, whether a column was made for them or not', () => {
    expect(only('>q\nMKV*\n>a\nMKV\n>b\nM-V-\n>c\nMKV**\n')).toEqual([
      ['q', 'MKV'],
      ['a', 'MKV'],
      ['b', 'M-V'],
      ['c', 'MKV'],
    ]);
    expect(only('>q\nMKV\n>a\nMKV*\n').map(([, row]) => row)).toEqual(['MKV', 'MKV']);
  });

  it('takes columns that the first row does not fill as insertions of the others', () => {
    expect(only('>q\nM-K-V\n>a\nMAK-V\n>b\nM-KAv-\n')).toEqual([
      ['q', 'MKV'],
      ['a', 'MKV', '010'],
      ['b', 'MK-', '002'],
    ]);
  });

  it('reads wrapped lines, any line ends, a byte order mark, and white space', () => {
    for (const end of ['\n', '\r\n', '\r'])
      expect(only(`\uFEFF>q one \n M K\nVL\n\n>a\nMK\t-L`.replaceAll('\n', end))).toEqual([
        ['q one', 'MKVL'],
        ['a', 'MK-L'],
      ]);
  });

  it('keeps rows with the same name or with none', () => {
    expect(only('>q\nMK\n>a\nMR\n>a\nMH\n>\nMD\n').map(([title]) => title)).toEqual([
      'q',
      'a',
      'a',
      '',
    ]);
  });

  it('leaves out comments and rows of secondary structure', () => {
    expect(only('#A3M#\n>ss_pred PSIPRED\nHHE\n>ss_conf\n990\n>q\nMKV\n>ss_dsspy\nMKV\n')).toEqual([
      ['q', 'MKV'],
      ['ss_dsspy', 'MKV'],
    ]);
  });

  it('reads UTF-16, and gzip of several members', () => {
    const text = '>q\nMKV\n>a\nM-V\n';
    const utf16 = Buffer.from(`\uFEFF${text}`, 'utf16le');
    const packed = Buffer.concat([gzipSync('>q\nMKV\n'), gzipSync('>a\nM-V\n')]);
    for (const bytes of [utf16, packed, gzipSync(utf16)])
      expect(readAlignments(bytes).map(rowsOf)).toEqual([only(text)]);
  });

  it('counts insertions beyond 65,535 residues as that many', () => {
    const [alignment] = read(`>q\nMK\n>a\nM${'g'.repeat(70_000)}K\n`);
    expect([...alignment!.insertions.counts]).toEqual([65_535]);
  });
});

describe('aligned FASTA', () => {
  it('takes all signs as columns where all rows are as long, lower case as residues, dots as gaps', () => {
    expect(only('>q\nMkV.L\n>a\nMK-gL\n>b\n.kVgg\n')).toEqual([
      ['q', 'MKVL'],
      ['a', 'MK-L', '0001'],
      ['b', '-KVG', '0001'],
    ]);
  });

  it('reads a query in lower case', () => {
    expect(only('>q\nmkv\n')).toEqual([['q', 'MKV']]);
    expect(only('>q\nmkv\n>a\nm-v\n')[1]).toEqual(['a', 'M-V']);
  });
});

describe('Stockholm', () => {
  it('joins the blocks of each row and makes columns relative to the first', () => {
    const text = [
      '# STOCKHOLM 1.0',
      '#=GF ID test',
      'q/1-5   MK-v',
      'a       mkgv',
      '#=GR a  PP 9999',
      '#=GC RF xxxx',
      '',
      'q/1-5   L.',
      'a       -A',
      '//',
      '',
    ];
    for (const end of ['\n', '\r\n'])
      expect(only(text.join(end))).toEqual([
        ['q/1-5', 'MKVL'],
        ['a', 'MKV-', '0010'],
      ]);
  });

  it('tells rows with the same name apart by their order in the block', () => {
    expect(only('# STOCKHOLM 1.0\nq MK\na MR\na M-\n\nq V\na V\na -\n//\n')).toEqual([
      ['q', 'MKV'],
      ['a', 'MRV'],
      ['a', 'M--'],
    ]);
  });

  it('gives an alignment for each //', () => {
    const sections = read('# STOCKHOLM 1.0\nq MK\n//\n# STOCKHOLM 1.0\np ML\nr M-\n//\n');
    expect(sections.map(rowsOf)).toEqual([
      [['q', 'MK']],
      [
        ['p', 'ML'],
        ['r', 'M-'],
      ],
    ]);
  });

  it('names the line of a row that is too short', () => {
    const error = errorOf('# STOCKHOLM 1.0\n\nq MKV\na MK\n//\n');
    expect(error.line).toBe(4);
    expect(error.message).toContain('row 2 ("a") has 2 columns, the first row has 3');
  });
});

describe("ColabFold's files", () => {
  it('parts queries at NUL', () => {
    const sections = read('>101\nMKV\n>a\nM-V\n\0>102\nGL\n>b\nG-\n\0');
    expect(sections.map(rowsOf)).toEqual([
      [
        ['101', 'MKV'],
        ['a', 'M-V'],
      ],
      [
        ['102', 'GL'],
        ['b', 'G-'],
      ],
    ]);
  });

  it('reads lengths and copies of the chains of a complex', () => {
    const [section] = readAlignments(bytesOf('#3,2\t1,2\n>101\t102\nMKVGL\n>101\nMKV--\n'));
    expect(section!.chains).toEqual([
      { length: 3, copies: 1 },
      { length: 2, copies: 2 },
    ]);
  });

  it('refuses lengths that the first row does not have', () => {
    expect(errorOf('#3,3\t1,2\n>101\t102\nMKVGL\n').message).toBe(
      'file.a3m:1: the first line says that its chains have 6 residues, but the first row has 5',
    );
  });
});

describe('what is no alignment', () => {
  it.each([
    ['', 1, 'the alignment is empty'],
    ['\n \n', 1, 'the alignment is empty'],
    ['MKV\n', 1, '"MKV" stands before the first row'],
    ['\nCLUSTAL W\n', 2, '"CLUSTAL W" stands before the first row'],
    ['{"a": 1}', 1, 'stands before the first row'],
    ['>q\n\n>a\nMK\n', 1, 'the first row has no residues'],
    ['>q\n---\n>a\nMKV\n', 1, 'the first row has no residues'],
    ['>q\nMKV\n>a\nMK1\n', 4, '"1" is not a residue, insertion or gap'],
    ['>q\r\nMKV\r\n>a\r\nM\r\nKé\r\n', 5, '"é" is not a residue, insertion or gap'],
    ['>q\nMKV\n>a\nMKVA\n', 3, 'row 2 ("a") has 4 columns, the first row has 3'],
    ['>q\nMKV\n>a\nMK\n', 3, 'insertions in lower case not counted'],
    ['>q\nMKV\n>a\nMKg\n>b\nMKVL\n', 3, 'row 2 ("a") has 2 columns, the first row has 3'],
  ])('is refused with its line: %j', (text, line, message) => {
    const error = errorOf(text);
    expect(error.code).toBe('PARSE_ALIGNMENT');
    expect(error.message).toContain(message);
    expect(error.line).toBe(line);
  });

  it('is refused beyond 65,535 columns', () => {
    expect(errorOf(`>q\n${'M'.repeat(65_536)}\n`).message).toContain('more than 65,535 columns');
  });

  it('is refused where gzip is cut short', () => {
    const packed = gzipSync('>q\nMKV\n>a\nM-V\n');
    expect(errorOf(packed.subarray(0, packed.length - 9)).message).toContain('cut short');
    expect(errorOf(packed.subarray(0, 3)).message).toContain('cut short');
  });
});
