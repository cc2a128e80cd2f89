import { describe, expect, it } from 'vitest';
import { likelyTorsions, NUM_TORSION_BINS, torsionBin } from '#layers/heads/local-structure';
import { constant } from '#tensor/ops';
import { evaluate } from '../../helpers/reference-engine.js';

const NUM_PAIRS = NUM_TORSION_BINS ** 2;
/** Width of a bin, radians. */
const WIDTH = (2 * Math.PI) / NUM_TORSION_BINS;
const middle = (bin: number) => (bin + 0.5) * WIDTH - Math.PI;

/** Likely phi and psi where only these bin pairs can be, with these probabilities. */
function torsionsOf(pairs: readonly (readonly [phi: number, psi: number, share: number])[]) {
  const logits = new Float32Array(NUM_PAIRS).fill(-50);
  for (const [phi, psi, share] of pairs) logits[phi * NUM_TORSION_BINS + psi] = Math.log(share);
  const [values] = evaluate([likelyTorsions(constant(logits, [1, 1, NUM_PAIRS]))], {});
  const [sinPhi, cosPhi, sinPsi, cosPsi] = values as unknown as [number, number, number, number];
  expect(Math.hypot(sinPhi, cosPhi)).toBeCloseTo(1, 5);
  expect(Math.hypot(sinPsi, cosPsi)).toBeCloseTo(1, 5);
  return { phi: Math.atan2(sinPhi, cosPhi), psi: Math.atan2(sinPsi, cosPsi) };
}

describe('likely torsions', () => {
  it('are in the middle of the one bin that is sure', () => {
    const { phi, psi } = torsionsOf([[3, 11, 1]]);
    expect(phi).toBeCloseTo(middle(3), 5);
    expect(psi).toBeCloseTo(middle(11), 5);
  });

  it('lie between two bins as the fourth powers of their probabilities do', () => {
    const { phi, psi } = torsionsOf([
      [3, 11, 2 / 3],
      [4, 11, 1 / 3],
    ]);
    // 16 to 1: the mean of two directions that are one bin apart.
    const [a, b] = [middle(3), middle(4)];
    const expected = Math.atan2(16 * Math.sin(a) + Math.sin(b), 16 * Math.cos(a) + Math.cos(b));
    expect(phi).toBeCloseTo(expected, 5);
    expect(phi - a).toBeCloseTo(WIDTH / 17, 2);
    expect(psi).toBeCloseTo(middle(11), 5);
  });

  it('are measured from the bin that an angle falls into', () => {
    for (const bin of [0, 5, NUM_TORSION_BINS - 1]) expect(torsionBin(middle(bin))).toBe(bin);
    expect(torsionBin(Math.PI)).toBe(0);
  });
});
