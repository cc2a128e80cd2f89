import { describe, expect, it } from 'vitest';
import {
  calibration,
  joinMoments,
  mean,
  momentsOf,
  pearson,
} from '#training/evaluation/statistics';

describe('pearson', () => {
  it.each([
    ['a rising line', [1, 2, 3], [5, 7, 9], 1],
    ['a falling line', [1, 2, 3], [4, 2, 0], -1],
    ['a symmetric bend', [-1, 0, 1], [1, 0, 1], 0],
    ['a side that does not vary', [0.1, 0.1, 0.1], [1, 2, 3], 0],
    ['1 2 3 against 1 3 2', [1, 2, 3], [1, 3, 2], 0.5],
    ['nothing', [], [], 0],
  ])('of %s', (_, x, y, expected) => {
    expect(pearson(momentsOf(x, y))).toBeCloseTo(expected, 12);
  });

  it('of joined parts is that of the whole', () => {
    const [x, y] = [[1, 4, 2, 8, 5], [3, 1, 4, 1, 5]]; // prettier-ignore
    const parts = [momentsOf(x.slice(0, 2), y.slice(0, 2)), momentsOf(x.slice(2), y.slice(2))];
    expect(pearson(joinMoments(parts))).toBeCloseTo(pearson(momentsOf(x, y)), 12);
  });
});

describe('mean', () => {
  it('of nothing is 0', () => {
    expect([mean([]), mean([1, 2, 6])]).toEqual([0, 3]);
  });
});

describe('calibration', () => {
  it('splits cases into tenths by rising prediction', () => {
    const predicted = Array.from({ length: 40 }, (_, i) => 39 - i);
    const deciles = calibration(predicted, predicted.map((value) => value + 2)); // prettier-ignore
    expect(deciles.map(({ count }) => count)).toEqual(Array(10).fill(4));
    expect(deciles[0]).toMatchObject({ meanPredicted: 1.5, meanTrue: 3.5 });
    expect(deciles[9]).toMatchObject({ meanPredicted: 37.5, meanTrue: 39.5 });
  });

  it('counts every case once where ten does not divide their number', () => {
    const counts = calibration([3, 1, 2], [1, 1, 1]).map(({ count }) => count);
    expect(counts.reduce((a, b) => a + b)).toBe(3);
  });
});
