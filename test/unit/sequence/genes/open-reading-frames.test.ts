import { describe, expect, it } from 'vitest';
import { openReadingFrames } from '#sequence/genes/open-reading-frames';

describe('openReadingFrames', () => {
  //           1  4  7  10 13 16 19 22 25
  const GENE = 'TAAATGGCCTAGCCCGTGAAATAAATGCC';

  it('lists each stretch from its first start codon, with its place', () => {
    const found = openReadingFrames(GENE, { minResidues: 1 }).filter(({ frame }) => frame === 1);
    expect(found).toEqual([
      expect.objectContaining({ sequence: 'MA', start: 4, end: 12, hasStart: true, hasStop: true }),
      expect.objectContaining({
        sequence: 'M',
        start: 25,
        end: 27,
        hasStart: true,
        hasStop: false,
      }),
    ]);
  });

  it('accepts alternative start codons where asked', () => {
    const options = { minResidues: 1, geneticCode: 11, alternativeStarts: true };
    const found = openReadingFrames(GENE, options).filter(({ frame }) => frame === 1);
    expect(found.map(({ sequence, start }) => [sequence, start])).toContainEqual(['MK', 16]);
  });

  it('counts positions down on the reverse strand', () => {
    const [first] = openReadingFrames('CTAAAATTTGGCCATCC', { minResidues: 4 });
    expect(first).toMatchObject({ frame: -3, sequence: 'MAKF', start: 15, end: 1, hasStop: true });
  });

  it('puts the heaviest first and leaves short ones out', () => {
    const found = openReadingFrames(GENE, { minResidues: 3 });
    expect(found.length).toBeGreaterThan(0);
    for (const { numResidues } of found) expect(numResidues).toBeGreaterThanOrEqual(3);
    const weights = found.map(({ weight }) => weight);
    expect(weights).toEqual(weights.toSorted((a, b) => b - a));
  });
});
