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
    expect(expectedAgreement(certain(39), 39)).toBeGreaterThan(0.9);
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
