import { describe, expect, it } from 'vitest';
import { readEntries } from '#sequence/formats/read-entries';
import { interpret } from '#sequence/input';

/** `name: chain, chain` of each record. */
const read = (text: string): string[] =>
  interpret(text).map(
    ({ name, chains }) => `${name}: ${chains.map(({ sequence }) => sequence).join(', ')}`,
  );
const notes = (text: string): string[] =>
  interpret(text).flatMap(({ warnings }) => warnings.map(({ message }) => message));
const SEQUENCE = 'MKTAYIAKQRQISFVKSH';

describe('three-letter code', () => {
  it.each([
    'MET GLN ILE PHE',
    'Met-Gln-Ile-Phe',
    'H-Met-Gln-Ile-Phe-OH',
    'metglnilephe',
    'MET\nGLN\nILE\nPHE',
    '>x\nMet Gln Ile\nPhe Ter',
    'Met Gln Ile Phe\n1               4',
    'METGLNILEPHE',
  ])('%j is read as a protein of four', (text) => {
    const [record] = interpret(text);
    expect(record).toMatchObject({ kind: 'protein', chains: [{ sequence: 'MQIF' }] });
    expect(notes(text)).toContain('three-letter code is read as one letter for each residue');
  });

  it('may have chains, and residues that are replaced', () => {
    expect(read('>x\nMET GLN: SEC ASX ILE')).toEqual(['x: MQ, CDI']);
  });

  it('names a residue that it does not know, in its place', () => {
    expect(() => interpret('>x\nMET GLN ILE FOO PHE LYS VAL')).toThrow(
      expect.objectContaining({
        code: 'SEQUENCE_LETTER',
        place: expect.objectContaining({
          letter: 'FOO',
          position: 4,
          line: 2,
          column: 13,
        }) as object,
      }),
    );
  });

  it.each(['ALA', 'MAR KET', SEQUENCE, 'METGLN'])('%s is one-letter code', (text) => {
    expect(read(`>x\n${text}`)).toEqual([`x: ${text.replace(' ', '')}`]);
  });
});

describe('names', () => {
  it.each([
    ['P69905', 'an accession of UniProt', 'uniprotkb/P69905.fasta'],
    ['A0A024R161', 'an accession of UniProt', 'A0A024R161.fasta'],
    ['INS_HUMAN', 'the name of a UniProt entry', 'INS_HUMAN.fasta'],
    ['1CRN', 'an entry of the PDB', 'rcsb.org/fasta/entry/1CRN'],
    ['4hhb_A', 'an entry of the PDB', 'rcsb.org/fasta/entry/4HHB'],
    ['NP_000198.1', 'an accession of a RefSeq protein', 'protein/NP_000198.1'],
    ['NM_000207.3', 'an accession of a RefSeq transcript or gene', 'nuccore/NM_000207.3'],
    ['ENSP00000250971.3', 'an identifier of Ensembl', 'sequence/id/ENSP00000250971'],
    ['ENSMUSG00000000001', 'an identifier of Ensembl', 'ENSMUSG00000000001'],
    ['sp|P69905|HBA_HUMAN', 'the beginning of a UniProt header', 'uniprotkb/P69905.fasta'],
    ['AF-P69905-F1-model_v4', 'an entry of the AlphaFold database', 'P69905.fasta'],
    ['UniRef90_P69905', 'a cluster of UniRef', 'UniRef90_P69905'],
    ['UPI000002DB1C', 'an entry of UniParc', 'UPI000002DB1C'],
    ['AAA59172.1', 'an accession of a GenBank protein', 'protein/AAA59172.1'],
    ['U49845.1', 'an accession of GenBank', 'nuccore/U49845.1'],
    ['https://www.uniprot.org/uniprotkb/P69905', 'an address', 'FASTA'],
  ])('%s is %s', (name, what, where) => {
    expect(() => interpret(` ${name}\n`)).toThrow(
      expect.objectContaining({
        code: 'SEQUENCE_NAME',
        message: expect.stringContaining(`${name} is ${what}`) as string,
        hint: expect.stringContaining(where) as string,
      }),
    );
  });

  it.each([
    'insulin',
    'Insulin',
    'INSULIN',
    'hemoglobin',
    'ubiquitin',
    'lysozyme',
    'kinase',
    'GFP',
    'p53',
    'BRCA1',
    'human insulin',
    'green fluorescent protein',
    'interleukin 2 receptor',
    'insulin\nhemoglobin',
    'P69905\nP68871',
  ])('%j is a name', (text) => {
    expect(() => interpret(text)).toThrow(expect.objectContaining({ code: 'SEQUENCE_NAME' }));
  });

  it.each([
    'MKT',
    'mktayiakqr',
    'MKTAY IAKQR',
    '>insulin\nMALWMR',
    '>x\ninsulin',
    'GATTACA',
    '10 MKTE',
  ])('%j is a sequence', (text) => {
    expect(interpret(text)).toHaveLength(1);
  });
});

describe('letters that only look like those of a protein', () => {
  it.each([
    ['Greek', '\u039cKVLAWTGHE', 1, 'U+039C'],
    ['Cyrillic', 'MKVL\u0410WTGHE', 5, 'U+0410'],
  ])('are told by their number (%s)', (_, letters, position, number) => {
    for (const text of [letters, `>x\n${letters}`]) {
      expect(() => interpret(text)).toThrow(
        expect.objectContaining({
          code: 'SEQUENCE_LETTER',
          message: expect.stringContaining(
            `(${number}) at position ${position} is not a `,
          ) as string,
          hint: expect.stringContaining('only looks like a letter') as string,
        }),
      );
    }
  });
});

describe('alignments and other formats', () => {
  it.each([
    ['# STOCKHOLM 1.0\n\nseq1 MKT-AYI\nseq2 MKTAAYI\n//', 'Stockholm'],
    ['CLUSTAL W (1.82) multiple sequence alignment\n\na   MKT-AYI\nb   MKTAAYI', 'Clustal'],
    ['MUSCLE (3.8) multiple sequence alignment\n\na   MKT-AYI\nb   MKTAAYI', 'Clustal'],
    [' 2 7\nseqA      MKT-AYI\nseqB      MKTAAYI', 'PHYLIP'],
    ['2 7\nseqA MKTQAYI\nseqB MKTAAYI', 'PHYLIP'],
    ['#NEXUS\nbegin data;', 'NEXUS'],
    ['PileUp\n\n MSF: 7 Type: P', 'MSF'],
    ['>a\nMKTAYI\n>b\nMK-AYI\n', 'a3m or aligned FASTA'],
    ['>a\nMKTAYI\n>b\nMKTaaAYI\n>c\n-KTAYI', 'a3m or aligned FASTA'],
    ['>a\nMKTAYI\n>b\nMKTaaAYI\n', 'a3m or aligned FASTA'],
    ['#6\t1\n>101\nMKTAYI\n', 'a3m'],
    ['SEQRES   1 A    3  MET LYS THR', 'PDB'],
    ['HEADER    HYDROLASE', 'PDB'],
    ['@r1\nACGT\n+\nIIII', 'FASTQ'],
    ['<html>', 'web page'],
    ['{\\rtf1\\ansi MKVLAWTGHE}', 'RTF'],
    ['%PDF-1.7\nMKVLAWTGHE', 'PDF'],
    ['BLASTP 2.10.0+', 'BLAST'],
    ['##gff-version 3', 'GFF'],
  ])('%j is named', (text, what) => {
    expect(() => interpret(text)).toThrow(
      expect.objectContaining({
        code: 'SEQUENCE_FORMAT',
        message: expect.stringMatching(new RegExp(`^input:1: this is .*${what}`)) as string,
      }),
    );
  });

  it('are not seen where there are none', () => {
    expect(read('>a\nMKTAYI\n>b\nMKTAYIE')).toEqual(['a: MKTAYI', 'b: MKTAYIE']);
    expect(read('>a\nMet-Gln-Ile\n>b\nAla-Gly-Ser')).toEqual(['a: MQI', 'b: AGS']);
    expect(read('        10         20\nMKTAYIAKQR QISFVKSHFS')).toEqual([
      'sequence-1: MKTAYIAKQRQISFVKSHFS',
    ]);
  });
});

describe('PIR', () => {
  it('has a line of description below each header, and chains apart by "/"', () => {
    const text =
      '>P1;CRAB\nCrambin of cabbage\nTTCC PSIV\nARS*\n>P1;two\nsequence:two\nMKTE/AYIE*\n';
    expect(read(text)).toEqual(['CRAB: TTCCPSIVARS', 'two: MKTE, AYIE']);
    expect(interpret(text)[0]).toMatchObject({ title: 'CRAB Crambin of cabbage', kind: 'protein' });
    expect(interpret('>DL;gene\n\nATGAAATAA*')[0]).toMatchObject({
      kind: 'dna',
      chains: [{ sequence: 'MK' }],
    });
  });
});

describe('tables', () => {
  it.each([
    'id,sequence\na,MKTE\nb,AYIE:GGSE\n',
    'id\tsequence\r\na\tMKTE\r\nb\tAYIE:GGSE',
    'Entry;Length;Sequence\na;4;MKTE\nb;8;AYIE:GGSE',
    'sequence,name\n"MKTE","a"\nAYIE:GGSE,b',
  ])('%j has a record in each line', (text) => {
    expect(read(text)).toEqual(['a: MKTE', 'b: AYIE, GGSE']);
  });

  it('need no heading', () => {
    expect(read(`a,${SEQUENCE}\nb,${SEQUENCE}`)).toEqual([`a: ${SEQUENCE}`, `b: ${SEQUENCE}`]);
    expect(read(`a\t${SEQUENCE}`)).toEqual([`a: ${SEQUENCE}`]);
  });

  it.each([
    `ubq,${SEQUENCE},12.5,human`,
    `ubq\t${SEQUENCE}\thuman`,
    `"ubq";"${SEQUENCE}"`,
    `${SEQUENCE},ubq`,
    `ubq,${SEQUENCE},phosphatase`,
  ])(
    'of one row %j without a heading hold the sequence in the only cell that can be one',
    (text) => {
      expect(read(text)).toEqual([`ubq: ${SEQUENCE}`]);
    },
  );

  it('without a heading are not guessed where two cells may be the sequence', () => {
    expect(() => interpret(`${SEQUENCE},GGSGGSGGSGGS`)).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('id,sequence') as string }),
    );
  });

  it.each(['>x\tHypothetical', '>x, hypothetical', '>x;sequence'])(
    'are not seen in %j, a header of FASTA',
    (header) => {
      const [record] = interpret(`${header}\n${SEQUENCE}`);
      expect(record).toMatchObject({ title: header.slice(1), chains: [{ sequence: SEQUENCE }] });
    },
  );

  it('point at the letter that cannot be read', () => {
    const text = 'id,sequence\na,MKTE\nb, MK?E';
    expect(() => interpret(text)).toThrow(
      expect.objectContaining({
        place: {
          letter: '?',
          position: 3,
          record: 'b',
          line: 3,
          column: 6,
          offset: text.indexOf('?'),
        },
      }),
    );
  });
});

describe('jobs of structure predictors', () => {
  const server = JSON.stringify([
    {
      name: 'my complex',
      modelSeeds: [],
      sequences: [
        { proteinChain: { sequence: 'MKTE', count: 2 } },
        { dnaSequence: { sequence: 'GATTACA', count: 1 } },
        { proteinChain: { sequence: 'AYIE', count: 1 } },
        { ligand: { ligand: 'CCD_ATP', count: 2 } },
      ],
      dialect: 'alphafoldserver',
      version: 1,
    },
    { name: 'other', sequences: [{ protein: { id: ['A', 'B'], sequence: 'GGSE' } }] },
  ]);

  it('of AlphaFold are complexes of their proteins, with copies; the rest is named', () => {
    expect(read(server)).toEqual(['my: MKTE, MKTE, AYIE', 'other: GGSE, GGSE']);
    expect(notes(server)).toEqual([
      'left out, since proteins alone are folded: dnaSequence, ligand (2 copies)',
    ]);
  });

  it('of Boltz are complexes too', () => {
    const yaml = `# a comment
version: 1
sequences:
  - protein:
      id: [A, B]
      sequence: >
        MKTE
        AYIE
      msa: ./a.a3m
  - ligand:
      id: C
      smiles: CCO
constraints:
  - pocket: {binder: C}
`;
    expect(read(yaml)).toEqual(['sequence-1: MKTEAYIE, MKTEAYIE']);
    expect(notes(yaml)).toEqual([
      'left out, since proteins alone are folded: ligand, msa, constraints',
    ]);
  });

  it('point at the letter that cannot be read', () => {
    const text = server.replace('AYIE', 'AY?E');
    expect(() => interpret(text)).toThrow(
      expect.objectContaining({
        place: expect.objectContaining({ letter: '?', offset: text.indexOf('?') }) as object,
      }),
    );
  });

  it.each([
    ['{"sequence": "MKT"}', /no list "sequences"/],
    [
      '[{"name": "x", "sequences": [{"ligand": {"ligand": "CCD_ATP"}}]}]',
      /x: there is no protein to fold, only ligand/,
    ],
    ['{"sequences": [{"protein": {"id": "A"}}]}', /protein has no "sequence"/],
    ['{"sequences": [{"proteinChain": {"sequence": "MKT", "count": 1e9}}]}', /too many copies/],
    [
      '{"sequences": [{"proteinChain": {"sequence": "MKT", "count": -1}}]}',
      /copies .* cannot be read/,
    ],
    ['{"sequences": [', /begins like JSON, but it is broken/],
    ['version: 1\nsequences: [', /begins like YAML, but it is broken/],
    ['version: 1\n', /no list "sequences"/],
    [`version: 1\n${'? '.repeat(2000)}`, /no list "sequences"|broken/],
    [`version: 1\n${'#\n'.repeat(40_000)}`, /more than 65536 characters/],
  ])('%.40s is refused in words', (text, message) => {
    expect(() => readEntries(text)).toThrow(
      expect.objectContaining({
        code: 'SEQUENCE_FORMAT',
        message: expect.stringMatching(message) as string,
      }),
    );
  });
});
