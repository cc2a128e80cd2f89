import { describe, expect, it } from 'vitest';
import { aatypeOf } from '#sequence/amino-acids';
import { BLOSUM62 } from '#sequence/blosum62.generated';
import {
  align,
  alignSequences,
  type AlignedPairs,
  type AlignmentGoal,
  type PairwiseAlignment,
} from '#sequence/pairwise-alignment';
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

/** The best alignment by walking along every one there is. */
function byEnumeration(
  scores: readonly (readonly number[])[],
  { lengths: [numRows, numColumns], gap, scope, breaks }: Omit<AlignmentGoal, 'scoreRow'>,
): PairwiseAlignment {
  const isBroken = (chain: 0 | 1, place: number): boolean => breaks?.after[chain][place] === 1;
  let best: PairwiseAlignment = { score: 0, pairs: [] };
  /** @param at how many places of each chain lie behind */
  const walk = (
    [i, j]: readonly [number, number],
    score: number,
    last: 'none' | 'pair' | 'down' | 'right',
    pairs: AlignedPairs,
  ): void => {
    const behindBreak = [isBroken(0, i - 1), isBroken(1, j - 1)] as const;
    const mayEnd =
      scope === 'local' || i === numRows || j === numColumns || behindBreak.includes(true);
    if (mayEnd && score > best.score) best = { score, pairs };
    if (i < numRows && j < numColumns) {
      const leap = last === 'pair' && behindBreak[0] !== behindBreak[1] ? gap.open : 0;
      walk([i + 1, j + 1], score + scores[i]![j]! - leap, 'pair', [...pairs, [i, j]]);
    }
    if (last === 'none' && i > 0 && j > 0) return;
    const costOf = (step: 'down' | 'right', isAtBreak: boolean): number =>
      gap.extend + (last === step ? 0 : isAtBreak ? breaks!.open : gap.open);
    if (i < numRows && j > 0)
      walk([i + 1, j], score - costOf('down', behindBreak[1]), 'down', pairs);
    if (j < numColumns && i > 0)
      walk([i, j + 1], score - costOf('right', behindBreak[0]), 'right', pairs);
  };
  for (let i = 0; i <= numRows; i++)
    for (let j = 0; j <= numColumns; j++)
      if (scope === 'local' || i === 0 || j === 0 || isBroken(0, i - 1) || isBroken(1, j - 1))
        walk([i, j], 0, 'none', []);
  return best;
}

describe('an alignment by any score', () => {
  const random = new Random(29);
  const number = (least: number, most: number): number =>
    least + ((most - least) * random.below(100_000)) / 100_000;

  it.each([
    ['local', false],
    ['whole', false],
    ['whole', true],
  ] as const)('is the best of all there are: %s, with breaks: %s', (scope, hasBreaks) => {
    for (let round = 0; round < 60; round++) {
      const [numRows, numColumns] = round % 2 === 0 ? [5, 4] : [3, 5];
      const scores = Array.from({ length: numRows }, () =>
        Array.from({ length: numColumns }, () => number(-3, 5)),
      );
      const after = [numRows, numColumns].map((length) =>
        Uint8Array.from({ length }, () => Number(random.below(3) === 0)),
      ) as [Uint8Array, Uint8Array];
      const goal = {
        lengths: [numRows, numColumns] as const,
        gap: { open: number(0.5, 3), extend: number(0.1, 1) },
        scope,
        ...(hasBreaks ? { breaks: { after, open: number(0, 0.4) } } : {}),
      };
      const scoreRow = (i: number, row: Float64Array): void => {
        row.set(scores[i]!);
      };
      const found = align({ ...goal, scoreRow });
      const expected = byEnumeration(scores, goal);
      expect(found.pairs).toEqual(expected.pairs);
      expect(found.score).toBeCloseTo(expected.score, 10);
    }
  });

  it('has its gaps furthest left where several are as good', () => {
    const shorter = wholly('WWAAAAWW', 'WWAAAWW');
    expect(shorter.pairs.map(([i]) => i)).toEqual([0, 1, 3, 4, 5, 6, 7]);
    const longer = wholly('WWAAAWW', 'WWAAAAWW');
    expect(longer.pairs.map(([, j]) => j)).toEqual([0, 1, 3, 4, 5, 6, 7]);
  });
});

it('prefers what the caller prefers, beside the letters', () => {
  const [first, second] = [aatypeOf('WAAW'), aatypeOf('WAW')];
  const preferring = (place: number) =>
    alignSequences(first, second, {
      scope: 'whole',
      prefer: (i, row) => {
        if (i === place) row[1]! += 3;
      },
    });
  expect(preferring(1).pairs).toEqual([
    [0, 0],
    [1, 1],
    [3, 2],
  ]);
  expect(preferring(2).pairs).toEqual([
    [0, 0],
    [2, 1],
    [3, 2],
  ]);
  // W and W score 11, A and A 4, the gap costs 12
  expect(preferring(1).score).toBe(11 + 4 + 3 + 11 - 12);
});

it('refuses chains from 400 million cells on, before anything is scored', () => {
  const goal: Omit<AlignmentGoal, 'lengths'> = {
    scoreRow: () => {
      throw new Error('scored');
    },
    gap: { open: 1, extend: 1 },
    scope: 'local',
  };
  expect(() => align({ ...goal, lengths: [19_999, 20_000] })).toThrow('too long');
  expect(() => align({ ...goal, lengths: [20_000, 19_999] })).toThrow('too long');
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
