import { describe, expect, it } from 'vitest';
import { aatypeOf } from '#sequence/amino-acids';
import { BLOSUM62 } from '#sequence/blosum62.generated';
import { alignLocally } from '#training/evaluation/local-alignment';
import { Random } from '#training/random';

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

  it('gives its pairs the score that it states, gaps of all lengths on both sides', () => {
    const random = new Random(17);
    const some = (count: number) => Uint8Array.from({ length: count }, () => random.below(20));
    const gaps = new Set<number>();
    for (let round = 0; round < 40; round++) {
      const [a, b, c] = [some(23), some(19), some(29)];
      const first = [...a, ...b, ...some(1 + (round % 5)), ...c];
      const second = [...a, ...some(1 + (round % 7)), ...b, ...c];
      const { score, pairs } = alignLocally(first, second);
      let [sum, last] = [0, pairs.at(-1)!];
      for (const [i, j] of pairs.toReversed()) {
        sum += BLOSUM62[first[i]!]![second[j]!]!;
        for (const gap of [i - last[0] - 1, j - last[1] - 1]) {
          if (gap > 0) sum -= 11 + gap;
          gaps.add(gap);
        }
        last = [i, j];
      }
      expect(sum).toBe(score);
    }
    expect([...gaps]).toEqual(expect.arrayContaining([1, 3, 5, 7]));
  });

  it('aligns nothing where nothing is alike', () => {
    expect(align('WWWW', 'DDDD')).toEqual({ score: 0, pairs: [] });
    expect(align('', 'ACD')).toEqual({ score: 0, pairs: [] });
  });
});
