import { describe, expect, it } from 'vitest';
import { aatypeOf } from '#sequence/amino-acids';
import { alignLocally } from '#training/evaluation/local-alignment';

const align = (first: string, second: string) => alignLocally(aatypeOf(first), aatypeOf(second));

describe('alignLocally', () => {
  it('finds a common part amid unlike ends, with its BLOSUM62 score', () => {
    const { score, pairs } = align('GGGGWCHMKPPP', 'DDWCHMKNNNN');
    expect(score).toBe(11 + 9 + 8 + 5 + 5);
    expect(pairs.toReversed()).toEqual([
      [4, 2],
      [5, 3],
      [6, 4],
      [7, 5],
      [8, 6],
    ]);
  });

  it('bridges a gap where what follows is worth more than it costs, from either side', () => {
    const whole = 'WCHMKWYFPAAAWHCYKWFMD';
    const short = 'WCHMKWYFPWHCYKWFMD';
    // 9 residues before the gap and 9 behind it; the gap of three costs 11 + 3.
    const self = (text: string) => align(text, text).score;
    const expected = self('WCHMKWYFP') + self('WHCYKWFMD') - 14;
    const [longer, shorter] = [align(whole, short), align(short, whole)];
    expect([longer.score, shorter.score]).toEqual([expected, expected]);
    expect(longer.pairs).toHaveLength(18);
    expect(longer.pairs).toContainEqual([12, 9]);
    expect(shorter.pairs).toContainEqual([9, 12]);
  });

  it('gives its pairs the score that it states', () => {
    const { score, pairs } = align('MKTAYIAKQRQISFVKSHFSRQ', 'MRTAYLAKQISYVKAHFSRE');
    const first = pairs.toReversed();
    let sum = 0;
    for (const [k, [i, j]] of first.entries()) {
      sum += alignLocally([aatypeOf('MKTAYIAKQRQISFVKSHFSRQ')[i]!], [aatypeOf('MRTAYLAKQISYVKAHFSRE')[j]!]).score; // prettier-ignore
      const [before, behind] = first[k - 1] ?? [i - 1, j - 1];
      const skipped = i - before - 1 + (j - behind - 1);
      if (skipped > 0) sum -= 11 + skipped;
    }
    expect(sum).toBe(score);
  });

  it('aligns nothing where nothing is alike', () => {
    expect(align('WWWW', 'DDDD')).toEqual({ score: 0, pairs: [] });
    expect(align('', 'ACD')).toEqual({ score: 0, pairs: [] });
  });
});
