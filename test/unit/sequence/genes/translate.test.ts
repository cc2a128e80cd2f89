import { describe, expect, it } from 'vitest';
import { translate, translateThroughStops } from '#sequence/genes/translate';

describe('translate in a given frame', () => {
  //           123456789012345
  const GENE = 'ATGGCCTAAGGTACC';

  it('reads from the first codon to the first stop and says what follows', () => {
    const translation = translate(GENE, { frame: 1 });
    expect(translation).toMatchObject({
      sequence: 'MA',
      hasStart: true,
      stop: { codon: 'TAA', positions: [7, 8, 9] },
      stopPositions: [7],
      untranslated5: 0,
      untranslated3: 6,
    });
    expect(translation.warnings).toEqual([
      { message: expect.stringContaining('TAA at 7-9') as string, positions: [7, 8, 9] },
    ]);
  });

  it('counts a codon that stops only where a gene ends among the stops of its frame', () => {
    // code 28 reads TAA as Q, unless it is the last
    const { sequence, stop, stopPositions } = translate('ATGTAAGCCGGTTAA', {
      frame: 1,
      geneticCode: 28,
    });
    expect(sequence).toBe('MQAG');
    expect(stop).toEqual({ codon: 'TAA', positions: [13, 14, 15] });
    expect(stopPositions).toEqual([13]);
  });

  it('links each residue to its nucleotides on either strand', () => {
    // Reverse complement: GGTACCTTAGGCCAT; frame -2 begins at its second letter, position 14 of the input.
    const { sequence, codons } = translate(GENE, { frame: -2 });
    expect(sequence).toBe('VP');
    expect(codons).toEqual([
      { codon: 'GTA', positions: [14, 13, 12] },
      { codon: 'CCT', positions: [11, 10, 9] },
    ]);
  });

  it.each([
    [1, 'MA*GT'],
    [2, 'WPKV'],
    [3, 'GLRY'],
    [-1, 'GTLGH'],
    [-2, 'VP*A'],
    [-3, 'YLRP'],
  ] as const)('reads frame %i through its stops, a partial codon left off', (frame, residues) => {
    expect(translateThroughStops(GENE, frame)).toBe(residues);
  });

  it('counts the nucleotides that make no whole codon', () => {
    const { sequence, untranslated3, warnings } = translate('ATGGC', { frame: 1 });
    expect([sequence, untranslated3]).toEqual(['M', 2]);
    expect(warnings[0]?.message).toContain('2 nucleotides');
  });

  it('reads an alternative start codon as M only where a start is asked for', () => {
    expect(translate('GTGGCC', { frame: 1, geneticCode: 11 }).sequence).toBe('VA');
    const asked = translate('GTGGCC', { frame: 1, geneticCode: 11, alternativeStarts: true });
    expect(asked).toMatchObject({ sequence: 'MA', hasStart: true });
    expect(asked.warnings[0]?.message).toContain('GTG at 1-3 is read as M');
  });

  it('names codons that leave a choice', () => {
    const { sequence, warnings } = translate('ATGNNNGCN', { frame: 1 });
    expect(sequence).toBe('MXA');
    expect(warnings).toEqual([
      { message: expect.stringContaining('NNN at 4-6') as string, positions: [4, 5, 6] },
    ]);
  });

  it.each(['TAAATG', 'AT', ''])('refuses "%s", which gives no residue', (nucleotides) => {
    expect(() => translate(nucleotides, { frame: 1 })).toThrow(
      expect.objectContaining({ code: 'READING_FRAME' }),
    );
  });

  it('names a letter that is no nucleotide, and its position', () => {
    expect(() => translate('ATG-CC')).toThrow(
      expect.objectContaining({
        code: 'SEQUENCE_LETTER',
        message: expect.stringContaining('"-" at position 4') as string,
        hint: expect.stringContaining('gap') as string,
      }),
    );
  });
});

describe('translate from a given start', () => {
  //             123456789012345678
  const GENE = 'CATGGCCTAAGGTACCAT';

  it('reads from that letter to the first stop, in the frame that it is in', () => {
    const { sequence, frame, hasStart, untranslated5 } = translate(GENE, { start: 2 });
    expect([sequence, frame, hasStart, untranslated5]).toEqual(['MA', 2, true, 1]);
    expect(translate(GENE, { start: 5, frame: 2 }).sequence).toBe('A');
  });

  it('counts down on the reverse strand, which a negative frame names', () => {
    // the reverse strand is ATGGTACCTTAGGCCATG
    const { sequence, codons } = translate(GENE, { start: 18, frame: -1 });
    expect(sequence).toBe('MVP');
    expect(codons[0]).toEqual({ codon: 'ATG', positions: [18, 17, 16] });
  });

  it.each([
    [{ start: 2, frame: 1 }, /begins at position 2 is in frame 2, not in frame 1/],
    [{ start: 17, frame: -1 }, /begins at position 17 is in frame -2, not in frame -1/],
    [{ start: 19 }, /no position 19: the input has 18 nucleotides/],
    [{ start: 0 }, /no position 0/],
    [{ start: 8 }, /the first codon of position 8 is a stop/],
    [{ start: 17 }, /position 17 holds no codon/],
  ] as const)('refuses %j', (options, message) => {
    expect(() => translate(GENE, options)).toThrow(
      expect.objectContaining({
        code: 'READING_FRAME',
        message: expect.stringMatching(message) as string,
      }),
    );
  });
});

describe('translate a circle', () => {
  const CODING = 'ATGCACGCTAAGCACAAGCCTTTAGTTTAA';
  // the circle of 40 is opened within the second codon for K
  const circle = `${CODING.slice(16)}CCTACTAGCC${CODING.slice(0, 16)}`;
  const reversed = Array.from(circle, (letter) => ({ A: 'T', C: 'G', G: 'C', T: 'A' })[letter])
    .reverse()
    .join('');

  it('finds the frame that runs over the origin', () => {
    expect(translate(circle).sequence).not.toBe('MHAKHKPLV');
    const read = translate(circle, { circular: true });
    expect(read).toMatchObject({ sequence: 'MHAKHKPLV', frame: 1, hasStart: true });
    const positions = [...read.codons, read.stop!].flatMap((codon) => codon.positions);
    expect(positions.map((position) => circle[position - 1]).join('')).toBe(CODING);
    expect(positions.slice(14, 18)).toEqual([39, 40, 1, 2]);
    expect(read.candidates[0]).toMatchObject({ start: 25, end: 14, share: 30 / 40 });
    expect(read.untranslated5 + read.untranslated3).toBe(10);
  });

  it('finds it on the other strand', () => {
    const read = translate(reversed, { circular: true });
    expect(read).toMatchObject({ sequence: 'MHAKHKPLV', frame: -1 });
    expect(read.codons[0]!.positions).toEqual([16, 15, 14]);
    expect(translate(reversed, { circular: true, frame: -1, start: 16 }).sequence).toBe(
      'MHAKHKPLV',
    );
  });

  it('reads a given frame over the origin too', () => {
    expect(translate(circle, { circular: true, start: 25 }).sequence).toBe('MHAKHKPLV');
    expect(translate(circle, { start: 25 }).sequence).toBe('MHAKH');
  });

  it('reads at most one turn where no stop comes', () => {
    const endless = 'ATGGCTGCTGCTGCTGCT';
    const read = translate(endless, { circular: true });
    expect(read).toMatchObject({ sequence: 'MAAAAA', untranslated5: 0, untranslated3: 0 });
    expect(read.stop).toBeUndefined();
  });
});

describe('translate in the automatic frame', () => {
  it('finds the open reading frame on the reverse strand', () => {
    // ATG GCC AAA TTT TAG, reversed and complemented, with two nucleotides before it.
    const found = translate('CTAAAATTTGGCCATCC');
    expect(found).toMatchObject({ frame: -3, sequence: 'MAKF', untranslated5: 2 });
    expect(found.codons[0]).toEqual({ codon: 'ATG', positions: [15, 14, 13] });
  });

  it('prefers a start codon inside to a longer stretch that the input cuts off', () => {
    // Both frames are open to the left; three codons from ATG outweigh five without.
    expect(translate('GCCACCATGGCCGCCTAA').sequence).toBe('MAA');
  });

  it('takes a stretch without a start codon for a fragment, and says so', () => {
    const { sequence, hasStart, warnings } = translate('GGTCCTGGTCCTGGTCCTGGTCCT', {});
    expect([sequence, hasStart]).toEqual(['GPGPGPGP', false]);
    expect(warnings.at(-1)?.message).toContain('fragment');
  });

  it('reads a complete coding sequence as it is, an alternative start as M', () => {
    const gene = 'GTGAAAATGAAATAA';
    expect(translate(gene, { geneticCode: 11 })).toMatchObject({ frame: 1, sequence: 'MKMK' });
    expect(translate(gene, { geneticCode: 1 }).sequence).not.toBe('MKMK');
  });

  it('ends with a codon that may stop only where nothing follows it', () => {
    const { sequence, stop, warnings } = translate('ATGTGAAAATGA', { geneticCode: 27 });
    expect([sequence, stop?.positions]).toEqual(['MWK', [10, 11, 12]]);
    expect(warnings[0]?.message).toContain('TGA at 4-6, TGA at 10-12');
  });

  it('refuses what no frame can read', () => {
    for (const nucleotides of ['', 'A', 'AC'])
      expect(() => translate(nucleotides)).toThrow(
        expect.objectContaining({ code: 'READING_FRAME' }),
      );
  });
});

describe('a start codon that was chosen for being the first', () => {
  const rest = `${'CCC'.repeat(4)}ATG${'CTA'.repeat(50)}TAATTTT`;
  const laterStarts = (nucleotides: string, frame?: 1): unknown[] =>
    translate(nucleotides, frame === undefined ? {} : { frame }).warnings.filter(({ message }) =>
      message.includes('if the protein begins later'),
    );

  it('is named with those that follow it in the frame', () => {
    const message = expect.stringMatching(/taken, at 4; .* are at 22, and start chooses/) as string;
    expect(laterStarts(`TTTATGCCC${rest}`)).toEqual([{ message, positions: [22] }]);
    expect(translate(`TTTATGCCC${rest}`, { start: 22 }).sequence).toBe(`M${'L'.repeat(50)}`);
  });

  it('is named with the one behind it that has the bases of a start around it', () => {
    const genes = (before: string, after: string): string =>
      `TTTATGCCC${'CCC'.repeat(3)}ATG${before}ATG${after}${'CTA'.repeat(50)}TAATTTT`;
    const saysStrong = (nucleotides: string): boolean =>
      JSON.stringify(laterStarts(nucleotides)).includes(
        '(that at 25 has the bases of a strong start',
      );
    expect(saysStrong(genes('GCC', 'GCC'))).toBe(true);
    expect(saysStrong(genes('CCC', 'GCC'))).toBe(false);
    expect(saysStrong(genes('GCC', 'CCC'))).toBe(false);
  });

  it('is not doubted where the bases around it are those of a start, or the caller chose', () => {
    expect(laterStarts(`ACCATGGCC${rest}`)).toEqual([]);
    expect(laterStarts(`TCCATGGCC${rest}`)).toHaveLength(1);
    expect(laterStarts(`ACCATGCCC${rest}`)).toHaveLength(1);
    expect(laterStarts(`TTTATGCCC${rest}`, 1)).toEqual([]);
    expect(laterStarts(`ATGCCC${rest}`)).toEqual([]);
  });
});
