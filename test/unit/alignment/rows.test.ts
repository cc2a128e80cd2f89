import { describe, expect, it } from 'vitest';
import { alignChains } from '#alignment/align-chains';
import {
  alignmentOfSequence,
  insertionsIn,
  insertionsOf,
  rowOf,
  rowText,
  titleOf,
  type Alignment,
} from '#alignment/alignment';
import { alignmentOfChains } from '#alignment/alignment-of-chains';
import { a3mSections, chainsA3m, FIRST_QUERY_ID } from '#alignment/chains-a3m';
import { joinRows } from '#alignment/join-rows';
import { readAlignments } from '#alignment/read-alignment';
import { measureRows } from '#alignment/measure-rows';
import { isQuery, requireQuery } from '#alignment/require-query';
import { lineEnd, lineNumber, nextLine } from '#alignment/text-lines';
import { failureOf } from '../../helpers/failure.js';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const sections = (text: string) => readAlignments(bytesOf(text), 'x');
const only = (text: string): Alignment => sections(text)[0]!;
const rowsOf = (alignment: Alignment): string[] =>
  Array.from({ length: alignment.numRows }, (_, row) => rowText(alignment, row));
const outcomeOf = (text: string): string[] | string => {
  try {
    return rowsOf(only(text));
  } catch (error) {
    return (error as Error).message;
  }
};

describe('an alignment', () => {
  it('is compact: letters, insertions and titles one after the other', () => {
    const alignment = only('>q one\nMK-VL\n>bb\naaM-cKdV-e\n>\n-KAVL*\n');
    expect(alignment).toEqual({
      ...{ numRows: 3, numColumns: 4 },
      letters: bytesOf('MKVL' + 'M-V-' + '-KVL'),
      insertions: {
        starts: Uint32Array.of(0, 0, 2, 3),
        columns: Uint16Array.of(0, 2, 2),
        counts: Uint16Array.of(2, 3, 1),
      },
      titles: { bytes: bytesOf('q onebb'), starts: Uint32Array.of(0, 5, 7, 7) },
    });
    expect([0, 1, 2].map((row) => titleOf(alignment, row))).toEqual(['q one', 'bb', '']);
    expect(rowOf(alignment, 1)).toEqual(bytesOf('M-V-'));
  });

  it('of a sequence has one row without a title', () => {
    const alignment = alignmentOfSequence('MKV');
    expect(alignment).toEqual({
      ...{ numRows: 1, numColumns: 3, letters: bytesOf('MKV') },
      insertions: {
        starts: new Uint32Array(2),
        columns: new Uint16Array(),
        counts: new Uint16Array(),
      },
      titles: { bytes: new Uint8Array(), starts: new Uint32Array(2) },
    });
    expect([rowText(alignment, 0), titleOf(alignment, 0)]).toEqual(['MKV', '']);
  });

  it('tells the insertions of some columns of a row', () => {
    const alignment = only('>q\nMKVLA\n>a\naMKbVcLA\n>b\naMKVLbA\n');
    expect(insertionsIn(alignment, 0, 0, 5)).toEqual({ start: 0, end: 0 });
    expect(insertionsIn(alignment, 1, 0, 5)).toEqual({ start: 0, end: 3 });
    expect(insertionsIn(alignment, 1, 1, 2)).toEqual({ start: 1, end: 2 });
    expect(insertionsIn(alignment, 1, 1, 1)).toEqual({ start: 1, end: 1 });
    expect(insertionsIn(alignment, 1, 2, 2)).toEqual({ start: 1, end: 3 });
    expect(insertionsIn(alignment, 2, 1, 4)).toEqual({ start: 4, end: 5 });
    const counts = [9, 9, 9, 9, 9, 9];
    insertionsOf(alignment, 1, counts);
    expect(counts).toEqual([1, 0, 1, 1, 0, 9]);
  });
});

describe('rows fit the first one', () => {
  it.each([
    // stop marks at the ends make no difference
    [
      ['MKV**', 'MKV', 'MKV*', 'MKV***', 'MKV**'],
      ['MKV', 'MKV', 'MKV', 'MKV', 'MKV'],
    ],
    [
      ['MKV', 'MKV*', 'M-V**'],
      ['MKV', 'MKV', 'M-V'],
    ],
    [
      ['MKV*', 'MKVL'],
      ['MKV', 'MKV'],
    ],
    [
      ['MK*V', 'MKAV'],
      ['MKXV', 'MKAV'],
    ],
    // lower case is an insertion where the others agree, else a residue where all signs do
    [
      ['MKV', 'MaKV'],
      ['MKV', 'MKV'],
    ],
    [
      ['MKvL', 'MKAL'],
      ['MKVL', 'MKAL'],
    ],
    [
      ['MKVL', 'MkVL'],
      ['MKVL', 'MKVL'],
    ],
    [
      ['MK.L', 'MKVL'],
      ['MKL', 'MKL'],
    ],
    [
      ['mkv', 'MKV'],
      ['MKV', 'MKV'],
    ],
    [
      ['mkv*', 'mkv'],
      ['MKV', 'MKV'],
    ],
    // dots pad insertions
    [
      ['M.KV', 'MaKV', 'M.-V'],
      ['MKV', 'MKV', 'M-V'],
    ],
    [
      ['M~V_', 'MKVL'],
      ['MV', 'MV'],
    ],
  ])('%j', (rows, expected) => {
    expect(outcomeOf(rows.map((row, i) => `>${i}\n${row}\n`).join(''))).toEqual(expected);
  });

  it.each([
    [
      ['MKV', 'MKVL'],
      'x:3: row 2 ("1") has 4 columns, the first row has 3, insertions in lower case not counted',
    ],
    [
      ['MKV', 'MKV', 'MK'],
      'x:5: row 3 ("2") has 2 columns, the first row has 3, insertions in lower case not counted',
    ],
    [
      ['mKVL', 'MKVL', 'MKV'],
      'x:3: row 2 ("1") has 4 columns, the first row has 3, insertions in lower case not counted',
    ],
    [
      ['MKV**', 'MKVLAG'],
      'x:3: row 2 ("1") has 6 columns, the first row has 5, insertions in lower case not counted',
    ],
  ])('or not: %j', (rows, message) => {
    expect(outcomeOf(rows.map((row, i) => `>${i}\n${row}\n`).join(''))).toBe(message);
  });

  it('or say so with the first 40 letters of their title, and what to do', () => {
    const title = 'a'.repeat(41);
    const failure = failureOf(() => only(`# STOCKHOLM 1.0\nq MKV\n${title} MK\n//\n`));
    expect(failure.message).toBe(
      `x:3: row 2 ("${title.slice(1)}") has 2 columns, the first row has 3`,
    );
    expect(failure.hint).toContain('must be aligned first');
  });

  it('have up to 65,535 columns', () => {
    expect(only(`>q\n${'M'.repeat(65_535)}\n`).numColumns).toBe(65_535);
    expect(only(`>q\n${'M'.repeat(65_535)}*\n`).numColumns).toBe(65_535);
    expect(failureOf(() => only(`>q\n${'M'.repeat(65_536)}\n`)).message).toBe(
      'x:1: more than 65,535 columns',
    );
  });

  it('are four million at most', () => {
    const bytes = new TextEncoder().encode('>q\nM\n');
    const row = { titleStart: 1, titleEnd: 2, body: [3, 4] };
    const measure = (count: number) =>
      measureRows({
        ...{ bytes, source: 'x' },
        *rows() {
          for (let i = 0; i < count; i++) yield row;
        },
      });
    expect(measure(4_000_000).numRows).toBe(4_000_000);
    expect(failureOf(() => measure(4_000_001)).message).toBe('x:1: more than 4,000,000 rows');
  });

  it('have no signs but letters, gaps and stop marks', () => {
    expect(failureOf(() => only('>q\nMK\n>a\nM€K\n'))).toMatchObject({
      message: 'x:4: "€" is not a residue, insertion or gap',
      hint: expect.stringContaining('residues are letters') as string,
    });
    expect(outcomeOf('>q\nM K\t\v\f\nV\n')).toEqual(['MKV']);
    expect(outcomeOf('>q\nMK@V\n')).toContain('"@" is not');
    expect(outcomeOf('>q\nMK[V\n')).toContain('"[" is not');
    expect(outcomeOf('>q\nAZaz\n>a\nAZ\n')).toEqual(['AZ', 'AZ']);
    expect(outcomeOf('>q\nMK`\n')).toContain('"`" is not');
    expect(outcomeOf('>q\nMK{\n')).toContain('"{" is not');
  });

  it('may not leave the first row without residues', () => {
    for (const text of ['>q\n\n>a\nMKV', '>q\n---\n>a\nMKV', '>q\n...\n>a\nMKV', '>q\n**'])
      expect(failureOf(() => only(text)).message).toMatch(/^x:1: the first row has no residues/);
  });
});

describe('sections of a text', () => {
  it('may be empty, between NUL or at the ends', () => {
    expect(sections('>q\nMK\n\0\n\0>r\nGA\n\0').map(rowsOf)).toEqual([['MK'], ['GA']]);
    expect(sections('\0>q\nMK\n').map(rowsOf)).toEqual([['MK']]);
  });

  it('begin with comments, of which those that give chains count', () => {
    const chainsOf = (first: string) => sections(`${first}>q\nMKVGL\n`)[0]!.chains;
    expect(chainsOf('#3,2\t1,4\n')).toEqual([
      { length: 3, copies: 1 },
      { length: 2, copies: 4 },
    ]);
    expect(chainsOf('# by hand\n#5\t2\n')).toEqual([{ length: 5, copies: 2 }]);
    expect(chainsOf('#3,2\t1\n')).toBeUndefined();
    expect(chainsOf('#3\n')).toBeUndefined();
    expect(chainsOf('#0,5\t1,1\n')).toBeUndefined();
    expect(chainsOf('')).toBeUndefined();
    expect(failureOf(() => sections('>p\nM\n\0\n#4\t1\n>q\nMKV\n')).message).toBe(
      'x:3: the first line says that its chains have 4 residues, but the first row has 3',
    );
  });

  it('leave out rows of structure, known or predicted', () => {
    const text =
      '>ss_pred\nHHH\n>q\nMKV\n>sa_dssp\nABC\n>aa_pred x\nMKV\n>ss_prediction\nMKV\n>a\nMKV\n>sa\nM-V\n';
    const alignment = only(text);
    const titles = Array.from({ length: alignment.numRows }, (_, row) => titleOf(alignment, row));
    expect(titles).toEqual(['q', 'ss_prediction', 'a', 'sa']);
  });

  it('have rows that begin with > at the beginning of a line alone', () => {
    const alignment = only('>q > one\r\nMK\r>a\rM-\r');
    expect([titleOf(alignment, 0), titleOf(alignment, 1)]).toEqual(['q > one', 'a']);
    expect(failureOf(() => only('>q\nMK>V\n')).message).toContain('">" is not a residue');
  });

  it.each([
    ['CLUSTAL W\n', 'Clustal is not read'],
    [' 2 7\nseq MK', 'PHYLIP is not read'],
    ['<html>', 'a web page or JSON'],
    ['HEADER  X', 'a structure'],
    ['MKV', 'each row begins with a line'],
  ])('that begin otherwise are named: %j', (text, hint) => {
    expect(failureOf(() => only(text)).hint).toContain(hint);
  });

  it('are quoted by twenty characters where they begin otherwise', () => {
    expect(failureOf(() => only('\n\n123456789012345678901\n>q\nMK')).message).toBe(
      'x:3: "12345678901234567890" stands before the first row',
    );
  });
});

describe('a file', () => {
  it('is refused where it is larger than any alignment, or cut short', () => {
    expect(failureOf(() => readAlignments(new Uint8Array(1024 ** 3 + 1), 'x')).message).toBe(
      'x:1: more than 1 GiB of text',
    );
    expect(failureOf(() => readAlignments(Uint8Array.of(0x1f, 0x8b, 8, 0), 'x')).message).toBe(
      'x:1: the gzip data are broken or cut short',
    );
  });

  it('may begin with the mark of its byte order, but with no other bytes', () => {
    expect(
      rowsOf(readAlignments(Uint8Array.of(0xef, 0xbb, 0xbf, ...bytesOf('>q\nMK')))[0]!),
    ).toEqual(['MK']);
    for (const bytes of [Uint8Array.of(0xef, 0xbb, 0x41), Uint8Array.of(0xef, 0x41, 0xbf)])
      expect(failureOf(() => readAlignments(bytes, 'x')).message).toContain(
        'stands before the first row',
      );
  });
});

describe('Stockholm', () => {
  const stockholm = (...lines: string[]): string => ['# STOCKHOLM 1.0', ...lines, ''].join('\n');

  it('joins the pieces of blocks, with rows of one name in the order of their block', () => {
    const alignment = only(
      stockholm('q  MK', 'a  M-', 'a  -K', '', 'q VL', '  ', '#=GC x', 'a V-', 'a -L'),
    );
    expect(rowsOf(alignment)).toEqual(['MKVL', 'M-V-', '-K-L']);
    expect(titleOf(alignment, 2)).toBe('a');
  });

  it('may be indented, and needs no end', () => {
    expect(sections(stockholm(' q MK', '\ta M-', '//', 'r GA')).map(rowsOf)).toEqual([
      ['MK', 'M-'],
      ['GA'],
    ]);
  });

  it('takes lower case for residues and dots for gaps', () => {
    expect(rowsOf(only(stockholm('q mk.V', 'a m-gV')))).toEqual(['MKV', 'M-V']);
  });

  it('has names of any signs', () => {
    expect(titleOf(only(stockholm('q!x MK')), 0)).toBe('q!x');
  });

  it('needs a name and residues in each row', () => {
    for (const row of ['MKV', 'MKV  '])
      expect(failureOf(() => only(stockholm('q MKV', row))).message).toBe(
        'x:3: a row needs a name, white space and residues',
      );
  });

  it('calls itself so in its first line', () => {
    expect(failureOf(() => only(' # STOCKHOLM 1.0\nq MK')).message).not.toContain('a row needs');
    expect(rowsOf(only('# STOCKHOLM 1.1\nq MK'))).toEqual(['MK']);
  });
});

describe('lines of bytes', () => {
  const bytes = bytesOf('ab\r\nc\rd\n\n');

  it('end before their break and begin behind it', () => {
    expect([0, 1, 2, 4, 6, 8].map((at) => lineEnd(bytes, at, bytes.length))).toEqual([
      2, 2, 2, 5, 7, 8,
    ]);
    expect(lineEnd(bytes, 0, 1)).toBe(1);
    expect([2, 5, 7, 8].map((end) => nextLine(bytes, end))).toEqual([4, 6, 8, 9]);
  });

  it('are numbered from 1', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 7, 8].map((at) => lineNumber(bytes, at))).toEqual([
      ...[1, 1, 1, 1, 2, 2, 3, 3, 4],
    ]);
    expect(lineNumber(new Uint8Array(), 0)).toBe(1);
  });
});

describe('the first row', () => {
  it('is the sequence, or what letters that no model knows are replaced with', () => {
    expect(isQuery('MKV', 'MKV')).toBe(true);
    expect(['MKVL', 'MK', 'MRV'].some((row) => isQuery(row, 'MKV'))).toBe(false);
    expect(isQuery('BZJOUX', 'DELKCX')).toBe(true);
    expect(isQuery('BZJOUX', 'XXXXXX')).toBe(true);
    expect(isQuery('A', 'X')).toBe(false);
    expect(isQuery('B', 'N')).toBe(false);
  });

  it('that is another one is refused with what to do', () => {
    expect(
      failureOf(() => {
        requireQuery('MKV', 'MKVL', 'x');
      }),
    ).toMatchObject({
      code: 'ALIGNMENT_MISMATCH',
      message:
        'x: the first row is not the sequence that is folded: at position 4 it has no residue, the sequence L (lengths 3 and 4)',
      hint: expect.stringContaining('without changes') as string,
    });
  });
});

describe('rows from parts of others', () => {
  it('have their letters, insertions and titles where they go', () => {
    const one = only('>q\nMKVLA\n>a\nxM-yyVzL-\n');
    const two = only('>r\nGA\n>bb\nkG-\n');
    const piece = (
      alignment: Alignment,
      row: number,
      from: number,
      length: number,
      at: number,
    ) => ({
      ...{ alignment, row, from, length, at },
    });
    const joined = joinRows(
      [
        [piece(one, 1, 1, 3, 2), piece(two, 1, 0, 2, 6)],
        [piece(two, 1, 0, 1, 1)],
        [piece(one, 0, 0, 5, 0)],
      ],
      9,
    );
    expect(rowsOf(joined)).toEqual(['---VL-G--', '-G-------', 'MKVLA----']);
    expect(joined).toMatchObject({
      ...{ numRows: 3, numColumns: 9 },
      insertions: {
        starts: Uint32Array.of(0, 3, 4, 4),
        columns: Uint16Array.of(3, 4, 6, 1),
        counts: Uint16Array.of(2, 1, 1, 1),
      },
      titles: { bytes: bytesOf('abbq'), starts: Uint32Array.of(0, 1, 3, 4) },
    });
  });
});

describe('a3m of a search', () => {
  it('is parted by NUL, then by titles', () => {
    expect(a3mSections('>101\nMKV\n>a b\nM-\r\n V\n\0\n\0>102\nGA\n')).toEqual([
      [
        { title: '101', row: 'MKV' },
        { title: 'a b', row: 'M-V' },
      ],
      [{ title: '102', row: 'GA' }],
    ]);
    expect(a3mSections('')).toEqual([]);
  });

  const relatives = (...rows: string[]) => rows.map((row, i) => ({ title: `r${i}`, row }));

  it('of one chain is plain', () => {
    expect(FIRST_QUERY_ID).toBe(101);
    const chain = { sequence: 'MKV', copies: 1, relatives: relatives('M-V') };
    expect(chainsA3m([chain])).toBe('>101\nMKV\n>r0\nM-V\n');
    expect(chainsA3m([{ ...chain, copies: 2 }])).toBe('#3\t2\n>101\nMKV\n>101\nMKV\n>r0\nM-V\n');
  });

  it('of several has the chains side by side, paired rows, then the rows of each', () => {
    const chains = [
      { sequence: 'MKV', copies: 1, relatives: relatives('MkK-') },
      { sequence: 'GA', copies: 2, relatives: [] },
      { sequence: 'W', copies: 1, relatives: relatives('F', 'Y') },
    ];
    const paired = [relatives('M-V', 'MRV'), relatives('GG', '-A'), relatives('-', 'W')];
    expect(chainsA3m(chains, paired).split('\n')).toEqual([
      ...[
        '#3,2,1\t1,2,1',
        '>101\t102\t103',
        'MKVGAW',
        '>r0\tr0\tr0',
        'M-VGG-',
        '>r1\tr1\tr1',
        'MRV-AW',
      ],
      ...['>101', 'MKV---', '>r0', 'MkK----', '>102', '---GA-', '>103', '-----W'],
      ...['>r0', '-----F', '>r1', '-----Y', ''],
    ]);
  });
});

describe('the alignment of a prediction', () => {
  const of = (chains: string[], text: string): string[] =>
    rowsOf(alignmentOfChains(chains, bytesOf(text), 'x'));
  const TWO = '>q\nMKV\n>a\nM-V\n\0>r\nGA\n>b\nG-\n';

  it('is its own among those of others', () => {
    expect(of(['GA'], TWO)).toEqual(['GA', 'G-']);
    expect(of(['MKV', 'MKV'], TWO)).toEqual(['MKVMKV', 'MKV---', 'M-V---', '---MKV', '---M-V']);
    expect(of(['MKV', 'GA'], TWO)).toHaveLength(5);
  });

  it('is missed in words', () => {
    expect(failureOf(() => of(['MRV'], TWO)).message).toBe(
      'x: none of its 2 alignments has chain A as its first row',
    );
    expect(failureOf(() => of(['MKV', 'GG'], TWO)).message).toContain('chain B');
    expect(failureOf(() => of(['MRV'], '>q\nMKV\n')).message).toContain('at position 2 it has K');
  });
});

describe('chains side by side', () => {
  const align = (chains: string[], text: string, paired?: string): string[] =>
    rowsOf(
      alignChains(chains, {
        ...{ sections: sections(text), name: 'x' },
        ...(paired === undefined ? {} : { paired: sections(paired) }),
      }),
    );

  it('take residues of one chain for those of that chain alone, and of several for paired', () => {
    expect(
      align(
        ['MKV', 'GA', 'W'],
        '#3,2,1\t1,1,1\n>q\nMKVGAW\n>a\nM----W\n>b\n---G--\n>c\n------\n>d\n-K-GAW\n',
      ),
    ).toEqual([...['MKVGAW', 'M----W', '-K-GAW', '---G--']]);
  });

  it('have paired rows in the order of the chains, whatever the order of the alignments', () => {
    const paired = sections('>r\nGA\n>b\nkG-\n\0>q\nMKV\n>a\nM-xxV\n');
    const both = alignChains(['MKV', 'GA'], {
      sections: sections('>r\nGA\n\0>q\nMKV\n'),
      paired,
      name: 'x',
    });
    expect(rowsOf(both)).toEqual(['MKVGA', 'M-VG-', '---GA', 'MKV--']);
    expect([titleOf(both, 0), titleOf(both, 1)]).toEqual(['q', 'a']);
    expect(both.insertions).toMatchObject({
      columns: Uint16Array.of(2, 3),
      counts: Uint16Array.of(2, 1),
    });
    const other = sections('>q\nGG\n>a\n--\n\0>r\nMKV\n>b\nMKV\n');
    expect(
      failureOf(() => alignChains(['MKV', 'GA'], { sections: paired, paired: other, name: 'x' }))
        .message,
    ).toBe('x, paired: none of its 2 alignments has chain B as its first row');
  });

  it('of a single chain may be the first part of a longer alignment of copies', () => {
    expect(align(['MKV'], '#3\t1\n>q\nMKV\n>a\nM-V\n')).toEqual(['MKV', 'M-V']);
    expect(align(['MKV'], '>q\nMKV\n', '>q\nMKV\n>a\nM-V\n')).toEqual(['MKV', 'MKV']);
  });

  it('give copies in the order of the prediction', () => {
    expect(align(['GA', 'MKV', 'GA'], '#3,2\t1,2\n>q\nMKVGA\n>a\nM--GG\n>b\n---G-\n')).toEqual([
      ...['GAMKVGA', 'GGM--GG', 'G------', '-----G-'],
    ]);
  });

  it('say which copies or chains do not fit', () => {
    const messageOf = (chains: string[], text: string): string =>
      failureOf(() => align(chains, text)).message;
    expect(messageOf(['MKV', 'GA'], '#3,2\t1,2\n>q\nMKVGA\n')).toBe(
      'x: the first line says 2 copies of chain B, the prediction has 1',
    );
    expect(messageOf(['MKV', 'GG'], '#3,2\t1,1\n>q\nMKVGA\n')).toMatch(
      /^x, chain B: the first row is not the sequence .* at position 2 it has A, the sequence G/,
    );
    expect(failureOf(() => align(['MKV', 'GA'], '#3\t1\n>q\nMKV\n'))).toMatchObject({
      message: 'x: has no chain B',
      hint: expect.stringContaining('one alignment for each chain') as string,
    });
  });
});
