import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseFasta } from '#sequence/formats/fasta';
import { candidatesOf, isSame } from '#sequence/genes/candidates';
import { geneticCode } from '#sequence/genes/genetic-code';
import { strandsOf } from '#sequence/genes/template';
import { translate } from '#sequence/genes/translate';
import { weaknessesOf } from '#sequence/genes/weak-choice';
import { Random } from '#training/data/random';

const EXAMPLES = new URL('../../../../data/examples/insulin.fasta', import.meta.url);
const [GENE, MRNA] = parseFasta(readFileSync(EXAMPLES, 'utf8')).map(({ sequence }) => sequence) as [
  string,
  string,
];
/** Eight codons, HAKHKPLV, that no other frame reads without a stop. */
const CODONS = 'CACGCTAAGCACAAGCCTTTAGTT';
/** No frame of either strand is open in it. */
const CLOSED = 'TTAATTAATTAACCGG';
/** An intron with splice sites at its ends and, in between, a frame of 145 codons: longer than the protein's 110. */
const INTRON = `GTAAGTTAATTAATTAAATG${CODONS.repeat(18)}TAGTTTTCTTTTCTTGCAG`;

const weakness = (nucleotides: string): string => {
  const { isWeakChoice, warnings } = translate(nucleotides);
  const [first] = warnings;
  expect(first?.message.includes('may be the wrong one') ?? false).toBe(isWeakChoice);
  return isWeakChoice ? first!.message : '';
};

describe('the choice of a reading frame', () => {
  it('is not weak for a coding sequence, nor for an mRNA', () => {
    expect(weakness(GENE)).toBe('');
    expect(weakness(MRNA)).toBe('');
  });

  it('is weak where an intron holds the longest frame', () => {
    const gene = GENE.slice(0, 187) + INTRON + GENE.slice(187);
    expect(translate(gene).sequence).toBe(`M${'HAKHKPLV'.repeat(18)}`);
    expect(weakness(gene)).toContain(
      'begins with a start codon and ends with a stop codon, as a coding sequence does, but',
    );
    expect(weakness(`${CLOSED.repeat(50)}${gene}${CLOSED.repeat(50)}`)).toMatch(
      /only \d+% of the input is translated, as where introns/,
    );
  });

  it('is weak where an early stop makes another frame the longest, and names the stop', () => {
    const early = `${GENE.slice(0, 150)}TGA${GENE.slice(153)}`;
    expect(weakness(early)).toContain('but frame 1 stops at 151-153');
  });

  it('is weak where a letter is missing from a coding sequence', () => {
    const shifted = GENE.slice(0, 100) + GENE.slice(101);
    expect(weakness(shifted)).toContain('its length is not a multiple of 3');
  });

  it('is weak where the chosen frame goes on behind its stop', () => {
    const codons = CODONS.repeat(15);
    const early = `CCATG${codons}TAA${codons}TAGCCTCC`;
    expect(weakness(early)).toContain(
      'frame 3 is open for 120 more codons after the stop codon at 366-368',
    );
  });

  it('is weak where another frame is nearly as long, and names it', () => {
    const one = `ATG${CODONS.repeat(5)}TAA`;
    const two = `ATG${CODONS.repeat(4)}TAA`;
    expect(weakness(`C${one}CC${two}`)).toMatch(
      /frame 1 from 130 to 231 is nearly as likely \(33 residues against 41\)/,
    );
  });

  it('is weak where chance makes frames as long', () => {
    expect(weakness(`${CLOSED}ATGGCACTTCCC${CLOSED}`)).toMatch(
      /turns up by chance in \d+% of random/,
    );
  });

  it('is nobody’s fault where the caller made it', () => {
    expect(translate(INTRON, { frame: 1 }).isWeakChoice).toBe(false);
    expect(translate(INTRON, { start: 18 }).isWeakChoice).toBe(false);
  });
});

describe('candidates', () => {
  const one = `ATG${CODONS.repeat(5)}TAA`;
  const two = `ATG${CODONS.repeat(4)}TAA`;
  const gene = `C${one}CC${two}`;

  it('come with frame, start, length and share, what was chosen first', () => {
    const [first, second] = translate(gene).candidates;
    expect(first).toEqual({
      frame: 2,
      start: 2,
      end: 127,
      numResidues: 41,
      share: 126 / 231,
      hasStart: true,
      hasStop: true,
    });
    expect(second).toMatchObject({ frame: 1, start: 130, end: 231, numResidues: 33 });
  });

  it('can each be read by their frame and start', () => {
    for (const { frame, start, numResidues } of translate(gene).candidates) {
      const read = translate(gene, { frame, start });
      expect(read.sequence).toHaveLength(numResidues);
      expect(read.codons[0]!.positions[0]).toBe(start);
      expect(read.candidates[0]).toMatchObject({ frame, start, numResidues });
    }
  });
});

/** Letters drawn by their shares of a hundred: unlike on both strands. */
function drawnLetters(length: number, shares: Readonly<Record<string, number>>): string {
  const random = new Random(length);
  const urn = Object.entries(shares).flatMap(([letter, share]) =>
    Array<string>(share).fill(letter),
  );
  return Array.from({ length }, () => urn[random.below(urn.length)]!).join('');
}

const STOPS = ['TAA', 'TAG', 'TGA'];
const reversed = (codon: string): string =>
  Array.from(codon, (letter) => ({ A: 'T', C: 'G', G: 'C', T: 'A' })[letter])
    .toReversed()
    .join('');
/** How frequent some codons are where bases follow each other by chance. */
const frequencyOf = (codons: readonly string[], nucleotides: string): number => {
  const known = Array.from(nucleotides).filter((letter) => letter !== 'N');
  const share = (letter: string) => known.filter((one) => one === letter).length / known.length;
  return codons.reduce((sum, [a, b, c]) => sum + share(a!) * share(b!) * share(c!), 0);
};

const SEARCH = { code: geneticCode(1), alternativeStarts: false, isCircular: false };
const frameOf = (of: Partial<Parameters<typeof weaknessesOf>[0]['chosen']>) => ({
  ...{ frame: 1 as const, begin: 0, numResidues: 10, hasStart: true, hasStop: true, weight: 20 },
  ...of,
});

describe('what chance would make', () => {
  const letters = `CC${drawnLetters(298, { A: 40, C: 25, G: 10, T: 20, N: 5 })}`;

  it.each([true, false])('is counted over both strands (start codon: %s)', (hasStart) => {
    const strands = strandsOf(letters);
    const expectedOf = (numResidues: number): number =>
      [(codon: string) => codon, reversed]
        .map((read) => {
          const stop = frequencyOf(STOPS.map(read), letters);
          const start = frequencyOf([read('ATG')], letters);
          const begins = hasStart ? (letters.length * start * stop) / (start + stop) : 3;
          return begins * (1 - stop) ** (numResidues - Number(hasStart));
        })
        .reduce((sum, one) => sum + one, 0);
    const seen = new Set<string>();
    for (let numResidues = 1; numResidues <= 90; numResidues++)
      for (const hasStop of [true, false]) {
        const chance = 1 - Math.exp(-expectedOf(numResidues));
        const share = (3 * (numResidues + Number(hasStop))) / letters.length;
        const percent = `only ${Math.round(100 * share)}% of the input is translated, as where introns or long untranslated ends are part of it`;
        const byChance = `a frame as long as this turns up by chance in ${Math.round(100 * chance)}% of random sequences of this length and composition`;
        const isShort = share < 0.25 || (share < 0.5 && chance > 0.01);
        const expected = [...(isShort ? [percent] : []), ...(chance > 0.5 ? [byChance] : [])];
        const chosen = frameOf({ numResidues, hasStart, hasStop });
        const found = weaknessesOf({ chosen, found: [chosen], strands, search: SEARCH });
        expect(found).toEqual(expected.length > 0 ? [expected.join(', and ')] : []);
        seen.add(`${share < 0.25} ${share < 0.5} ${chance > 0.5} ${chance > 0.01}`);
      }
    expect(seen.size).toBeGreaterThanOrEqual(4);
  });

  it('makes no frame with a start codon where neither start nor stop can be', () => {
    const strands = strandsOf('C'.repeat(90));
    const chosen = frameOf({ numResidues: 20 });
    expect(weaknessesOf({ chosen, found: [], strands, search: SEARCH })).toEqual([]);
  });

  it('is looked at in a frame of a quarter to a half of the input, and doubted below that', () => {
    const strands = strandsOf(CODONS.repeat(100));
    const reasons = (numResidues: number): number =>
      weaknessesOf({
        chosen: frameOf({ numResidues, hasStop: false }),
        found: [],
        strands,
        search: SEARCH,
      }).length;
    expect([199, 200, 201].map(reasons)).toEqual([1, 0, 0]);
  });
});

describe('a rival', () => {
  const strands = strandsOf(CODONS.repeat(40));
  const chosen = frameOf({ begin: 30, numResidues: 200, weight: 400 });
  const rivals = (...others: Partial<typeof chosen>[]): string[] =>
    weaknessesOf({
      chosen,
      found: [chosen, ...others.map((one) => frameOf(one))],
      strands,
      search: SEARCH,
    }).filter((reason) => reason.includes('nearly as likely'));

  it('weighs three quarters of the chosen frame', () => {
    expect(rivals({ frame: -2, begin: 61, numResidues: 140, weight: 300 })).toEqual([
      'frame -2 from 899 to 477 is nearly as likely (140 residues against 200)',
    ]);
    expect(rivals({ frame: -2, begin: 61, numResidues: 140, weight: 299 })).toEqual([]);
  });

  it('ends elsewhere, or on the other strand', () => {
    const same = { begin: 60, numResidues: 190, weight: 380 };
    expect(rivals(same)).toEqual([]);
    expect(rivals({ ...same, begin: 63 })).toHaveLength(1);
    expect(rivals({ ...same, frame: -1 })).toHaveLength(1);
    // the best of the others alone is looked at
    expect(rivals(same, { begin: 63, numResidues: 100, weight: 200 })).toEqual([]);
  });
});

describe('the ends of a coding sequence', () => {
  const reasonsOf = (nucleotides: string, search = SEARCH): string[] => {
    const chosen = frameOf({
      numResidues: Math.floor(nucleotides.length / 3),
      hasStop: false,
      hasStart: false,
    });
    const found = weaknessesOf({ chosen, found: [], strands: strandsOf(nucleotides), search });
    return found.filter((reason) => !reason.startsWith('a frame as long'));
  };
  const broken = (how: string): string[] => [
    `the input begins with a start codon and ends with a stop codon, as a coding sequence does, but ${how}`,
  ];

  it('make it suspicious where its frame is not whole between them', () => {
    expect(reasonsOf(`ATG${CODONS}CTAA`)).toEqual(broken('its length is not a multiple of 3'));
    expect(reasonsOf(`ATGTGA${CODONS}TAA`)).toEqual(broken('frame 1 stops at 4-6'));
    expect(reasonsOf(`ATGCACTAG${CODONS}CTAA`)).toEqual(
      broken('its length is not a multiple of 3 and frame 1 stops at 7-9'),
    );
  });

  it('say nothing where one of them is missing, or in fewer than 30 nucleotides', () => {
    expect(reasonsOf(`CTG${CODONS}CTAA`)).toEqual([]);
    expect(reasonsOf(`ATG${CODONS}CTCA`)).toEqual([]);
    expect(reasonsOf(`ATGTGA${CODONS.slice(0, 20)}TAA`)).toEqual([]);
    expect(reasonsOf(`ATGTGA${CODONS.slice(0, 21)}TAA`)).toHaveLength(1);
  });

  it('may be an alternative start codon where these are accepted', () => {
    expect(reasonsOf(`CTG${CODONS}CTAA`, { ...SEARCH, alternativeStarts: true })).toHaveLength(1);
  });
});

describe('an early stop', () => {
  /** Open but for the stop behind its codons; A and T are rare, so that chance keeps it open for long. */
  const openFor = (numCodons: number): string => 'CTA'.repeat(numCodons);

  it('parts what chance would not leave open so long, before it and after', () => {
    let numEarly = 0;
    for (const [before, after] of [
      ...[1, 5, 20, 40, 42, 43, 44, 45, 60].map((n) => [n, 130] as const),
      ...[10, 90, 100, 104, 105, 106, 107, 108, 120].map((n) => [60, n] as const),
    ]) {
      const letters = `CC${openFor(before)}TAA${openFor(after)}TGACCTAGTAAG`;
      const openness = 1 - frequencyOf(STOPS, letters);
      const first = frameOf({ frame: 3, begin: 2, numResidues: before });
      const expected =
        openness ** before < 0.2 && openness ** after < 0.02
          ? [
              `frame 3 is open for ${after} more codons after the stop codon at ${3 * before + 3}-${3 * before + 5}, as where a stop is early`,
            ]
          : [];
      const found = weaknessesOf({
        chosen: frameOf({ frame: 3, begin: 2, numResidues: before + after - 1 }),
        found: [first],
        strands: strandsOf(letters),
        search: SEARCH,
      });
      expect(found.filter((reason) => reason.includes('is early'))).toEqual(expected);
      numEarly += expected.length;
    }
    expect(numEarly).toBeGreaterThan(3);
    expect(numEarly).toBeLessThan(12);
  });

  it.each(['', 'C', 'CT'])(
    'counts up to the end of the input where no other stop comes: %j',
    (rest) => {
      const letters = `CC${openFor(60)}TAA${openFor(120)}${rest}`;
      const first = frameOf({ frame: 3, begin: 2, numResidues: 60 });
      const [reason] = weaknessesOf({
        ...{ chosen: first, found: [first], strands: strandsOf(letters), search: SEARCH },
      }).filter((one) => one.includes('is early'));
      expect(reason).toContain('is open for 120 more codons');
    },
  );

  it('counts in the frame that was chosen, behind a start, where more comes out than was chosen', () => {
    const letters = `CC${openFor(60)}TAA${openFor(120)}TGACCTAGTAAG`;
    const reasonsOf = (of: Partial<ReturnType<typeof frameOf>>, numChosen = 179) =>
      weaknessesOf({
        chosen: frameOf({ frame: 3, begin: 2, numResidues: numChosen }),
        found: [frameOf({ frame: 3, begin: 2, numResidues: 60, ...of })],
        strands: strandsOf(letters),
        search: SEARCH,
      }).filter((reason) => reason.includes('is early')).length;
    expect([reasonsOf({}), reasonsOf({}, 180)]).toEqual([1, 0]);
    expect(reasonsOf({ hasStart: false })).toBe(0);
    expect(reasonsOf({ hasStop: false })).toBe(0);
    expect(reasonsOf({ frame: 2 })).toBe(0);
  });
});

describe('the list of candidates', () => {
  const ofWeight = (weight: number, begin: number) => frameOf({ begin, weight, frame: 1 });
  const strands = strandsOf(CODONS.repeat(10));
  const beginsOf = (chosen: number, others: readonly number[]): number[] => {
    const found = others.map((weight, i) => ofWeight(weight, 3 * i + 3));
    return candidatesOf(ofWeight(chosen, 0), found, strands).map(({ start }) => (start - 1) / 3);
  };

  it('is six long at most, what was chosen first', () => {
    expect(beginsOf(20, [20, 20, 20, 20, 20, 20, 20])).toEqual([0, 1, 2, 3, 4, 5]);
    expect(beginsOf(20, [])).toEqual([0]);
  });

  it('ends where less than a quarter of the heaviest is found, be that the chosen one or another', () => {
    expect(beginsOf(40, [39, 10, 9])).toEqual([0, 1, 2]);
    expect(beginsOf(4, [40, 10, 9])).toEqual([0, 1, 2]);
  });

  it('leaves out what ends as the chosen one does on the same strand', () => {
    const chosen = frameOf({ begin: 6, numResidues: 10 });
    const same = frameOf({ begin: 12, numResidues: 8 });
    const others = [
      frameOf({ begin: 12, numResidues: 9 }),
      frameOf({ begin: 6, frame: -1 }),
      frameOf({ begin: 7, frame: 2 }),
    ];
    const found = candidatesOf(chosen, [same, ...others], strands);
    expect(found.map(({ frame, start }) => [frame, start])).toEqual([
      [1, 7],
      [1, 13],
      [-1, 234],
      [2, 8],
    ]);
    expect(
      isSame(frameOf({ frame: -3, begin: 2 }), frameOf({ frame: -3, begin: 5, numResidues: 9 })),
    ).toBe(true);
  });
});
