import { describe, expect, it } from 'vitest';
import {
  contactProbability,
  DISTOGRAM_BIN_WIDTH,
  DISTOGRAM_LIMITS,
  distanceReference,
  distogramLogits,
  FIRST_DISTOGRAM_CENTRE,
} from '#layers/heads/distogram';
import { HYDROGEN_BOND_LIMITS, hydrogenBondLogits } from '#layers/heads/hydrogen-bonds';
import { localStructureHead, torsionBin } from '#layers/heads/local-structure';
import { expectedAlignedError, expectedTmTerms, MAX_PAE, PAE_BIN_WIDTH } from '#layers/heads/pae';
import { lddtLogits, plddtFromLogits } from '#layers/heads/plddt';
import { predictedTmScores } from '#layers/heads/predicted-tm-scores';
import { Parameters } from '#layers/parameters';
import { constant, input } from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';
import { randomTensor } from '../../helpers/random.js';
import { evaluate } from '../../helpers/reference-engine.js';

const valuesOf = (tensor: Tensor, feeds: Record<string, ArrayLike<number>> = {}) =>
  evaluate([tensor], feeds)[0]!;
/** Logits of a distribution that is sure of one bin in each row. */
const sureOf = (bins: readonly number[], numBins: number) =>
  bins.flatMap((bin) => Array.from({ length: numBins }, (_, k) => (k === bin ? 0 : -80)));

describe('distances between pseudo-betas', () => {
  it('have 64 bins, the limits of which run from 2.3125 to 21.6875 Å', () => {
    expect(DISTOGRAM_LIMITS).toHaveLength(63);
    expect(DISTOGRAM_LIMITS[0]).toBe(2.3125);
    expect(DISTOGRAM_LIMITS[62]).toBe(21.6875);
    expect(DISTOGRAM_LIMITS[18]).toBeCloseTo(7.9375, 12);
    expect(DISTOGRAM_BIN_WIDTH).toBeCloseTo(0.3125, 12);
    expect(FIRST_DISTOGRAM_CENTRE).toBeCloseTo(2.15625, 12);
  });

  it('are contacts in the bins up to 8 Å, and in no other', () => {
    const logits = constant(sureOf([0, 17, 18, 19, 20, 63], 64), [1, 2, 3, 64]);
    expect(contactProbability(logits).shape).toEqual([1, 2, 3]);
    expect(valuesOf(contactProbability(logits))).toBeCloseToTensor([1, 1, 1, 0, 0, 0]);
    const even = constant(new Float32Array(64), [1, 1, 1, 64]);
    expect(valuesOf(contactProbability(even))).toBeCloseToTensor([19 / 64]);
  });

  it('are the same in both directions: the mean of both, or their sum', () => {
    const [N, C] = [3, 2];
    const pair = input('pair', [1, N, N, C]);
    const feeds = {
      pair: randomTensor([1, N, N, C], 1).data,
      weight: randomTensor([64, C], 2).data,
      bias: randomTensor([64], 3).data,
    };
    const of = (joinedBy?: 'sum' | 'mean') =>
      valuesOf(distogramLogits(new Parameters(), pair, joinedBy && { joinedBy }), feeds);
    const linear = (i: number, j: number, bin: number): number =>
      feeds.bias[bin]! +
      [0, 1].reduce(
        (sum, c) => sum + feeds.weight[bin * C + c]! * feeds.pair[(i * N + j) * C + c]!,
        0,
      );
    const sums = Array.from({ length: N * N * 64 }, (_, at) => {
      const [i, j, bin] = [Math.floor(at / 64 / N), Math.floor(at / 64) % N, at % 64];
      return linear(i, j, bin) + linear(j, i, bin);
    });
    expect(of('sum')).toBeCloseToTensor(sums);
    expect(of('mean')).toBeCloseToTensor(sums.map((sum) => sum / 2));
    expect(of()).toEqual(of('mean'));
  });

  it('are compared with frequencies of 64 bins for 0 to 64 residues', () => {
    const parameters = new Parameters();
    expect(distanceReference(parameters).shape).toEqual([65 * 64]);
    const { isTrained, initialisation } = parameters.all.get('reference')!;
    expect(isTrained).toBe(false);
    expect(initialisation).toEqual(new Float32Array(65 * 64));
  });
});

describe('distances from N to O', () => {
  it('have 17 bins, half an Å from 2.5 to 10 Å', () => {
    expect(HYDROGEN_BOND_LIMITS).toEqual(Array.from({ length: 16 }, (_, i) => 2.5 + i / 2));
    const logits = hydrogenBondLogits(new Parameters(), constant(new Float32Array(12), [1, 2, 2, 3])); // prettier-ignore
    expect(logits.shape).toEqual([1, 2, 2, 17]);
  });
});

describe('local structure', () => {
  it('has a grid of 18 bins of phi and psi, and eight states', () => {
    const mixed = input('mixed', [2, 3, 5]);
    const parameters = new Parameters();
    const { torsionLogits, secondaryStructureLogits } = localStructureHead(parameters, mixed);
    expect(torsionLogits.shape).toEqual([2, 3, 324]);
    expect(secondaryStructureLogits.shape).toEqual([2, 3, 8]);
    expect(parameters.all.get('linear.weight')!.tensor.shape).toEqual([5, 5]);
  });

  it('has bins of 20 degrees from -180 on, and angles beyond a turn where they come back', () => {
    const degrees = (angle: number) => torsionBin((angle * Math.PI) / 180);
    expect([-179, -161, -159, -1, 1, 19, 21, 179].map(degrees)).toEqual([0, 0, 1, 8, 9, 9, 10, 17]);
    for (const turns of [-2, -1, 1, 2]) expect(degrees(21 + 360 * turns)).toBe(10);
  });
});

describe('aligned errors', () => {
  it('have 64 bins of half an Å, a little more, the last of which begins at 31 Å and more', () => {
    expect(PAE_BIN_WIDTH).toBe(0.5);
    expect(MAX_PAE).toBe(31.75);
  });

  it('are expected in the middle of their bins', () => {
    const shares = new Float32Array(2 * 3 * 64);
    [0, 7, 63, 30, 31].forEach((bin, row) => (shares[64 * row + bin] = 1));
    shares[64 * 5] = 0.25;
    shares[64 * 5 + 2] = 0.75;
    const errors = expectedAlignedError(constant(shares, [1, 2, 3, 64]));
    expect(errors.shape).toEqual([1, 2, 3]);
    expect(valuesOf(errors)).toBeCloseToTensor([0.25, 3.75, 31.75, 15.25, 15.75, 1]);
  });

  it.each([3, 19, 20, 50])(
    'of %d residues score by the d0 of that length, from 19 on',
    (length) => {
      const scored = new Float32Array(60).fill(1, 0, length);
      const errors = new Float32Array(60 * 60 * 64);
      for (let row = 0; row < 3600; row++) errors[64 * row + (row % 64)] = 1;
      const terms = valuesOf(
        expectedTmTerms(constant(errors, [1, 60, 60, 64]), constant(scored, [1, 60])),
      );
      const d0 = 1.24 * Math.cbrt(Math.max(19, length) - 15) - 1.8;
      const expected = Array.from({ length: 3600 }, (_, row) => {
        const error = ((row % 64) + 0.5) * 0.5;
        return 1 / (1 + (error / d0) ** 2);
      });
      expect(terms).toBeCloseToTensor(expected);
    },
  );
});

describe('expected lDDT', () => {
  it('is 1 to 99 in the middle of 50 bins', () => {
    const logits = constant(sureOf([0, 1, 24, 49, 48, 10], 50), [1, 2, 3, 50]);
    const plddt = plddtFromLogits(logits);
    expect(plddt.shape).toEqual([1, 2, 3]);
    expect(valuesOf(plddt)).toBeCloseToTensor([1, 3, 49, 99, 97, 21]);
  });

  it('is told of 37 atoms', () => {
    const state = input('state', [2, 3, 5]);
    expect(lddtLogits(new Parameters(), state, 7).shape).toEqual([2, 3, 37, 50]);
  });
});

describe('the TM-scores of chains', () => {
  it('take the best frame, for each two chains the best of either', () => {
    // rows: frames of A1, A2, B1; columns: A1, A2, B1
    const terms = [0.9, 0.7, 0.1, 0.5, 0.8, 0.4, 0.2, 0.4, 0.6];
    const { ptm, complex } = predictedTmScores(terms, [2, 1]);
    expect(ptm).toBeCloseTo((0.9 + 0.7 + 0.1) / 3, 12);
    expect(complex!.iptm).toBeCloseTo(0.4, 12);
    expect(complex!.pairs).toHaveLength(1);
    expect(complex!.pairs[0]!.chains).toEqual([0, 1]);
    expect(complex!.pairs[0]!.iptm).toBeCloseTo(0.4, 12);
    const other = predictedTmScores(terms.with(6, 0.8), [2, 1]).complex!;
    expect(other.pairs[0]!.iptm).toBeCloseTo(0.6, 12);
    expect(predictedTmScores(terms, [3])).toEqual({ ptm });
  });

  it('weigh chains by their length', () => {
    // frames of A1, B1, B2, C1
    const terms = [1, 0.3, 0.5, 0.9, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1];
    const { complex } = predictedTmScores(terms, [1, 2, 1]);
    expect(complex!.iptm).toBeCloseTo((0.3 + 0.5 + 0.9) / 3, 12);
    expect(complex!.pairs.map(({ chains, iptm }) => [...chains, iptm])).toEqual([
      [0, 1, 0.4],
      [0, 2, 0.9],
      [1, 2, 0],
    ]);
  });
});
