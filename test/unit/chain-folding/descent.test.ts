import { describe, expect, it } from 'vitest';
import { binProbabilities } from '#chain-folding/bin-probabilities';
import { Descent } from '#chain-folding/descent';

describe('Descent', () => {
  it('takes a first step of full size down any slope, and half of it where the slope is 0.001', () => {
    const moves = new Descent(4, 10, 0.3).next(Float64Array.of(-5, 2000, 0.001, 0));
    expect(moves[0]).toBeCloseTo(0.3, 3);
    expect(moves[1]).toBeCloseTo(-0.3, 5);
    expect(moves[2]).toBeCloseTo(-0.15, 12);
    expect(moves[3]).toBeCloseTo(0, 12);
  });

  it('takes the steps of Adam, shrunk from first to last', () => {
    const slopes = [0.7, -0.2, 0.05, 1.3, 0.4];
    const descent = new Descent(1, 5, 0.3);
    let [mean, square] = [0, 0];
    for (const [t, slope] of slopes.entries()) {
      mean = 0.9 * mean + 0.1 * slope;
      square = 0.99 * square + 0.01 * slope * slope;
      const direction = mean / (1 - Math.pow(0.9, t + 1));
      const size = Math.sqrt(square / (1 - Math.pow(0.99, t + 1)));
      const rate = [0.3, 0.24, 0.18, 0.12, 0.06][t]!;
      const [move] = descent.next(Float64Array.of(slope));
      expect(move).toBeCloseTo((-rate * direction) / (size + 0.001), 12);
    }
  });
});

describe('binProbabilities', () => {
  const probabilities = new Float64Array(3);

  it('are the softmax of one row', () => {
    const logits = [7, -3, 2, Math.log(2), Math.log(1), Math.log(5), 9, 9, 9];
    binProbabilities(logits, 1, probabilities);
    for (const [k, expected] of [0.25, 0.125, 0.625].entries())
      expect(probabilities[k]).toBeCloseTo(expected, 12);
  });

  it('do not overflow', () => {
    binProbabilities([1000, 1000, -1000], 0, probabilities);
    expect([...probabilities]).toEqual([0.5, 0.5, 0]);
    binProbabilities([1000, 0, 0], 0, probabilities);
    expect([...probabilities]).toEqual([1, 0, 0]);
    binProbabilities([-1000, -1000, -4000], 0, probabilities);
    expect([...probabilities]).toEqual([0.5, 0.5, 0]);
  });
});
