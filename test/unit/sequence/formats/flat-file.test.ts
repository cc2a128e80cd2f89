import { describe, expect, it } from 'vitest';
import { readLocation } from '#sequence/formats/feature-location';
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
