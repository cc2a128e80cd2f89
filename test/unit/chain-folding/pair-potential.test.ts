import { describe, expect, it } from 'vitest';
import { expectedAgreement } from '#chain-folding/expected-agreement';
import {
  addPairEnergy,
  leaveOut,
  pairPotential,
  type PairPotential,
} from '#chain-folding/pair-potential';
import { atomOffset } from '#structure/backbone/torsion-chain';
import { CB_SLOT } from '#structure/residues/atoms';
import { randomTensor } from '../../helpers/random.js';

const BINS = 64;
const WIDTH = 0.3125;
/** Å; the middle of the first bin. */
const FIRST = 2.15625;
const REFERENCE = randomTensor([65 * BINS], 3, [-6, -3]).data;

describe('pairPotential', () => {
  /** Energies of a pair as the paper has them, and the agreement that they are joined with. */
  function expected(logits: ArrayLike<number>, separation: number): number[] {
    const exponentials = Array.from(logits, Math.exp);
    const total = exponentials.reduce((sum, x) => sum + x, 0);
    const probabilities = exponentials.map((x) => x / total);
    const usual = Array.from(REFERENCE).slice(BINS * separation, BINS * (separation + 1));
    const surprise = probabilities.map((p, bin) => usual[bin]! - Math.log(p + 1e-5));
    const excess = Float64Array.from(probabilities, (p, bin) => p - Math.exp(usual[bin]!));
    const padded = [surprise[0]!, ...surprise, surprise[BINS - 1]!];
    return surprise.map((middle, bin) => {
      const smoothed = 0.25 * padded[bin]! + 0.5 * middle + 0.25 * padded[bin + 2]!;
      return smoothed - 90 * expectedAgreement(excess, bin);
    });
  }

  it('is how much likelier each distance is than usual, and what it adds to lDDT', () => {
    const count = 5;
    const logits = randomTensor([count * count * BINS], 5, [-4, 4]).data as Float32Array;
    const { energies, pull, numResidues } = pairPotential(logits, REFERENCE, count);
    expect(numResidues).toBe(count);
    for (let i = 0; i < count; i++)
      for (let j = 0; j < count; j++) {
        const [pair, at] = [i * count + j, (i * count + j) * BINS];
        const own = energies.subarray(at, at + BINS);
        if (j - i < 3) {
          expect(own.every((energy) => energy === 0)).toBe(true);
          expect(pull[pair]).toBe(0);
          continue;
        }
        const ofPair = logits.subarray(at, at + BINS);
        for (const [bin, energy] of expected(ofPair, j - i).entries())
          expect(own[bin]).toBeCloseTo(energy, 4);
        const total = ofPair.reduce((sum, logit) => sum + Math.exp(logit), 0);
        expect(pull[pair]).toBeCloseTo(0.1 * (1 - Math.exp(ofPair[63]!) / total), 6);
      }
  });

  it('compares residues 64 and further apart with the same distances', () => {
    const count = 67;
    const { energies } = pairPotential(new Float32Array(count * count * BINS), REFERENCE, count);
    const uniform = new Float32Array(BINS);
    for (const [j, separation] of [
      [63, 63],
      [64, 64],
      [66, 64],
    ] as const)
      for (const [bin, energy] of expected(uniform, separation).entries())
        expect(energies[j * BINS + bin]).toBeCloseTo(energy, 4);
  });
});

describe('leaveOut', () => {
  it('takes out pairs of two settled residues, and no others', () => {
    const count = 6;
    const potential: PairPotential = {
      energies: new Float32Array(count * count * BINS).fill(2),
      pull: new Float32Array(count * count).fill(3),
      numResidues: count,
    };
    leaveOut(potential, [1, 0, 1, 1, 0, 1]); // 0-3, 0-5 and 2-5 are settled
    for (let i = 0; i < count; i++)
      for (let j = i + 3; j < count; j++) {
        const isOut = ['0,3', '0,5', '2,5'].includes([i, j].join());
        const at = (i * count + j) * BINS;
        expect(potential.pull[i * count + j]).toBe(isOut ? 0 : 3);
        const own = [...potential.energies.subarray(at, at + BINS)];
        expect(own).toEqual(own.map(() => (isOut ? 0 : 2)));
      }
  });
});

describe('addPairEnergy', () => {
  /** Four residues of which the first and the last alone are a pair. */
  const ENERGIES = randomTensor([BINS], 8, [-3, 3]).data;
  const PULL = 0.75;
  const potential: PairPotential = {
    energies: new Float32Array(16 * BINS),
    pull: new Float32Array(16),
    numResidues: 4,
  };
  potential.energies.set(ENERGIES, 3 * BINS);
  potential.pull[3] = PULL;

  /** Energy of the pair, and its slope by the distance, `position` bins from the middle of the first. */
  function at(position: number, share?: number) {
    const atoms = new Float64Array(60);
    atoms.set([1, 1, 1], atomOffset(0, CB_SLOT));
    atoms.set([1, 1, 1 + FIRST + position * WIDTH], atomOffset(3, CB_SLOT));
    const by = new Float64Array(60);
    const energy = addPairEnergy(potential, atoms, by, share) / 0.015;
    const slope = by[atomOffset(3, CB_SLOT) + 2]! / 0.015;
    expect(by[atomOffset(0, CB_SLOT) + 2]).toBeCloseTo(-0.015 * slope, 12);
    return { energy, slope };
  }
  const e = (bin: number) => ENERGIES[bin]!;

  it('runs through the means at the bounds of bins, and by 3/4 and 1/8 at their middles', () => {
    for (const bin of [1, 7, 30, 62]) {
      const middle = at(bin);
      expect(middle.energy).toBeCloseTo(0.75 * e(bin) + (e(bin - 1) + e(bin + 1)) / 8, 9);
      expect(middle.slope).toBeCloseTo((e(bin + 1) - e(bin - 1)) / (2 * WIDTH), 9);
      const bound = at(bin + 0.5 - 1e-9);
      expect(bound.energy).toBeCloseTo((e(bin) + e(bin + 1)) / 2, 6);
      expect(bound.slope).toBeCloseTo((e(bin + 1) - e(bin)) / WIDTH, 6);
    }
  });

  it('goes on in straight lines below the second bin and beyond the last', () => {
    for (const position of [-4, -1, 0, 0.4]) {
      const { energy, slope } = at(position);
      expect(energy).toBeCloseTo(e(0) + position * (e(1) - e(0)), 9);
      expect(slope).toBeCloseTo((e(1) - e(0)) / WIDTH, 9);
    }
    for (const position of [63.6, 64, 90]) {
      const { energy, slope } = at(position);
      expect(energy).toBeCloseTo(e(63) + (position - 63) * WIDTH * PULL, 8);
      expect(slope).toBeCloseTo(PULL, 9);
    }
    expect(at(63).energy).toBeCloseTo(e(63) + (WIDTH * PULL - (e(63) - e(62))) / 8, 9);
    expect(at(63.5).energy).toBeCloseTo(e(63) + (WIDTH * PULL) / 2, 9);
    expect(at(20, 3).energy).toBeCloseTo(3 * at(20).energy, 9);
  });

  it('sets in over four residues of sequence within its reach', () => {
    const count = 8;
    const flat: PairPotential = {
      energies: new Float32Array(count * count * BINS).fill(1),
      pull: new Float32Array(count * count),
      numResidues: count,
    };
    const weightAt = (reach?: number) => {
      const atoms = Float64Array.from({ length: 15 * count }, (_, k) => k);
      return addPairEnergy(flat, atoms, new Float64Array(15 * count), 1, reach) / 0.015;
    };
    // Five pairs are 3 apart in sequence, four 4, three 5, two 6, one 7.
    expect(weightAt(3)).toBeCloseTo(0, 12);
    expect(weightAt(5)).toBeCloseTo(5 * 0.5 + 4 * 0.25, 9);
    expect(weightAt(5.5)).toBeCloseTo(5 * 0.625 + 4 * 0.375 + 3 * 0.125, 9);
    expect(weightAt(9)).toBeCloseTo(5 + 4 + 3 + 2 * 0.75 + 0.5, 9);
    expect(weightAt()).toBeCloseTo(15, 9);
  });
});
