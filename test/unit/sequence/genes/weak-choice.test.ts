import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseFasta } from '#sequence/formats/fasta';
import { translate } from '#sequence/genes/translate';

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
