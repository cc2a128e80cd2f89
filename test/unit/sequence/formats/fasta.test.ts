import { describe, expect, it } from 'vitest';
import { fastaEntries, parseFasta, writeFasta } from '#sequence/formats/fasta';
import { placeOf } from '#sequence/formats/letters';

describe('parseFasta', () => {
  it('joins the lines of each record, whatever ends them', () => {
    const text = '\uFEFF>a first\r\nTTCC\r\nPSIV\r\n\r\n>b\rMK\rT\n>c\n';
    expect(parseFasta(text)).toEqual([
      { title: 'a first', sequence: 'TTCCPSIV' },
      { title: 'b', sequence: 'MKT' },
      { title: 'c', sequence: '' },
    ]);
  });

  it('takes letters without a header as one record', () => {
    expect(parseFasta('MKT\nAYI')).toEqual([{ title: '', sequence: 'MKTAYI' }]);
    expect(parseFasta(' \n\n')).toEqual([]);
  });

  it('takes a protein whose letters spell a record of PDB', () => {
    expect(parseFasta('HEADERLKV\nATQMKT')[0]?.sequence).toBe('HEADERLKVATQMKT');
  });

  it('leaves out comments, spaces and invisible characters', () => {
    expect(parseFasta('; note\n# note\n>a\n;note\nM K\u00a0T\u200bA\n')).toEqual([
      { title: 'a', sequence: 'MKTA' },
    ]);
  });

  it('reads GenBank and UniProt pages without their numbering', () => {
    const [gene] = fastaEntries('ORIGIN\n        1 atggcc ctgtgg\n       13 atgtag\n//\n');
    expect(gene).toMatchObject({ letters: 'atggccctgtggatgtag', numbering: [15, 38] });
    expect(parseFasta('        10         20\nMKTAYIAKQR QISFVKSHFS\n1 MKT 60')[0]?.sequence).toBe(
      'MKTAYIAKQRQISFVKSHFSMKT',
    );
  });

  it('keeps digits that touch letters, for the reader to refuse', () => {
    expect(parseFasta('>a\nMK7T\nM8 T')[0]?.sequence).toBe('MK7TM8T');
    expect(parseFasta('A5 60')[0]?.sequence).toBe('A5');
    expect(parseFasta('1MKT\nMKT60')[0]?.sequence).toBe('1MKTMKT60');
  });

  it('finds every letter in the text again', () => {
    const text = '>a\n  1 MKT AY\r\nIA 60\n>b\nQ';
    const [first, second] = fastaEntries(text);
    expect(Array.from('MKTAYIA', (_, i) => text[placeOf(first!, i).offset]).join('')).toBe(
      'MKTAYIA',
    );
    expect(placeOf(first!, 4)).toEqual({ offset: 12, line: 2, column: 10 });
    expect(placeOf(second!, 0)).toEqual({ offset: text.length - 1, line: 5, column: 1 });
  });

  it('names source and line of letters before the first header', () => {
    expect(() => parseFasta('\nMKT\n>a\nMK', 'x.fasta')).toThrow(
      expect.objectContaining({
        code: 'PARSE_FASTA',
        line: 2,
        message: expect.stringMatching(/^x\.fasta:2: /) as string,
      }),
    );
  });

  it.each([
    ['HEADER    HYDROLASE', /PDB/],
    ['ATOM      1  N   THR A   1', /PDB/],
    ['HETATM12345  N   THR A   1', /PDB/],
    ['data_1CRN', /mmCIF/],
    ['LOCUS       NM_000207', /GenBank/],
    ['@SRR001', /FASTQ/],
    ['{"sequence": "MKT"}', /JSON/],
  ])('says what "%s" looks like', (text, hint) => {
    expect(() => parseFasta(text)).toThrow(
      expect.objectContaining({
        code: 'PARSE_FASTA',
        hint: expect.stringMatching(hint) as string,
      }),
    );
  });
});

describe('headers of Boltz and Chai', () => {
  it.each(['B|smiles', 'C|ccd|', 'c | CCD', 'ligand|ethanol', 'glycan|name=x'])(
    'that begin a ligand are refused: %s',
    (header) => {
      expect(() => parseFasta(`>A|protein\nMKT\n>${header}\nCCO`, 'job.fasta')).toThrow(
        expect.objectContaining({
          code: 'SEQUENCE_FORMAT',
          message: expect.stringMatching(/^job\.fasta:3: .* is a ligand/) as string,
        }),
      );
    },
  );

  it('that begin a protein are read, as are other names with a bar', () => {
    for (const title of [
      'A|protein',
      'protein|name=a',
      'sp|P0CG48|UBC',
      'ligand binding',
      'a|ccdB',
    ])
      expect(parseFasta(`>${title}\nMKT`)).toEqual([{ title, sequence: 'MKT' }]);
  });
});

describe('writeFasta', () => {
  it('wraps lines', () => {
    expect(writeFasta([{ title: 'a b', sequence: 'MKTAYIA' }], 3)).toBe('>a b\nMKT\nAYI\nA\n');
  });
});
