import { describe, expect, it } from 'vitest';
import { Random } from '#training/data/random';

describe('Random', () => {
  it('goes on from a stored state as if it had never stopped', () => {
    const whole = new Random(11);
    const first = Array.from({ length: 5 }, () => whole.uniform());
    const resumed = new Random(whole.state);
    expect(first).toHaveLength(5);
    expect(Array.from({ length: 5 }, () => resumed.normal())).toEqual(
      Array.from({ length: 5 }, () => whole.normal()),
    );
  });

  it('gives normal numbers of mean 0 and deviation 1', () => {
    const random = new Random(2);
    const values = Array.from({ length: 20_000 }, () => random.normal());
    const mean = values.reduce((a, b) => a + b) / values.length;
    const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(variance - 1)).toBeLessThan(0.04);
  });
});
