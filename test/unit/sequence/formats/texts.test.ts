import { describe, expect, it } from 'vitest';
import { decodeText } from '#sequence/formats/decode-text';
import { fastaEntries, writeFasta } from '#sequence/formats/fasta';
import { gatherLetters } from '#sequence/formats/letters';
import { cutTitle, textLines } from '#sequence/formats/lines';
import { refuseNames } from '#sequence/formats/names';
import { readEntries } from '#sequence/formats/read-entries';
import { tableLayout } from '#sequence/formats/table';
import { readThreeLetter } from '#sequence/three-letter';
import { failureOf } from '../../../helpers/failure.js';

describe('lines', () => {
  it('are numbered and found by offset, whatever ends them; the mark of the byte order is of none', () => {
    expect([...textLines('\uFEFFab \r\n\rc\n')]).toEqual([
      { text: 'ab', number: 1, offset: 1 },
      { text: '', number: 2, offset: 6 },
      { text: 'c', number: 3, offset: 7 },
      { text: '', number: 4, offset: 9 },
    ]);
    expect([...textLines('a\n\uFEFFb')][1]).toMatchObject({ offset: 2, number: 2 });
    expect([...textLines('a\n\uFEFFb')][1]!.text).toHaveLength(2);
  });

  it('that are titles are cut behind 1,000 characters, never within one', () => {
    expect(cutTitle(` ${'a'.repeat(1000)} `)).toBe('a'.repeat(1000));
    expect(cutTitle('a'.repeat(1001))).toBe(`${'a'.repeat(1000)}…`);
    expect(cutTitle(`${'a'.repeat(999)}😀`)).toBe(`${'a'.repeat(999)}…`);
  });
});

describe('files that are too large or broken', () => {
  it('are named, with what is wrong', () => {
    const large = new Uint8Array(400 * 1024 * 1024 + 1);
    expect(failureOf(() => decodeText(large, 'x.fa')).message).toBe(
      'x.fa:1: more than 400 MiB of text',
    );
    const cut = Uint8Array.of(0x1f, 0x8b, 8, 0);
    expect(failureOf(() => decodeText(cut, 'x.fa')).message).toBe(
      'x.fa:1: the gzip data are broken or cut short',
    );
    expect(failureOf(() => decodeText(Uint8Array.of(65, 0), 'x.fa')).message).toBe(
      'x.fa:1: this is a binary file, not a sequence',
    );
  });
});

describe('FASTA', () => {
  it('is written in lines of 60 letters', () => {
    const [full, more] = ['M'.repeat(60), 'M'.repeat(61)];
    expect(writeFasta([{ title: ' a\r\n b', sequence: full }])).toBe(`>a b\n${full}\n`);
    expect(writeFasta([{ title: 'a', sequence: more }])).toBe(`>a\n${full}\nM\n`);
    expect(writeFasta([{ title: 'a', sequence: '' }])).toBe('>a\n');
  });

  it('is refused beyond a number of records', () => {
    const text = '>a\nMK\n>b\nMK\n';
    expect(fastaEntries(text, { maxRecords: 2 })).toHaveLength(2);
    expect(() => fastaEntries(text, { maxRecords: 1 })).toThrow('more than 1 records at a time');
  });

  it('shows the first twenty characters of what it refuses', () => {
    expect(failureOf(() => fastaEntries('>a|smiles|23456789012345\nCCO')).message).toBe(
      'input:1: the record "a|smiles|23456789012" is a ligand or a sugar, not a sequence',
    );
    expect(failureOf(() => fastaEntries('@23456789012345678901\n')).message).toBe(
      'input:1: "@2345678901234567890" is not a sequence',
    );
    expect(failureOf(() => fastaEntries('MK\nMK\n>a\nMK', { source: 'x' })).message).toBe(
      'x:1: letters before the first header',
    );
  });

  it('keeps the line and place of each record', () => {
    const text = '\n>a\nMK\n\n > b c \n1 MK 3\nV';
    expect(fastaEntries(text)).toEqual([
      {
        ...{ title: 'a', line: 2, hasHeader: true, letters: 'MK', numbering: [] },
        runs: [{ index: 0, offset: 4, line: 3, column: 1 }],
      },
      {
        ...{ title: 'b c', line: 5, hasHeader: true, letters: 'MKV', numbering: [16, 21] },
        runs: [
          { index: 0, offset: 18, line: 6, column: 3 },
          { index: 2, offset: 23, line: 7, column: 1 },
        ],
      },
    ]);
    expect(fastaEntries('\n\nMK')[0]).toMatchObject({ title: '', line: 3, hasHeader: false });
  });
});

describe('three-letter code', () => {
  const read = (text: string) => readThreeLetter(fastaEntries(text)[0]!);
  const lettersOf = (text: string): string | undefined => read(text)?.letters;

  it('has each letter at the place of its name, chains apart', () => {
    //             0123456789012345678901
    expect(read('H-Met-Gln-OH')).toMatchObject({
      ...{ letters: 'MQ', kind: 'protein' },
      runs: [
        { index: 0, offset: 2, line: 1, column: 3 },
        { index: 1, offset: 6, line: 1, column: 7 },
      ],
    });
    expect(read('>x\nMET GLN:\nALA TRP')).toMatchObject({
      letters: 'MQ:AW',
      runs: [
        { index: 0, offset: 3, line: 2, column: 1 },
        { index: 1, offset: 7, line: 2, column: 5 },
        { index: 2, offset: 10, line: 2, column: 8 },
        { index: 3, offset: 12, line: 3, column: 1 },
        { index: 4, offset: 16, line: 3, column: 5 },
      ],
    });
  });

  it.each([
    ['Ac-Met-Gln-NH2', 'MQ'],
    ['H2N-Met-Gln-COOH', 'MQ'],
    ['NH2-Met-Gln-OH', 'MQ'],
    ['MET GLN', 'MQ'],
    ['Met-Gln', 'MQ'],
    ['METGLNILE', 'MQI'],
    ['METGLN', undefined],
    ['MET', undefined],
    ['METGLNIL', undefined],
    ['MET-GL-ILE', undefined],
    ['MET GLN 1LE', undefined],
    ['MKTAYIAKQ', undefined],
    ['HIS HID HIE HIP HSD HSE HSP', 'HHHHHHH'],
    ['ASX GLX XLE SEC PYL XAA UNK TER STP MSE CYX', 'BZJUOXX**MC'],
  ])('%s is %s', (text, letters) => {
    expect(lettersOf(text)).toBe(letters);
  });

  it('is believed where four names of five are known, and the fifth is an error', () => {
    expect(failureOf(() => lettersOf('MET GLN FOO ILE PHE')).message).toBe(
      '"FOO" at position 3 is not the three-letter code of a residue (line 1, column 9)',
    );
    expect(lettersOf('MET GLN FOO ILE')).toBeUndefined();
    // chains count as known
    expect(failureOf(() => lettersOf('MET GLN:FOO ILE')).message).toContain('"FOO" at position 4');
    expect(lettersOf('FOO BAR BAZ MET GLN ILE PHE')).toBeUndefined();
  });

  it('leaves a word of its own behind what was noted before', () => {
    const entry = { ...fastaEntries('Met-Gln')[0]!, notes: ['first'] };
    expect(readThreeLetter(entry)!.notes).toEqual([
      'first',
      'three-letter code is read as one letter for each residue',
    ]);
    expect(readThreeLetter(fastaEntries('Met-Gln')[0]!)!.notes).toHaveLength(1);
  });
});

describe('names where a sequence is wanted', () => {
  const messageOf = (text: string): string => failureOf(() => { refuseNames(text, 'x'); }).message; // prettier-ignore

  it('are counted', () => {
    expect(messageOf('insulin')).toBe('x: "insulin" is a name, not a sequence');
    expect(messageOf('\ninsulin\n\nGFP\n')).toBe(
      'x: "insulin" is a name, not a sequence, and 1 more lines are names too',
    );
    expect(messageOf('insulin\nP69905\nGFP')).toMatch(/and 2 more lines/);
    expect(messageOf('insulin\nMKTAYIAKQRQ')).toBe('none');
  });

  it('are up to eight words of up to thirty letters', () => {
    expect(messageOf('insulin a b c d e f g')).toMatch(/is a name/);
    expect(messageOf('insulin a b c d e f g h')).toBe('none');
    const long = (length: number): string => `${'q'.repeat(length - 3)}ase`;
    expect([messageOf(long(30)), messageOf(long(31))]).toEqual([
      `x: "${long(30)}" is a name, not a sequence`,
      'none',
    ]);
    expect(messageOf(`a ${long(31)}`)).toBe('none');
  });

  it('are not looked for in more than 10,000 characters', () => {
    const filled = (length: number): string => `insulin${'\n'.repeat(length - 7)}`;
    expect(messageOf(filled(10_000))).toMatch(/is a name/);
    expect(messageOf(filled(10_001))).toBe('none');
  });

  it('are no numbers, though entries of the PDB may be called so', () => {
    expect(messageOf('1234')).toBe('none');
    expect(messageOf('12e8')).toMatch(/12e8 is an entry of the PDB/);
  });

  it.each([
    ['pdb_00004hhb', 'https://www.rcsb.org/fasta/entry/4HHB '],
    ['4hhb:A', 'https://www.rcsb.org/fasta/entry/4HHB '],
    ['tr|A0A024R161', 'https://rest.uniprot.org/uniprotkb/A0A024R161.fasta'],
    ['P69905.2', 'https://rest.uniprot.org/uniprotkb/P69905.fasta'],
    ['MGYP000000000001', 'https://www.ebi.ac.uk/metagenomics/proteins/MGYP000000000001'],
    ['PF00042', 'https://www.ebi.ac.uk/interpro/entry/pfam/PF00042'],
    ['IPR000971', 'https://www.ebi.ac.uk/interpro/entry/InterPro/IPR000971'],
  ])('%s is looked up at %s', (name, where) => {
    expect(failureOf(() => { refuseNames(name, 'x'); }).hint).toContain(`get the sequence from ${where}`); // prettier-ignore
  });
});

describe('the layout of a table', () => {
  const SEQUENCE = 'MKTAYIAKQRQ';
  const heading = (delimiter: string, sequence: number, name: number) => ({
    ...{ delimiter, sequence, name, hasHeading: true },
  });

  it.each([
    ['id,sequence', heading(',', 1, 0)],
    ['sequence;what', heading(';', 0, 1)],
    ['what\tseq', heading('\t', 1, 0)],
    ['what,aa_sequence,name,id', heading(',', 1, 2)],
    [' "id" , Protein Sequence', heading(',', 1, 0)],
    ['sequence', undefined],
    ['sequence,', heading(',', 0, 1)],
    ['>sequence,id', undefined],
    [`a,${SEQUENCE}`, { ...heading(',', 1, 0), hasHeading: false }],
    [`${SEQUENCE};a;b`, { ...heading(';', 0, 1), hasHeading: false }],
    [`a,abcdefghijklm,${SEQUENCE}`, { ...heading(',', 2, 0), hasHeading: false }],
    [`${SEQUENCE},${SEQUENCE}E`, undefined],
    ['abcdefghijklm,nopqrstuvwx', undefined],
    ['abcdefghijk,x', { ...heading(',', 0, 1), hasHeading: false }],
    ['ABCDEFGHIJ,x', { ...heading(',', 0, 1), hasHeading: false }],
    ['ABCDEFGHI,x', undefined],
    [SEQUENCE, undefined],
  ])('of %j', (first, layout) => {
    if (layout) expect(tableLayout(first)).toEqual(layout);
    else expect(tableLayout(first)).toBeUndefined();
  });

  it('has a record in each row, with the places of its letters', () => {
    const text = 'name,note,sequence\n\n"a, ""b""","x,y", MKT \nc,,"GA"\nd\n"e","z,MK';
    const entries = readEntries(text);
    expect(entries.map(({ title, letters, line }) => [title, letters, line])).toEqual([
      ['a, "b"', 'MKT', 3],
      ['c', 'GA', 4],
      ['d', '', 5],
      ['e', '', 6],
    ]);
    const [first, second] = [text.indexOf('MKT'), text.indexOf('GA')];
    expect(entries[0]).toMatchObject({
      hasHeader: true,
      runs: [{ index: 0, offset: first, line: 3, column: first - 19 }],
    });
    expect(entries[1]!.runs).toEqual([{ index: 0, offset: second, line: 4, column: 5 }]);
    expect(entries[2]!.runs).toEqual([
      { index: 0, offset: text.indexOf('d\n'), line: 5, column: 1 },
    ]);
  });

  it('may have empty cells', () => {
    const [entry] = readEntries('id,,sequence\n,,MK,\n');
    expect(entry).toMatchObject({ title: '', letters: 'MK' });
  });

  it('hides delimiters by quotes, up to the end of the line where they are not closed', () => {
    const cellOf = (row: string) => readEntries(`sequence,name\nMK,${row}\n`)[0]!.title;
    expect(cellOf('"a,b')).toBe('a,b');
    expect(cellOf('""')).toBe('');
    expect(cellOf('"a"b,c')).toBe('a');
    expect(cellOf('a"b,c')).toBe('a"b');
    expect(cellOf('"a""')).toBe('a"'); // never closed
  });

  it('is refused beyond a number of records', () => {
    const text = 'id,sequence\na,MK\nb,MK';
    expect(readEntries(text, { maxRecords: 2 })).toHaveLength(2);
    expect(() => readEntries(text, { maxRecords: 1 })).toThrow('more than 1 records at a time');
  });
});

describe('PIR', () => {
  it('has letters up to the mark of their end, below a line of description', () => {
    const text = '>N1;a\nwhat * it is\nACG*\nTTT\n>P1;b\n\nM/K\nV* A\n>RC;c';
    const entries = readEntries(text);
    expect(entries.map(({ title, letters, kind, line }) => [title, letters, kind, line])).toEqual([
      ['a what * it is', 'ACG', undefined, 1],
      ['b', 'M:KV', 'protein', 5],
      ['c', '', 'rna', 9],
    ]);
    expect(entries[0]!.runs).toEqual([
      { index: 0, offset: text.indexOf('ACG'), line: 3, column: 1 },
    ]);
    expect(readEntries('>P1;a\n*\nMK\n*V\nA')[0]!.letters).toBe('MK');
    expect(entries[0]).not.toHaveProperty('kind');
    expect(entries[1]!.hasHeader).toBe(true);
    expect(readEntries('>P1;a\n\nMK*', { maxRecords: 1 })).toHaveLength(1);
    expect(() => readEntries('>P1;a\n\nMK*\n>P1;b\n', { maxRecords: 1 })).toThrow('more than 1');
    expect(
      ['DL', 'DC', 'RL', 'F1'].map((type) => readEntries(`>${type};a\n\nAC*`)[0]!.kind),
    ).toEqual([...['dna', 'dna', 'rna', 'protein']]);
  });
});

describe('other formats', () => {
  const messageOf = (text: string): string => failureOf(() => readEntries(text)).message;

  it.each([
    ['>a\nMK-T\n>b\nM--T', true],
    ['>a\nMK-T\n>b\nM-T', false],
    ['>a\nMKT\n>b\nM-T\n>c\nMaKT', true],
    ['>a\nMKT\n>b\nMaaKT', true],
    ['>a\nMkT\n>b\nMaaKT', false],
    ['>a\nMKT\n>b\nMKT', false],
    ['>a\nmkt\n>b\nm.t', true],
    ['>a\nmkt\n>b\nmk', false],
    ['>a\nMK-T', false],
    ['>a\nMet-Gln-Ile\n>b\nAla-Gly-Ser', false],
    ['>a\nMKTA\n>b\nM-T\n>c\nMK-A', false],
  ])('%j is an alignment: %s', (text, isAlignment) => {
    const numRecords = text.split('>').length - 1;
    const message = `input:1: this is an alignment of ${numRecords} sequences (a3m or aligned FASTA)`;
    expect(messageOf(text) === message).toBe(isAlignment);
  });

  it.each([
    ['2 4\nseqA MKTA\nseqB MK-A', true],
    ['\n2 4 I\nabcdefghijklm\nseqB MK-A', true],
    ['1 4\na MKTA', true],
    ['0 4\na MKTA', false],
    ['2 4\nseqA MKTA', false],
    ['3 4\na MKTA\nb MKTA', false],
    ['1 5\na MK', false],
    ['1 4\nMKTA', false],
    ['1 20\na MKTAYIAK', false],
    ['1 20\na MKTAYIAKQ', true],
  ])('%j is PHYLIP: %s', (text, isPhylip) => {
    expect(messageOf(text).includes('this is a PHYLIP alignment')).toBe(isPhylip);
  });

  it('is named with its line and what to do', () => {
    expect(failureOf(() => readEntries('\n\n@r1\nACGT', { source: 'x' }))).toMatchObject({
      message: 'x:3: this is FASTQ or SAM',
      hint: 'convert it to FASTA first',
    });
  });
});

describe('letters', () => {
  it('may be on lines with numbers and signs, each run where it stands', () => {
    const lines = [...textLines('12 MK-T 4\nAYI\n\u200bQ R')];
    expect(gatherLetters(lines)).toEqual({
      letters: 'MK-TAYIQR',
      numbering: [0, 8],
      runs: [
        { index: 0, offset: 3, line: 1, column: 4 },
        { index: 4, offset: 10, line: 2, column: 1 },
        { index: 7, offset: 15, line: 3, column: 2 },
        { index: 8, offset: 17, line: 3, column: 4 },
      ],
    });
  });
});
