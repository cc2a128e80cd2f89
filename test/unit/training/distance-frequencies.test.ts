import { describe, expect, it } from 'vitest';
import { DISTOGRAM_LIMITS, NUM_DISTOGRAM_BINS } from '#layers/heads/distogram';
import { distanceFrequencies } from '#training/data/distance-frequencies';
import { tinyDataset } from './tiny.js';

describe('distanceFrequencies', () => {
  it('gives each separation a distribution', async () => {
    const logarithms = distanceFrequencies(await tinyDataset());
    for (let row = 0; row < 65; row++) {
      const bins = logarithms.subarray(row * NUM_DISTOGRAM_BINS, (row + 1) * NUM_DISTOGRAM_BINS);
      expect(bins.reduce((total, value) => total + Math.exp(value), 0)).toBeCloseTo(1, 4);
    }
  });

  it('finds neighbours 4.5 to 7 Å apart and distant residues mostly beyond the last bin', async () => {
    const logarithms = distanceFrequencies(await tinyDataset());
    const likeliest = (row: number) => {
      const bins = logarithms.subarray(row * NUM_DISTOGRAM_BINS, (row + 1) * NUM_DISTOGRAM_BINS);
      return bins.indexOf(Math.max(...bins));
    };
    expect(DISTOGRAM_LIMITS[likeliest(1)]).toBeGreaterThan(4.5);
    expect(DISTOGRAM_LIMITS[likeliest(1)]).toBeLessThan(7);
    expect(likeliest(40)).toBe(NUM_DISTOGRAM_BINS - 1);
  });
});
