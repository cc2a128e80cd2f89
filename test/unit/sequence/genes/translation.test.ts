import { describe, expect, it } from 'vitest';
import {
  decodeNucleotides,
  encodeNucleotides,
  isNucleotide,
  reverseComplement,
} from '#sequence/genes/nucleotides';
import { codonsFrom, openedAt, spliced, strandsOf } from '#sequence/genes/template';
import { translate } from '#sequence/genes/translate';
import { translateAnnotated } from '#sequence/genes/translate-annotated';

const messagesOf = ({
  warnings,
}: {
  readonly warnings: readonly { readonly message: string }[];
}): string[] => warnings.map(({ message }) => message);

describe('what is said of codons that leave a choice', () => {
  const saying = (codons: string): string =>
    messagesOf(translate(`ATG${codons}`, { frame: 1 }))[0]!;

  it('names up to three of them', () => {
    expect(saying('NNN')).toBe('codon NNN at 4-6 may code more than one residue and is read as X');
    expect(saying('NNNAAATAN')).toBe(
      'codons NNN at 4-6, TAN at 10-12 may code more than one residue and are read as X',
    );
    expect(saying('NNNTANRAY')).toContain('codons NNN at 4-6, TAN at 7-9, RAY at 10-12 may code');
    expect(saying('NNNTANRAYNNN')).toContain('RAY at 10-12 and 1 more may code');
  });

  it('marks all of their nucleotides', () => {
    const [warning] = translate('ATGNNNAAATAN', { frame: 1 }).warnings;
    expect(warning!.positions).toEqual([4, 5, 6, 10, 11, 12]);
  });
});

describe('what is said of the end', () => {
  const saying = (nucleotides: string): string[] =>
    messagesOf(translate(nucleotides, { frame: 1 }));

  it('counts the nucleotides that are left over', () => {
    expect(saying('ATGAAA')).toEqual([]);
    expect(saying('ATGAAAC')).toEqual([
      '1 nucleotide after the last whole codon is not translated',
    ]);
    expect(saying('ATGAAACC')).toEqual([
      '2 nucleotides after the last whole codon are not translated',
    ]);
    expect(translate('ATGAAACC', { frame: 1 }).warnings[0]!.positions).toEqual([4, 5, 6]);
  });

  it('counts what follows a stop, and the stops', () => {
    expect(saying('ATGTAA')).toEqual([]);
    expect(saying('ATGTAAC')).toEqual([
      'the protein ends at the stop codon TAA at 4-6 and 1 nucleotide after it is not translated',
    ]);
    expect(saying('ATGTAACCCTGACC')).toEqual([
      'the protein ends at the stop codon TAA at 4-6, 2 stop codons in all, and 8 nucleotides after it are not translated',
    ]);
    // in a frame that was chosen, what follows needs no word
    expect(
      messagesOf(translate('CATGAAATAACC')).filter((one) => one.includes('stop codon TAA')),
    ).toEqual([]);
  });
});

describe('what is said of the start', () => {
  it('tells a fragment, where the frame was chosen', () => {
    const fragment =
      'the open reading frame has no start codon: the input is taken to be a fragment';
    expect(translate('GGTCCTGGTCCT').warnings.at(-1)).toEqual({
      message: fragment,
      positions: [1, 2, 3],
    });
    expect(messagesOf(translate('GGTCCTGGTCCT', { frame: 1 }))).toEqual([]);
    expect(messagesOf(translate('ATGCCTGGTCCT', { frame: 1 }))).toEqual([]);
  });

  it('tells an alternative start codon, with what it codes elsewhere', () => {
    const read = translate('CTGAAATAA', { frame: 1, alternativeStarts: true });
    expect(read.warnings).toEqual([
      {
        message: 'the alternative start codon CTG at 1-3 is read as M; inside a protein it codes L',
        positions: [1, 2, 3],
      },
    ]);
  });

  it('names up to four later start codons of the next forty', () => {
    const gene = (numCodons: number, more = ''): string =>
      `TTTATG${'CTA'.repeat(numCodons - 1)}ATG${more}${'CTA'.repeat(60)}TAA`;
    const laterOf = (nucleotides: string): string[] =>
      messagesOf(translate(nucleotides)).filter((one) => one.includes('begins later'));
    expect(laterOf(gene(40))).toEqual([
      'the first start codon of the frame is taken, at 4; if the protein begins later, start codons of the same frame are at 124, and start chooses one',
    ]);
    expect(laterOf(gene(41))).toEqual([]);
    const places = [7, 10, 13, 16, 19];
    const named = (count: number): string => laterOf(gene(1, 'ATG'.repeat(count - 1)))[0]!;
    expect(named(4)).toContain(`are at ${places.slice(0, 4).join(', ')}, and start`);
    expect(named(5)).toContain(`are at ${places.slice(0, 4).join(', ')} and further on, and start`);
  });
});

describe('codons that stop in some places', () => {
  it('are named within a protein and at its end, with their code', () => {
    const read = translate('ATGTGAAAATGACCTGA', { geneticCode: 27, frame: 1 });
    expect(messagesOf(read)[0]).toBe(
      'genetic code 27 reads codons TGA at 4-6, TGA at 10-12 as a residue inside a protein and as a stop at its end; here only the very last codon is taken as a stop',
    );
    expect(read.warnings[0]!.positions).toEqual([4, 5, 6, 10, 11, 12]);
    expect(messagesOf(translate('ATGAAATGA', { geneticCode: 27, frame: 1 }))[0]).toContain(
      'reads codon TGA at 7-9 as',
    );
    expect(messagesOf(translate('ATGAAA', { geneticCode: 27, frame: 1 }))).toEqual([]);
  });
});

describe('why a frame was read', () => {
  it.each([
    [
      'ATGAAATAA',
      {},
      'complete coding sequence: a start codon first, a stop codon last and none between',
    ],
    [
      'CATGAAAGCTTAACCC',
      {},
      'longest open reading frame over six frames: begins with a start codon, ends with a stop codon',
    ],
    [
      'CATGAAAGCCC',
      {},
      'longest open reading frame over six frames: begins with a start codon, runs to the end of the input',
    ],
    [
      'GGTCCTGGTCCT',
      {},
      'longest open reading frame over six frames: begins where the input begins, runs to the end of the input',
    ],
    ['CATGAAATAA', { frame: 2 }, 'frame 2 as asked, from its first codon'],
    ['CATGAAATAA', { start: 5 }, 'frame 2 as asked, from position 5 on'],
  ] as const)('%s by %j: %s', (nucleotides, options, reason) => {
    expect(translate(nucleotides, options).reason).toBe(reason);
  });

  it('needs a codon, or a start codon on a circle', () => {
    expect(() => translate('AC')).toThrow('none of the six reading frames codes a residue');
    expect(() => translate('TTAA', { circular: true })).toThrow(
      'no frame of the circle has a start codon',
    );
  });

  it('is that of a complete coding sequence for any start codon of the code', () => {
    expect(translate('CTGAAATAA')).toMatchObject({
      sequence: 'MK',
      isWeakChoice: false,
      hasStart: true,
    });
    expect(translate('CTGAAATAAC').reason).not.toContain('complete');
    expect(translate('CTTAAATAA').reason).not.toContain('complete');
    expect(translate('ATGTAAAAATAA').reason).not.toContain('complete');
  });

  it('may begin at the first letter, and marks the first codon where the choice is weak', () => {
    expect(translate('ATGAAATAA', { start: 1 }).sequence).toBe('MK');
    const closed = 'TTAATTAATTAACCGG';
    const weak = translate(`${closed}ATGGCACTTCCC${closed}`);
    expect(weak.isWeakChoice).toBe(true);
    expect(weak.warnings[0]!.positions).toEqual(weak.codons[0]!.positions);
  });

  it('keeps the nucleotides in upper case as they are given', () => {
    expect(translate('augaaauaa').nucleotides).toBe('AUGAAAUAA');
  });

  it('is from a start on the strand of its frame', () => {
    // other strand: CATTTTCAT
    expect(translate('ATGAAAATG', { start: 9, frame: -1 })).toMatchObject({
      sequence: 'HFH',
      frame: -1,
      untranslated5: 0,
    });
    expect(translate('ATGAAAATG', { start: 6, frame: -1 })).toMatchObject({
      sequence: 'FH',
      untranslated5: 3,
    });
    expect(translate('ATGAAAATG', { start: 9 - 1, frame: -2 }).codons[0]!.positions).toEqual([
      8, 7, 6,
    ]);
    expect(() => translate('ATGAAAATG', { start: 9, frame: -2 })).toThrow(
      'is in frame -1, not in frame -2',
    );
  });
});

describe('a circle', () => {
  it('may be opened within the stop codon', () => {
    expect(translate('AACCCATGGCTT', { circular: true, start: 6 })).toMatchObject({
      ...{ sequence: 'MA', untranslated5: 0, untranslated3: 3, stopPositions: [12] },
      stop: { codon: 'TAA', positions: [12, 1, 2] },
    });
  });
});

describe('a coding sequence of a file', () => {
  const SEGMENT = { first: 1, last: 12, isReverse: false };
  const ANNOTATION = {
    segments: [SEGMENT],
    ...{ isOpenAtBegin: false, isOpenAtEnd: false, location: '1..12', codonStart: 1 as const },
    exceptions: [],
  };

  it('is read as it says', () => {
    expect(translateAnnotated('ATGAAAGTTTAAC', ANNOTATION)).toMatchObject({
      ...{ frame: 1, reason: 'coding sequence as the file has it: 1..12', sequence: 'MKV' },
      ...{ nucleotides: 'ATGAAAGTTTAA', hasStart: true, untranslated5: 0, untranslated3: 0 },
      ...{ isWeakChoice: false, candidates: [], warnings: [], stopPositions: [10] },
      stop: { codon: 'TAA', positions: [10, 11, 12] },
    });
  });

  it('begins with a start codon where it is whole and begins with a whole codon', () => {
    const startOf = (nucleotides: string, more = {}): string =>
      translateAnnotated(nucleotides, { ...ANNOTATION, ...more }, 11).sequence;
    expect(startOf('GTGAAAGTTTAA')).toBe('MKV');
    expect(startOf('GTGAAAGTTTAA', { isOpenAtBegin: true })).toBe('VKV');
    expect(startOf('AGTGAAAGTTAA', { codonStart: 2 })).toBe('VKV');
    expect(startOf('AAGTGAAATTAA', { codonStart: 3 })).toBe('VKL');
    expect(translateAnnotated('AAGTGAAATTAA', { ...ANNOTATION, codonStart: 3 }, 11)).toMatchObject({
      frame: 3,
      untranslated5: 2,
      hasStart: false,
    });
  });

  it('says which of its ends lie outside', () => {
    const said = (more: object): string[] =>
      messagesOf(translateAnnotated('ATGAAAGTTAAA', { ...ANNOTATION, ...more }));
    const fragment = (where: string): string[] => [
      `the coding sequence ${where} the sequence of the file: the protein is a fragment`,
    ];
    expect(said({})).toEqual([]);
    expect(said({ isOpenAtBegin: true })).toEqual(fragment('begins before'));
    expect(said({ isOpenAtEnd: true })).toEqual(fragment('ends after'));
    expect(
      translateAnnotated('ATGAAAGTTAAA', { ...ANNOTATION, isOpenAtEnd: true }).warnings[0]!
        .positions,
    ).toEqual([1, 2, 3]);
  });

  it('says where the translation of the file differs', () => {
    const said = (translation: string) =>
      translateAnnotated('ATGAAAGTTTAA', { ...ANNOTATION, translation }).warnings;
    expect(said('MKV')).toEqual([]);
    expect(said('MRV')).toEqual([
      {
        message:
          "the file's own translation has 3 residues and differs from this one of 3 in 1, first at residue 2",
        positions: [4, 5, 6],
      },
    ]);
    expect(said('MKVLL')[0]).toEqual({
      message:
        "the file's own translation has 5 residues and differs from this one of 3 in 2, first at residue 4",
      positions: [],
    });
    expect(said('V')[0]!.message).toContain(
      'has 1 residues and differs from this one of 3 in 3, first at residue 1',
    );
  });

  it('has the frame of the strand and place where it begins', () => {
    const segments = [
      { first: 9, last: 11, isReverse: true },
      { first: 2, last: 4, isReverse: true },
    ];
    // the other strand: TTACTTTGCCAT; 11-9 is TAC there, 4-2 is CCA
    const read = translateAnnotated('ATGGCAAAGTAA', { ...ANNOTATION, segments });
    expect([read.sequence, read.frame]).toEqual(['YP', -2]);
    expect(read.codons.map(({ positions }) => positions)).toEqual([
      [11, 10, 9],
      [4, 3, 2],
    ]);
    const forward = [
      { first: 3, last: 5, isReverse: false },
      { first: 7, last: 9, isReverse: false },
    ];
    expect(translateAnnotated('ATGGCAAAGTAA', { ...ANNOTATION, segments: forward })).toMatchObject({
      frame: 3,
      nucleotides: 'GGCAAG',
      sequence: 'GK',
    });
  });

  it('reads what it excepts, U and O too, and ends with a codon that may stop', () => {
    const exceptions = [
      { position: 4, residue: 'O' },
      { position: 7, residue: 'U' },
    ];
    const read = translateAnnotated('ATGTAGTGATAA', { ...ANNOTATION, exceptions });
    expect(read.sequence).toBe('MKC');
    expect(read.warnings.map(({ message, positions }) => [message.slice(0, 1), positions])).toEqual(
      [
        ['U', [7, 8, 9]],
        ['O', [4, 5, 6]],
      ],
    );
    expect(translateAnnotated('ATGTGAGTTTGA', ANNOTATION, 27)).toMatchObject({
      sequence: 'MWV',
      stop: { positions: [10, 11, 12] },
    });
    expect(translateAnnotated('ATGTGAGTTTGA', { ...ANNOTATION, geneticCode: 27 }).sequence).toBe(
      'MWV',
    );
  });

  it('that codes nothing is refused', () => {
    expect(() => translateAnnotated('TAAAAAGTTTAA', ANNOTATION)).toThrow(
      expect.objectContaining({
        code: 'READING_FRAME',
        message: 'the coding sequence 1..12 codes no residue',
        hint: expect.stringContaining('frame or start') as string,
      }),
    );
    expect(() =>
      translateAnnotated('AT', { ...ANNOTATION, segments: [{ ...SEGMENT, last: 2 }] }),
    ).toThrow('codes no residue');
  });
});

describe('strands', () => {
  it('have their positions in the input', () => {
    const { forward, reverse } = strandsOf('ACCGN');
    expect(decodeNucleotides(forward.bits)).toBe('ACCGN');
    expect(decodeNucleotides(reverse.bits)).toBe('NCGGT');
    expect([0, 1, 4].map(forward.positionAt)).toEqual([1, 2, 5]);
    expect([0, 1, 4].map(reverse.positionAt)).toEqual([5, 4, 1]);
  });

  it('may be opened elsewhere', () => {
    const opened = openedAt(strandsOf('ACGTR').forward, 2);
    expect(decodeNucleotides(opened.bits)).toBe('GTRAC');
    expect([0, 1, 2, 3, 4].map(opened.positionAt)).toEqual([3, 4, 5, 1, 2]);
    const back = openedAt(strandsOf('ACGTR').reverse, 1);
    expect(decodeNucleotides(back.bits)).toBe('ACGTY');
    expect([0, 4].map(back.positionAt)).toEqual([4, 5]);
  });

  it('are spliced, each segment on its strand', () => {
    const segments = [
      { first: 2, last: 4, isReverse: true },
      { first: 6, last: 7, isReverse: false },
    ];
    const { bits, positionAt } = spliced('ACCGTTG', segments);
    expect(decodeNucleotides(bits)).toBe('CGGTG');
    expect([0, 1, 2, 3, 4].map(positionAt)).toEqual([4, 3, 2, 6, 7]);
    expect(() => spliced('AC?GTTG', segments)).toThrow('"?" at position 3');
    expect(() => spliced('?CCGT?G', [segments[0]!])).not.toThrow();
  });

  it('have the codons that fit', () => {
    const of = (letters: string, begin: number) =>
      codonsFrom(strandsOf(letters).forward, begin).length;
    expect([of('ACG', 0), of('ACG', 1), of('AC', 3), of('ACGTAC', 0), of('ACGTAC', 1)]).toEqual([
      1, 0, 0, 2, 1,
    ]);
  });

  it('pair every letter with its complement', () => {
    const pairs = { A: 'T', C: 'G', R: 'Y', S: 'S', W: 'W', K: 'M', B: 'V', D: 'H', N: 'N' };
    for (const [letter, other] of Object.entries(pairs)) {
      const both = [encodeNucleotides(letter), encodeNucleotides(other.toLowerCase())];
      expect(both.map((bits) => decodeNucleotides(reverseComplement(bits)))).toEqual([
        other,
        letter,
      ]);
    }
    expect(decodeNucleotides(encodeNucleotides('augu'))).toBe('ATGT');
    expect(decodeNucleotides(encodeNucleotides('ACGT', 1, 3))).toBe('CG');
    expect(['A', 'n', 'U', 'E', '-', '', 'é', '\u0241'].map(isNucleotide)).toEqual([true, true, true, false, false, false, false, false]); // prettier-ignore
    expect(() => encodeNucleotides('ACE')).toThrow('"E" at position 3 is not a nucleotide');
  });
});
