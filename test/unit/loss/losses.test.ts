import { describe, expect, it } from 'vitest';
import { oneHotBins } from '#loss/cross-entropy';
import { bondLoss } from '#loss/bond';
import { crossEntropy, softCrossEntropy } from '#loss/cross-entropy';
import { lddtTarget, smoothLddtLoss } from '#loss/local-distance';
import { torsionLoss } from '#loss/torsion';
import { lddtCa } from '#structure/comparison/lddt';
import { constant } from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';
import { randomSource, randomTensor } from '../../helpers/random.js';
import { evaluate } from '../../helpers/reference-engine.js';

const valuesOf = (tensor: Tensor) => evaluate([tensor], {})[0]!;
const valueOf = (tensor: Tensor) => valuesOf(tensor)[0]!;
const integers = (values: readonly number[]) => constant(Int32Array.from(values));

describe('the smooth lDDT loss', () => {
  it('is what a loop over pairs finds', () => {
    const [N, truth, predicted] = [7, randomTensor([7, 3], 31).data, randomTensor([7, 3], 32).data];
    const scaled = (points: ArrayLike<number>) => Array.from(points, (x) => 9 * x);
    const mask = [1, 1, 0, 1, 1, 1, 1];
    const distance = (points: number[], i: number, j: number) =>
      Math.hypot(...[0, 1, 2].map((k) => points[3 * i + k]! - points[3 * j + k]!));
    const shares: number[] = [];
    for (let i = 0; i < N; i++) {
      for (let j = 0; j < N; j++) {
        const far = distance(scaled(truth), i, j);
        if (i === j || !mask[i] || !mask[j] || far >= 15) continue;
        const deviation = Math.abs(distance(scaled(predicted), i, j) - far);
        const kept = [0.5, 1, 2, 4].map((limit) => 1 / (1 + Math.exp(deviation - limit)));
        shares.push(kept.reduce((a, b) => a + b) / 4);
      }
    }
    expect(shares.length).toBeGreaterThan(5);
    const loss = smoothLddtLoss(
      constant(scaled(predicted), [1, N, 3]),
      constant(scaled(truth), [1, N, 3]),
      constant(mask, [1, N]),
    );
    const mean = shares.reduce((a, b) => a + b) / shares.length;
    expect(valueOf(loss)).toBeCloseTo(1 - mean, 5);
  });
});

describe('one-hot bins', () => {
  it('are what a loop over limits finds, from below the first to beyond the last', () => {
    const limits = [0.5, 2, 3.25];
    const values = [-1, 0.5, 0.6, 2, 2.5, 3.25, 3.3, 1e6];
    const loop = values.flatMap((value) => {
      let bin = 0;
      while (bin < limits.length && value > limits[bin]!) bin++;
      return [0, 1, 2, 3].map((one) => Number(one === bin));
    });
    const bins = oneHotBins(constant(values, [2, 4]), limits);
    expect(bins.shape).toEqual([2, 4, 4]);
    expect([...valuesOf(bins)]).toEqual(loop);
  });
});

describe('cross entropy', () => {
  it('is log K where the logits say nothing', () => {
    const loss = crossEntropy(
      constant([0, 0, 0, 0, 0, 0], [2, 3]),
      integers([0, 2]),
      constant([1, 1]),
    );
    expect(valueOf(loss)).toBeCloseTo(Math.log(3), 6);
  });

  it('is the mean of -log p over what the mask marks, and 0 over nothing', () => {
    const logits = constant([Math.log(7), 0, Math.log(2), 0, 0, 0], [2, 3]); // p = .7 .1 .2
    const loss = (mask: number[]) =>
      valueOf(crossEntropy(logits, integers([2, 1]), constant(mask)));
    expect(loss([1, 0])).toBeCloseTo(-Math.log(0.2), 6);
    expect(loss([1, 1])).toBeCloseTo((-Math.log(0.2) + Math.log(3)) / 2, 6);
    expect(loss([0, 0])).toBe(0);
  });

  it('against a distribution is the sum over its classes', () => {
    const logits = constant([Math.log(7), 0, Math.log(2)], [1, 3]);
    const loss = softCrossEntropy(logits, constant([0.5, 0, 0.5], [1, 3]), constant([1]));
    expect(valueOf(loss)).toBeCloseTo(-(Math.log(0.7) + Math.log(0.2)) / 2, 6);
  });
});

describe('torsion loss', () => {
  const angles = (degrees: number) => {
    const radians = (degrees * Math.PI) / 180;
    return constant(
      Array.from({ length: 7 }, () => [Math.sin(radians), Math.cos(radians)]).flat(),
      [1, 1, 7, 2],
    );
  };
  const loss = (predicted: Tensor, truth: Tensor, alternative = truth, mask = Array(7).fill(1)) =>
    valueOf(
      torsionLoss(predicted, predicted, {
        sinCos: truth,
        alternative,
        mask: constant(mask as number[], [1, 1, 7]),
      }),
    );

  it.each([
    [0, 0],
    [60, 1],
    [90, 2],
    [180, 4],
  ])('of angles %i° apart is the squared chord %i', (apart, chord) => {
    expect(loss(angles(20 + apart), angles(20))).toBeCloseTo(chord, 5);
  });

  it('takes the nearer name of symmetric atoms', () => {
    expect(loss(angles(190), angles(10), angles(190))).toBeCloseTo(0, 5);
    expect(loss(angles(190), angles(190), angles(10))).toBeCloseTo(0, 5);
  });

  it('adds a fiftieth of how far unnormalised angles are from length 1', () => {
    const unnormalised = constant(Array.from({ length: 7 }, () => [3, 4]).flat(), [1, 1, 7, 2]);
    const known = {
      sinCos: angles(0),
      alternative: angles(0),
      mask: constant(Array<number>(7).fill(1), [1, 1, 7]),
    };
    expect(valueOf(torsionLoss(angles(0), unnormalised, known))).toBeCloseTo(0.02 * 4, 5);
  });

  it('counts only torsions that exist', () => {
    const mixed = constant(
      [0, 1, ...Array.from({ length: 6 }, () => [0, -1]).flat()],
      [1, 1, 7, 2],
    );
    expect(loss(mixed, angles(0), angles(0), [1, 0, 0, 0, 0, 0, 0])).toBeCloseTo(0, 5);
    expect(loss(mixed, angles(0), angles(0), [1, 1, 0, 0, 0, 0, 0])).toBeCloseTo(2, 5);
  });
});

describe('bond loss', () => {
  const PEPTIDE = { distance: 1.5, tolerance: 0.1 };
  const chain = constant([0, 0, 0, 1.5, 0, 0, 1.5, 2, 0, 1.5, 2, 1], [1, 4, 3]); // steps 1.5, 2, 1
  const loss = (bonded: readonly number[]) =>
    valueOf(bondLoss(chain, chain, constant(bonded, [1, 4]), PEPTIDE));

  it('is what exceeds the tolerance, too long or too short', () => {
    expect(loss([1, 0, 0, 0])).toBe(0);
    expect(loss([0, 1, 0, 0])).toBeCloseTo(0.4, 5);
    expect(loss([0, 0, 1, 0])).toBeCloseTo(0.4, 5);
  });

  it('is the mean over bonds, and 0 where there is none', () => {
    expect(loss([1, 1, 1, 0])).toBeCloseTo(0.8 / 3, 5);
    expect(loss([0, 0, 0, 0])).toBe(0);
  });

  it('runs from an atom of one residue to an atom of the next', () => {
    const first = constant([0, 0, 0, 5, 0, 0], [1, 2, 3]);
    const second = constant([9, 9, 9, 1.5, 0, 0], [1, 2, 3]);
    expect(valueOf(bondLoss(first, second, constant([1, 0], [1, 2]), PEPTIDE))).toBe(0);
  });
});

describe('lDDT target', () => {
  const N = 23;

  it('is the lDDT that structure/ computes, residue by residue', () => {
    const truth = randomTensor([1, N, 3], 1, [-14, 14]);
    const noise = randomTensor([1, N, 3], 2, [-2, 2]);
    const predicted = truth.data.map((x, i) => x + noise.data[i]!);
    const next = randomSource(3);
    const mask = Array.from({ length: N }, () => Number(next() < 0.8));
    const target = lddtTarget(
      constant(predicted, [1, N, 3]),
      constant(truth.data, [1, N, 3]),
      constant(mask, [1, N]),
    );
    const chain = (ca: ArrayLike<number>) => chainOf(ca, mask);
    const { perResidue } = lddtCa(chain(predicted), chain(truth.data));
    expect(valuesOf(target)).toBeCloseToTensor(perResidue, { atol: 1e-5 });
    expect(new Set(perResidue).size).toBeGreaterThan(5);
  });

  it.each([
    [0.5, 1],
    [1, 0.75],
    [2, 0.5],
    [4, 0.25],
    [5, 0],
  ])('of two residues 3 Å apart, displaced by %f Å, is %f', (shift, score) => {
    const truth = constant([0, 0, 0, 3, 0, 0], [1, 2, 3]);
    const predicted = constant([0, 0, 0, 3 + shift, 0, 0], [1, 2, 3]);
    const target = lddtTarget(predicted, truth, constant([1, 1], [1, 2]));
    expect(valuesOf(target)).toBeCloseToTensor([score, score]);
  });

  it('of a residue without neighbours is 1, and of an unknown one 0', () => {
    const apart = constant([0, 0, 0, 99, 0, 0, 1, 0, 0], [1, 3, 3]);
    const target = lddtTarget(apart, apart, constant([1, 1, 0], [1, 3]));
    expect(valuesOf(target)).toBeCloseToTensor([1, 1, 0]);
  });
});

function chainOf(ca: ArrayLike<number>, mask: readonly number[]) {
  const atom14 = new Float32Array(mask.length * 42);
  const atom14Mask = new Float32Array(mask.length * 14);
  mask.forEach((isKnown, residue) => {
    atom14Mask[14 * residue + 1] = isKnown;
    for (let axis = 0; axis < 3; axis++) {
      atom14[42 * residue + 3 + axis] = ca[3 * residue + axis]!;
    }
  });
  return {
    aatype: new Int32Array(mask.length),
    atom14,
    atom14Mask,
    chainIndex: new Int32Array(mask.length),
    residueIndex: Int32Array.from(mask.keys()),
  };
}
