import { describe, expect, it } from 'vitest';
import { aatypeOf } from '#sequence/amino-acids';
import { BLOSUM62 } from '#sequence/blosum62.generated';
import { align, alignSequences, type AlignedPairs } from '#sequence/pairwise-alignment';
import { Random } from '#training/data/random';

const locally = (first: string, second: string) =>
  alignSequences(aatypeOf(first), aatypeOf(second), { scope: 'local' });
const wholly = (first: string, second: string) =>
  alignSequences(aatypeOf(first), aatypeOf(second), { scope: 'whole' });

/** Score of pairs by BLOSUM62 and gaps between them, computed from the pairs alone. */
function scoreOf(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  pairs: AlignedPairs,
  gap: (length: number) => number = (length) => 11 + length,
): number {
  let [sum, last] = [0, pairs[0]];
  for (const [i, j] of pairs) {
    sum += BLOSUM62[first[i]!]![second[j]!]!;
    for (const length of [i - last![0] - 1, j - last![1] - 1]) if (length > 0) sum -= gap(length);
    last = [i, j];
  }
  return sum;
}

/** The best score of any alignment with free ends, by trying every way to go on from a pair. */
function bestScoreOf(first: ArrayLike<number>, second: ArrayLike<number>): number {
  const best = Array.from({ length: first.length }, () => new Float64Array(second.length));
  let top = 0;
  for (let i = 0; i < first.length; i++)
    for (let j = 0; j < second.length; j++) {
      let before = i === 0 || j === 0 ? 0 : -Infinity;
      for (let k = 0; k < i; k++)
        for (let l = 0; l < j; l++) {
          const gaps = [i - k - 1, j - l - 1].reduce((sum, n) => sum - (n > 0 ? 11 + n : 0), 0);
          before = Math.max(before, best[k]![l]! + gaps);
        }
      best[i]![j] = before + BLOSUM62[first[i]!]![second[j]!]!;
      if (i === first.length - 1 || j === second.length - 1) top = Math.max(top, best[i]![j]!);
    }
  return top;
}

describe('local alignment', () => {
  it('finds a common part amid unlike ends, with its BLOSUM62 score', () => {
    const { score, pairs } = locally('GGGGWCHMKPPP', 'DDWCHMKNNNN');
    expect(score).toBe(11 + 9 + 8 + 5 + 5);
    expect(pairs).toEqual([
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
    const self = (text: string) => locally(text, text).score;
    const expected = self('WCHMKWYFP') + self('WHCYKWFMD') - 14;
    const [longer, shorter] = [locally(whole, short), locally(short, whole)];
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
      const { score, pairs } = alignSequences(first, second, { scope: 'local' });
      const gap = (length: number) => (gaps.add(length), 11 + length);
      expect(scoreOf(first, second, pairs, gap)).toBe(score);
    }
    expect([...gaps]).toEqual(expect.arrayContaining([1, 3, 5, 7]));
  });

  it('aligns nothing where nothing is alike', () => {
    expect(locally('WWWW', 'DDDD')).toEqual({ score: 0, pairs: [] });
    expect(locally('', 'ACD')).toEqual({ score: 0, pairs: [] });
  });
});

describe('alignment from end to end', () => {
  it('keeps a missing loop in one gap instead of spreading its letters', () => {
    const ubiquitin =
      'MQIFVKTLTGKTITLEVEPSDTIENVKAKIQDKEGIPPDQQRLIFAGKQLEDGRTLSDYNIQKESTLHLVLRLRGG';
    const { pairs } = wholly(ubiquitin, ubiquitin.slice(0, 10) + ubiquitin.slice(27));
    expect(pairs.map(([i, j]) => i - j)).toEqual([
      ...Array<number>(10).fill(0),
      ...Array<number>(49).fill(17),
    ]);
  });

  it('pairs unlike residues between like ones, and leaves ends that stick out unpaired', () => {
    const { pairs } = wholly('GGGWCHDKWYF', 'WCHWKWYFPPPP');
    expect(pairs).toEqual([3, 4, 5, 6, 7, 8, 9, 10].map((i) => [i, i - 3]));
  });

  it('finds the best score there is', () => {
    const random = new Random(5);
    for (let round = 0; round < 60; round++) {
      const some = (count: number) => Uint8Array.from({ length: count }, () => random.below(20));
      const shared = some(7);
      const first = [...some(round % 4), ...shared, ...some(5)];
      const second = [...some(3), ...shared.slice(0, 4), ...some(round % 3), ...shared.slice(4)];
      const { score, pairs } = alignSequences(first, second, { scope: 'whole' });
      expect(score).toBe(bestScoreOf(first, second));
      if (pairs.length > 0) expect(scoreOf(first, second, pairs)).toBe(score);
    }
  });
});

it('aligns by any score of places, with gaps that cost nothing to extend', () => {
  const likes = [0, 1, 2, 7, 8];
  const { score, pairs } = align({
    lengths: [5, 9],
    scoreRow: (i, row) => {
      row.fill(0);
      row[likes[i]!] = 1;
    },
    gap: { open: 0.6, extend: 0 },
    scope: 'whole',
  });
  expect(score).toBeCloseTo(4.4, 12);
  expect(pairs.map(([, j]) => j)).toEqual(likes);
});

it('refuses chains whose table would not fit into memory', () => {
  const long = { length: 30_000 };
  expect(() => alignSequences(long, long, { scope: 'local' })).toThrow(
    expect.objectContaining({ code: 'SEQUENCE_TOO_LONG' }) as Error,
  );
});

it('puts a gap where places are known to be missing', () => {
  const [first, second] = [aatypeOf('WYKSFH'), aatypeOf('WYKSTKSFH')];
  const alignedWith = (brokenAfter: number): AlignedPairs => {
    const after = [Uint8Array.from(first, (_, i) => Number(i === brokenAfter)), new Uint8Array(9)];
    const breaks = { after: after as [Uint8Array, Uint8Array], open: 2 };
    return alignSequences(first, second, { scope: 'whole', breaks }).pairs;
  };
  const partners = (pairs: AlignedPairs): number[] => pairs.map(([, j]) => j);
  expect(partners(alignedWith(1))).toEqual([0, 1, 5, 6, 7, 8]);
  expect(partners(alignedWith(3))).toEqual([0, 1, 2, 3, 7, 8]);
});

it('leaves what stands behind a break unpaired where the other chain ends otherwise, as at an end', () => {
  // a peptide that follows on a domain under the same chain name, beside the domain with a longer end
  const [domain, fused] = [aatypeOf('WYFHEKKSS'), aatypeOf('WYFHEKKSLTIY')];
  const after = [new Uint8Array(9), Uint8Array.from(fused, (_, i) => Number(i === 5))] as const;
  const turned = <T>(values: ArrayLike<T>): T[] => Array.from(values).reverse();
  const partners = (first: ArrayLike<number>, second: ArrayLike<number>): number[] => {
    const goal = { gap: { open: 11, extend: 0 }, breaks: { after, open: 6 } };
    return alignSequences(first, second, { scope: 'whole', ...goal }).pairs.map(([, j]) => j);
  };
  expect(partners(domain, fused)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(partners(turned(domain), turned(fused))).toEqual([6, 7, 8, 9, 10, 11]);
});
