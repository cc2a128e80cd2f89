import { describe, expect, it } from 'vitest';
import { readLocation } from '#sequence/formats/feature-location';
import { readEntries } from '#sequence/formats/read-entries';
import { interpret } from '#sequence/input';

/** Lines of ORIGIN as GenBank numbers them. */
function origin(letters: string): string {
  const lines = letters.match(/.{1,60}/g) ?? [];
  return lines
    .map((line, i) => `${String(60 * i + 1).padStart(9)} ${line.replace(/(.{10})/g, '$1 ')}`)
    .join('\n');
}

interface Entry {
  readonly letters: string;
  readonly features?: string;
  readonly locus?: string;
}

function genBank({ letters, features = '', locus = 'DNA     linear   PLN' }: Entry): string {
  const unit = locus.includes('aa') ? '' : 'bp    ';
  return `LOCUS       TEST001     ${letters.length} ${unit}${locus} 01-JAN-2026
DEFINITION  A gene made up for a test,
            complete cds.
ACCESSION   TEST001
VERSION     TEST001.2
FEATURES             Location/Qualifiers
     source          1..${letters.length}
                     /organism="none"
${features}ORIGIN
${origin(letters)}
//
`;
}

const feature = (location: string, ...qualifiers: string[]): string =>
  [
    `     CDS             ${location}`,
    ...qualifiers.map((text) => `${' '.repeat(21)}${text}`),
    '',
  ].join('\n');

const proteinsOf = (text: string): string[] =>
  interpret(text).map(({ chains }) => chains.map(({ sequence }) => sequence).join(':'));
const reversed = (letters: string): string =>
  Array.from(letters, (letter) => ({ A: 'T', C: 'G', G: 'C', T: 'A' })[letter])
    .reverse()
    .join('');

//              exon 1 = 4..9, exon 2 = 16..24
const SPLICED = 'ccgATGGCTgtaagtAAACTGTAAcc'.toUpperCase();

describe('a GenBank file', () => {
  it('is read by its CDS, with the exons joined and every codon in its place', () => {
    const features = feature(
      'join(4..9,16..24)',
      '/gene="tst"',
      '/product="a protein"',
      '/translation="MAKL"',
    );
    const [record, ...others] = interpret(genBank({ letters: SPLICED, features }));
    expect(others).toEqual([]);
    expect(record).toMatchObject({
      name: 'tst',
      title: 'tst a protein (CDS join(4..9,16..24) of TEST001.2)',
      kind: 'dna',
      geneticCode: 1,
      frame: 1,
      chains: [{ id: 'A', sequence: 'MAKL' }],
      warnings: [],
    });
    expect(record!.chains[0]!.codons!.map(({ positions }) => positions)).toEqual([
      [4, 5, 6],
      [7, 8, 9],
      [16, 17, 18],
      [19, 20, 21],
    ]);
    expect(record!.translations![0]).toMatchObject({ nucleotides: 'ATGGCTAAACTGTAA' });
  });

  it('is read on the other strand, however the location says so', () => {
    const letters = reversed(SPLICED);
    for (const location of [
      'complement(join(3..11,18..23))',
      'join(complement(18..23),complement(3..11))',
    ]) {
      const [record] = interpret(genBank({ letters, features: feature(location) }));
      expect(record!.chains[0]!.sequence).toBe('MAKL');
      expect(record!.chains[0]!.codons![0]).toEqual({ codon: 'ATG', positions: [23, 22, 21] });
      expect(record!.frame).toBe(-1);
    }
  });

  it('gives a record for each CDS, and names those that cannot be read', () => {
    const features = [
      feature('join(4..9,16..24)', '/locus_tag="T_1"'),
      feature('join(J00194.1:1..9,16..24)', '/locus_tag="T_2"'),
      feature('4..99', '/locus_tag="T_3"'),
      feature('4..9', '/locus_tag="T_4"', '/pseudo'),
      feature('complement(1..6)', '/protein_id="P_5.1"'),
    ].join('');
    const [first, second, ...others] = interpret(genBank({ letters: SPLICED, features }));
    expect([first!.name, second!.name, others.length]).toEqual(['T_1', 'P_5.1', 0]);
    expect(first!.warnings.map(({ message }) => message)).toEqual([
      'the coding sequence join(J00194.1:1..9,16..24) is left out: its location lies partly in another entry, J00194.1',
      'the coding sequence 4..99 is left out: its location goes from 4 to 99, but the sequence has 26 nucleotides',
      'the coding sequence 4..9 is left out: it is a pseudogene',
    ]);
  });

  it('heeds codon_start, transl_table and open ends', () => {
    // one letter of a codon, then ATA TGA AAA TAA, which mitochondria read as M W K
    const features = feature('<1..>13', '/codon_start=2', '/transl_table=2');
    const [record] = interpret(genBank({ letters: 'CATATGAAAATAA', features }));
    expect(record).toMatchObject({ geneticCode: 2, chains: [{ sequence: 'MWK' }] });
    expect(record!.warnings.map(({ message }) => message)).toEqual([
      'the coding sequence begins before and ends after the sequence of the file: the protein is a fragment',
    ]);
    const [asked] = interpret(genBank({ letters: 'CATATGAAAATAA', features }), { geneticCode: 1 });
    expect(asked!.chains[0]!.sequence).toBe('I');
  });

  it('reads an alternative start codon as M, since the file says that the protein begins there', () => {
    const [record] = interpret(
      genBank({ letters: 'GTGAAATAA', features: feature('1..9', '/transl_table=11') }),
    );
    expect(record!.chains[0]!.sequence).toBe('MK');
    expect(record!.warnings[0]!.message).toContain('GTG at 1-3 is read as M');
  });

  it('reads on through a codon that transl_except gives to selenocysteine', () => {
    const qualifiers = ['/transl_except=(pos:7..9,aa:Sec)', '/translation="MAUK"'];
    const text = genBank({ letters: 'ATGGCTTGAAAATAA', features: feature('1..15', ...qualifiers) });
    const [record] = interpret(text);
    expect(record!.chains[0]!.sequence).toBe('MACK');
    expect(record!.warnings).toMatchObject([
      { message: 'U (selenocysteine) at position 3 is read as C', position: 7 },
    ]);
    expect(record!.warnings[0]!.offsets.map((offset) => text[offset])).toEqual(['T', 'G', 'A']);
    const back = feature('complement(1..15)', '/transl_except=(pos:complement(7..9),aa:Sec)');
    expect(proteinsOf(genBank({ letters: reversed('ATGGCTTGAAAATAA'), features: back }))).toEqual([
      'MACK',
    ]);
  });

  it('says where its own translation is another one', () => {
    const features = feature('1..9', '/translation="MR"');
    const [record] = interpret(genBank({ letters: 'ATGAAATAA', features }));
    expect(record!.chains[0]!.sequence).toBe('MK');
    expect(record!.warnings[0]).toMatchObject({
      message: expect.stringMatching(/own translation .* differs .* first at residue 2/) as string,
      position: 4,
    });
  });

  it('is read without its CDS where a frame or a start is asked for', () => {
    const text = genBank({ letters: 'ATGAAATAACATGGCTTAA', features: feature('1..9') });
    expect(proteinsOf(text)).toEqual(['MK']);
    const [asked, ...others] = interpret(text, { start: 11 });
    expect([asked!.chains[0]!.sequence, asked!.name, others.length]).toEqual([
      'MA',
      'TEST001.2',
      0,
    ]);
  });

  it('without a CDS is read by its open reading frames, over the origin where it is circular', () => {
    const circle = 'CACAAGCCTTTAGTTTAACCTACTAGCCATGCACGCTAAG';
    const [linear] = interpret(genBank({ letters: circle }));
    const [circular] = interpret(genBank({ letters: circle, locus: 'DNA     circular PLN' }));
    expect(linear!.chains[0]!.sequence).not.toBe('MHAKHKPLV');
    expect(circular!.chains[0]!.sequence).toBe('MHAKHKPLV');
    expect(interpret(circle, { circular: true })[0]!.chains[0]!.sequence).toBe('MHAKHKPLV');
    const over = feature('29..18');
    expect(
      proteinsOf(genBank({ letters: circle, features: over, locus: 'DNA     circular PLN' })),
    ).toEqual(['MHAKHKPLV']);
  });

  it('may hold a protein, and several entries', () => {
    const protein = genBank({ letters: 'MAKLGG', locus: 'aa            linear   PLN' });
    expect(interpret(protein)[0]).toMatchObject({ kind: 'protein', name: 'TEST001.2' });
    expect(interpret(protein)[0]).not.toHaveProperty('assumed');
    const gene = genBank({ letters: SPLICED, features: feature('join(4..9,16..24)') });
    expect(proteinsOf(protein + gene + protein)).toEqual(['MAKLGG', 'MAKL', 'MAKLGG']);
  });

  it('says where its letters are where it has none', () => {
    expect(() => interpret(genBank({ letters: '' }))).toThrow(
      expect.objectContaining({
        code: 'SEQUENCE_EMPTY',
        hint: expect.stringContaining('together with its sequence') as string,
      }),
    );
  });

  it('whose coding sequences repeat the same letters without end is refused', () => {
    const everything = 'A'.repeat(1000);
    const features = feature('1..1000').repeat(50);
    expect(() => interpret(genBank({ letters: everything, features }))).toThrow(
      expect.objectContaining({ code: 'SEQUENCE_FORMAT' }),
    );
  });

  it('points at the letter that it cannot read', () => {
    const text = genBank({ letters: 'ATGAAAJTAA', features: feature('1..10') });
    expect(() => interpret(text)).toThrow(
      expect.objectContaining({
        place: expect.objectContaining({
          letter: 'J',
          position: 7,
          offset: text.indexOf('J', 300),
        }) as object,
      }),
    );
  });
});

describe('an EMBL file', () => {
  const EMBL = `ID   X00001; SV 1; circular; mRNA; STD; PLN; 26 BP.
XX
AC   X00001; X00002;
XX
DE   A gene made up for a test
XX
FH   Key             Location/Qualifiers
FT   source          1..26
FT   CDS             join(4..9,
FT                   16..24)
FT                   /gene="tst"
FT                   /translation="MA
FT                   KL"
XX
SQ   Sequence 26 BP; 7 A; 5 C; 7 G; 7 T; 0 other;
     ccgatggctg taagtaaact gtaacc                                             26
//
`;

  it('is read by its CDS', () => {
    expect(interpret(EMBL)[0]).toMatchObject({
      name: 'tst',
      title: 'tst (CDS join(4..9,16..24) of X00001)',
      chains: [{ sequence: 'MAKL' }],
      warnings: [],
    });
  });

  it('of UniProt is read as the protein that it is', () => {
    const text = `ID   TST_NONE                Reviewed;           4 AA.
AC   P00001;
DE   RecName: Full=A protein;
SQ   SEQUENCE   4 AA;  450 MW;  0000000000000000 CRC64;
     MAKL
//
`;
    expect(interpret(text)[0]).toMatchObject({
      name: 'P00001',
      title: 'P00001 RecName: Full=A protein;',
      kind: 'protein',
      chains: [{ sequence: 'MAKL' }],
      warnings: [],
    });
  });
});

describe('readLocation', () => {
  const sequence = { length: 100, isCircular: false };

  it.each([
    ['', 'names no place'],
    ['join(1..2', 'has a form that is not understood'],
    ['1..2)', 'has a bracket too many'],
    ['(1.5)..9', 'has a form that is not understood'],
    ['5..3', 'goes from 5 to 3, but the sequence has 100 nucleotides'],
    ['0..3', 'goes from 0 to 3, but the sequence has 100 nucleotides'],
    ['complement('.repeat(100_000), 'has too many brackets'],
  ])('says why %.30s cannot be read', (location, reason) => {
    expect(readLocation(location, sequence)).toBe(reason);
  });

  it('turns open ends with the strand', () => {
    expect(readLocation('complement(<1..9)', sequence)).toEqual({
      segments: [{ first: 1, last: 9, isReverse: true }],
      isOpenAtBegin: false,
      isOpenAtEnd: true,
    });
    expect(readLocation('7', sequence)).toMatchObject({
      segments: [{ first: 7, last: 7, isReverse: false }],
    });
  });
});

describe('locations', () => {
  const forward = (first: number, last: number) => ({ first, last, isReverse: false });
  const reverse = (first: number, last: number) => ({ first, last, isReverse: true });
  const read = (text: string, isCircular = false) =>
    readLocation(text, { length: 100, isCircular });

  it.each([
    ['1..100', [forward(1, 100)], false, false],
    ['100', [forward(100, 100)], false, false],
    ['<7', [forward(7, 7)], true, false],
    ['1..>9', [forward(1, 9)], false, true],
    ['1..9>', [forward(1, 9)], false, true],
    ['join(<1..3,5..>9)', [forward(1, 3), forward(5, 9)], true, true],
    ['join(1..>3,<5..9)', [forward(1, 3), forward(5, 9)], false, false],
    ['order(1..2,4..5)', [forward(1, 2), forward(4, 5)], false, false],
    ['complement(join(1..3,7..>9))', [reverse(7, 9), reverse(1, 3)], true, false],
    ['complement(join(<1..3,7..9))', [reverse(7, 9), reverse(1, 3)], false, true],
    ['join(complement(<1..9),12..>20)', [reverse(1, 9), forward(12, 20)], false, true],
    ['complement(complement(<2..5))', [forward(2, 5)], true, false],
    [`${'join('.repeat(7)}3..4${')'.repeat(7)}`, [forward(3, 4)], false, false],
  ])('%s is read', (text, segments, isOpenAtBegin, isOpenAtEnd) => {
    expect(read(text)).toEqual({ segments, isOpenAtBegin, isOpenAtEnd });
  });

  it('run over the origin of a circle alone', () => {
    expect(read('90..5', true)).toMatchObject({ segments: [forward(90, 100), forward(1, 5)] });
    expect(read('5..5', true)).toMatchObject({ segments: [forward(5, 5)] });
    expect(read('90..5')).toContain('goes from 90 to 5');
    expect(read('101..5', true)).toContain('goes from 101 to 5');
  });

  it.each([
    ['1..101', 'goes from 1 to 101, but the sequence has 100 nucleotides'],
    ['1..2x', 'has a form that is not understood'],
    ['1..2,x', 'has a form that is not understood'],
    ['join(1..2,A1.1:3..4)', 'lies partly in another entry, A1.1'],
    [`${'join('.repeat(8)}3..4${')'.repeat(8)}`, 'has too many brackets'],
    ['join()', 'names no place'],
  ])('%s is none that can be read', (text, reason) => {
    expect(read(text)).toBe(reason);
  });
});

describe('records of a flat file', () => {
  const gene = (numCoding: number, letters = 'ATGAAATAA'): string =>
    genBank({ letters, features: feature('1..9').repeat(numCoding) });
  const titlesOf = (text: string): string[] => readEntries(text).map(({ title }) => title);

  it('are counted against a limit, but for coding sequences, of which some may be chosen', () => {
    const whole = gene(0);
    const countOf = (text: string, maxRecords: number) => readEntries(text, { maxRecords }).length;
    expect([countOf(whole, 1), countOf(whole + whole, 2), countOf(gene(5), 1)]).toEqual([1, 2, 5]);
    expect(countOf(gene(2) + whole, 1)).toBe(3);
    expect(() => countOf(whole + whole, 1)).toThrow('more than 1 records at a time');
    expect(readEntries(gene(3), { ignoreCoding: true })).toHaveLength(1);
  });

  it('are closed by the next one, or by the end of the file', () => {
    const [first, second] = ['ATGAAATAA', 'ATGGCTTAA'].map((letters) =>
      gene(0, letters).replace('//\n', ''),
    );
    expect(proteinsOf(`${first!}${second!}`)).toEqual(['MK', 'MA']);
  });

  it('stand within entries', () => {
    expect(() => readEntries(`${gene(1)}\nacgt\n`, { source: 'x.gb' })).toThrow(
      expect.objectContaining({
        code: 'SEQUENCE_FORMAT',
        message: 'x.gb:14: this line belongs to no entry',
        hint: expect.stringContaining('LOCUS') as string,
      }),
    );
  });

  it.each([
    ['AUGAAAUAA', 'rna'],
    ['augaaauaa', 'rna'],
    ['ATGAAAUAA', 'dna'],
    ['atguAAUaa', 'rna'],
    ['ATGtAAUaa', 'dna'],
    ['ACGACGACG', 'dna'],
  ])('of %s are %s: what is more frequent counts', (letters, kind) => {
    expect(readEntries(genBank({ letters }))[0]!.kind).toBe(kind);
  });

  it('are named by gene, locus tag, protein, or their number', () => {
    const features = [
      feature(
        '1..9',
        '/gene="a"',
        '/locus_tag="b"',
        '/protein_id="c.1"',
        '/product="long',
        'name"',
      ),
      feature('1..9', '/protein_id="c.1"', '/locus_tag="b"'),
      feature('1..9', '/product="name"'),
      feature('1..9'),
    ].join('');
    const text = genBank({ letters: 'ATGAAATAA', features });
    expect(titlesOf(text)).toEqual([
      'a long name (CDS 1..9 of TEST001.2)',
      'b (CDS 1..9 of TEST001.2)',
      'TEST001.2-3 name (CDS 1..9 of TEST001.2)',
      'TEST001.2-4 (CDS 1..9 of TEST001.2)',
    ]);
    expect(readEntries(text).map(({ otherNames }) => otherNames)).toEqual([
      ['a', 'b', 'c.1'],
      ['b', 'c.1'],
      [],
      [],
    ]);
  });

  it('show the first 60 characters of a location', () => {
    const shown = (location: string): string | undefined =>
      readEntries(genBank({ letters: 'ATGAAATAA', features: feature(location) }))[0]!.coding
        ?.location;
    const short = `join(${'1..3,'.repeat(10)}4..6)`;
    expect(short).toHaveLength(60);
    expect(shown(short)).toBe(short);
    expect(shown(short.replace('4..6', '4..06'))).toBe(
      `${short.replace('4..6', '4..06').slice(0, 60)}…`,
    );
  });

  it('may be twenty times as long as their entry together', () => {
    expect(readEntries(gene(20))).toHaveLength(20);
    const features = feature('join(1..3,4..9)').repeat(20) + feature('1');
    expect(() =>
      readEntries(genBank({ letters: 'ATGAAATAA', features }), { source: 'x.gb' }),
    ).toThrow(
      'x.gb: the coding sequences of TEST001.2 are more than 20 times as long as its sequence',
    );
  });

  it('begin with the first, second or third letter of their location', () => {
    const annotated = (codonStart: string) =>
      readEntries(
        genBank({ letters: 'ATGAAATAA', features: feature('1..9', `/codon_start=${codonStart}`) }),
      )[0]!;
    for (const codonStart of [1, 2, 3])
      expect(annotated(String(codonStart)).coding).toMatchObject({ codonStart });
    for (const wrong of ['0', '4']) {
      expect(annotated(wrong).coding).toBeUndefined();
      expect(annotated(wrong).notes).toEqual([
        `the coding sequence 1..9 is left out: its codon_start is ${wrong}`,
      ]);
    }
  });

  it('keep all of their qualifiers, those of several lines too', () => {
    const qualifiers = [
      '/transl_table=4',
      '/transl_except=(pos:4..6,aa:Sec)',
      '/transl_except=(pos:complement(1..3),aa:TERM)',
      '/transl_except=(pos:4..600,aa:Sec)',
      '/transl_except=(of no form)',
      '/note="one',
      'two"',
      '/translation="mk',
      'k v"',
    ];
    const text = genBank({ letters: 'ATGAAATAA', features: feature('<1..9', ...qualifiers) });
    expect(readEntries(text)[0]!.coding).toEqual({
      segments: [{ first: 1, last: 9, isReverse: false }],
      ...{ isOpenAtBegin: true, isOpenAtEnd: false, location: '<1..9', codonStart: 1 },
      ...{ geneticCode: 4, translation: 'MKKV' },
      exceptions: [
        { position: 4, residue: 'U' },
        { position: 6, residue: 'U' },
        { position: 1, residue: '*' },
        { position: 3, residue: '*' },
      ],
    });
    expect(readEntries(gene(1))[0]!.coding).toEqual({
      segments: [{ first: 1, last: 9, isReverse: false }],
      ...{ isOpenAtBegin: false, isOpenAtEnd: false, location: '1..9', codonStart: 1 },
      exceptions: [],
    });
  });

  it('end with a codon that transl_except calls a stop', () => {
    const features = feature('1..9', '/transl_except=(pos:7..9,aa:TERM)');
    expect(proteinsOf(genBank({ letters: 'ATGAAAAAA', features }))).toEqual(['MK']);
  });
});
