import { describe, expect, it } from 'vitest';
import { expectedAgreement } from '#chain-folding/expected-agreement';
import { NUM_DISTOGRAM_BINS } from '#layers/heads/distogram';

/** The true distance is in one bin. */
function certain(bin: number): Float64Array {
  return new Float64Array(NUM_DISTOGRAM_BINS).with(bin, 1);
}

describe('expectedAgreement', () => {
  it('is highest at the true distance and falls on both sides of it', () => {
    const at = (bin: number) => expectedAgreement(certain(17), bin);
    for (let bin = 0; bin < 17; bin++) expect(at(bin)).toBeLessThan(at(bin + 1));
    for (let bin = 17; bin < 40; bin++) expect(at(bin)).toBeGreaterThan(at(bin + 1));
    expect(at(17)).toBeGreaterThan(0.95);
  });

  it('counts nothing for residues that are more than 15 Å apart in truth', () => {
    expect(expectedAgreement(certain(45), 45)).toBe(0);
    // The middles of bins 41 and 42 are at 14.97 and 15.28 Å.
    expect(expectedAgreement(certain(41), 41)).toBeGreaterThan(0.9);
    expect(expectedAgreement(certain(42), 42)).toBe(0);
    expect(expectedAgreement(certain(0), 0)).toBeGreaterThan(0.9);
  });

  it('softens limits half as wide again as those of lDDT, each by a quarter of itself', () => {
    // All four limits are passed half or by a multiple of their softness: 1 / (1 + e^-4) each where nothing is off.
    expect(expectedAgreement(certain(20), 20)).toBeCloseTo(1 / (1 + Math.exp(-4)), 12);
    for (const bins of [3, 8, 63]) {
      const limits = [0.75, 1.5, 3, 6];
      const each = limits.map((limit) => 1 / (1 + Math.exp((4 * 0.3125 * bins) / limit - 4)));
      const expected = each.reduce((sum, share) => sum + share, 0) / 4;
      if (bins < 20) expect(expectedAgreement(certain(20), 20 - bins)).toBeCloseTo(expected, 12);
      if (bins < 40) expect(expectedAgreement(certain(20), 20 + bins)).toBeCloseTo(expected, 12);
      expect(expectedAgreement(certain(0), bins)).toBeCloseTo(expected, 12);
    }
  });

  it('is the mean over what the true distance may be', () => {
    const either = new Float64Array(NUM_DISTOGRAM_BINS);
    either[11] = 0.25;
    either[29] = 0.75;
    const expected =
      0.25 * expectedAgreement(certain(11), 13) + 0.75 * expectedAgreement(certain(29), 13);
    expect(expectedAgreement(either, 13)).toBeCloseTo(expected);
  });
});
