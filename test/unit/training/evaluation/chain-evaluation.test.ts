import { describe, expect, it } from 'vitest';
import { evaluateChain, type PredictedChain } from '#training/evaluation/chain-evaluation';
import { pearson } from '#training/evaluation/statistics';
import { summarise } from '#training/evaluation/summary';
import { idealHelix, scoreTrace, traceAtoms } from '#training/evaluation/trace-scores';
import { readFixture } from '../../structure/fixtures.js';

const truth = readFixture('5pti-a');
const { aatype, atom14, atom14Mask } = truth;
const count = aatype.length;

function predictionOf(atoms: Float32Array): PredictedChain {
  const plddt = new Float32Array(count).fill(80);
  return { aatype, atom14: atoms, atom14Mask, plddt, ptm: 0.7, pae: new Float32Array(count ** 2).fill(3), maxPae: 31.75 }; // prettier-ignore
}

describe('evaluateChain', () => {
  it('finds nothing wrong with the known structure itself', () => {
    const evaluation = evaluateChain(truth, 'all-atom', predictionOf(atom14));
    expect(evaluation).toMatchObject({ numResidues: 58, ptm: 0.7, foldClass: 'helix and strand' });
    for (const score of [evaluation.tm, evaluation.lddtCa, evaluation.gdtTs])
      expect(score).toBeCloseTo(1, 5);
    expect(evaluation.secondaryStructure).toEqual({ checked: 58, failed: 0 });
    expect(evaluation.chirality.failed).toBe(0);
    expect(evaluation.caDistances).toEqual({ checked: 57, failed: 0 });
    expect(evaluation.alignedErrors!.count).toBe(58 * 58);
    expect(evaluation.alignedErrors!.x / 58 ** 2).toBeCloseTo(3);
    expect(evaluation.alignedErrors!.y / 58 ** 2).toBeCloseTo(0, 4);
  });

  it('is the same wherever the prediction stands', () => {
    // A quarter turn about z and a shift.
    const moved = Float32Array.from(atom14, (_, i) => {
      const [x, y, z] = [0, 1, 2].map((k) => atom14[i - (i % 3) + k]!) as [number, number, number];
      return [50 - y, x - 7, z + 3][i % 3]!;
    });
    const there = evaluateChain(truth, 'all-atom', predictionOf(moved));
    expect(there.tm).toBeCloseTo(1, 5);
    const { predicted, real } = there.superposed;
    for (const [i, x] of predicted.entries()) expect(x).toBeCloseTo(real[i]!, 3);
    expect(there.alignedErrors!.y / 58 ** 2).toBeLessThan(1e-3);
  });

  it('finds D-amino acids in the mirror image, with all distances right', () => {
    const mirrored = atom14.map((value, i) => (i % 3 === 0 ? -value : value));
    const evaluation = evaluateChain(truth, 'all-atom', predictionOf(mirrored));
    expect(evaluation.chirality.failed).toBe(evaluation.chirality.checked);
    expect(evaluation.lddtCa).toBeCloseTo(1, 5);
    expect(evaluation.tm).toBeLessThan(0.6);
    expect(evaluation.ramachandran.failed).toBeGreaterThan(10);
  });

  it('counts clashes and torn neighbours of a structure shrunk to half', () => {
    const shrunk = atom14.map((value) => value / 2);
    const evaluation = evaluateChain(truth, 'all-atom', predictionOf(shrunk));
    expect(evaluation.caDistances.failed).toBe(57);
    expect(evaluation.clashes.failed).toBeGreaterThan(20);
  });

  it('compares only CA where only CA was measured', () => {
    const evaluation = evaluateChain(truth, 'ca-only', predictionOf(atom14));
    expect(evaluation.secondaryStructure.checked).toBe(0);
    expect(evaluation).toMatchObject({ foldClass: 'unknown' });
    expect(evaluation.alignedErrors).toBeUndefined();
    expect(evaluation.tm).toBeCloseTo(1, 5);
  });

  it('passes over residues whose CA is unknown', () => {
    const mask = atom14Mask.slice();
    mask.fill(0, 0, 14 * 10);
    const evaluation = evaluateChain(
      { ...truth, atom14Mask: mask },
      'all-atom',
      predictionOf(atom14),
    );
    expect(evaluation.plddt).toHaveLength(48);
    expect(evaluation.lddt).toHaveLength(48);
    expect(evaluation.secondaryStructure.checked).toBe(48);
    expect(evaluation.tm).toBeCloseTo(1, 5);
  });
});

describe('summarise', () => {
  it('counts each chain once in scores and each residue once in confidence', () => {
    const good = evaluateChain(truth, 'all-atom', predictionOf(atom14));
    const bad = { ...good, tm: 0.2, ptm: 0.3, plddt: good.plddt.map(() => 40), lddt: good.lddt.map(() => 0.3) }; // prettier-ignore
    const summary = summarise([good, bad]);
    expect(summary.scores.tm).toBeCloseTo(0.6, 5);
    expect(summary.confidence.pearson).toBeCloseTo(1, 3);
    expect(summary.confidence.worstDecile).toBeCloseTo(20, 1);
    expect(summary.ptm.pearson).toBeCloseTo(1);
    expect(summary.byLength).toMatchObject([{ name: 'to 100', count: 2 }]);
    expect(summary.q3).toBe(1);
    expect(summary.physics.caDistances).toBe(1);
  });

  it('works where no backbone is known at all', () => {
    const summary = summarise([evaluateChain(truth, 'ca-only', predictionOf(atom14))]);
    expect(summary.pae).toEqual({ meanPredicted: 0, meanActual: 0, pearson: 0 });
    expect(summary.byFoldClass).toEqual([]);
  });
});

describe('scoreTrace', () => {
  it('counts residues that a model lacks as wrong, in every score', () => {
    const half = atom14Mask.map((present, i) => (i < 14 * 29 ? present : 0));
    const scores = scoreTrace({ ...truth, atom14Mask: half }, truth);
    expect(scores.tm).toBeCloseTo(0.5, 5);
    expect(scores.gdtTs).toBeCloseTo(0.5, 5);
    expect(scores.lddtCa).toBeLessThan(0.5);
    expect([...scores.lddtPerResidue.subarray(29)]).toEqual(new Array(29).fill(0));
  });

  it('gives 0 to a model without residues', () => {
    const none = scoreTrace({ ...truth, atom14Mask: new Uint8Array(14 * count) }, truth);
    expect(none).toMatchObject({ tm: 0, lddtCa: 0, distantLddtCa: 0, gdtTs: 0 });
  });

  it('is lower where neighbours along the chain do not count, for what has bonds and no fold', () => {
    const { lddtCa, distantLddtCa } = scoreTrace(traceAtoms(idealHelix(count), aatype), truth);
    expect(distantLddtCa).toBeLessThan(lddtCa - 0.05);
  });
});

describe('idealHelix', () => {
  it('is one turn in 3.6 residues, with neighbours 3.8 Å apart', () => {
    const helix = idealHelix(19);
    const between = (a: number, b: number) =>
      Math.hypot(...[0, 1, 2].map((k) => helix[3 * a + k]! - helix[3 * b + k]!));
    expect(between(4, 5)).toBeCloseTo(3.8, 1);
    expect(between(0, 18)).toBeCloseTo(27, 5);
  });

  it('is right-handed: it fits the helix of a known structure better than its mirror image', () => {
    const residues = Array.from({ length: 9 }, (_, i) => 46 + i);
    const real = residues.flatMap((i) => [0, 1, 2].map((k) => atom14[42 * i + 3 + k]!));
    const types = residues.map((i) => aatype[i]!);
    const known = traceAtoms(real, types);
    const score = (trace: Float32Array) => scoreTrace(traceAtoms(trace, types), known).tm;
    const helix = idealHelix(9);
    expect(score(helix)).toBeGreaterThan(0.5);
    expect(score(helix)).toBeGreaterThan(score(helix.map((x, i) => (i % 3 ? x : -x))) + 0.1);
  });
});

describe('correlation of aligned errors', () => {
  it('is 1 where the predicted errors are the actual ones', () => {
    const shrunk = predictionOf(atom14.map((value) => 0.7 * value));
    const pae = new Float32Array(count ** 2);
    const at = (i: number) => [0, 1, 2].map((k) => atom14[42 * i + 3 + k]!);
    // Shrinking moves each point by 0.3 of its distance in every frame.
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < count; j++)
        pae[i * count + j] = 0.3 * Math.hypot(...at(i).map((x, k) => x - at(j)[k]!));
    }
    const { alignedErrors } = evaluateChain(truth, 'all-atom', { ...shrunk, pae });
    expect(pearson(alignedErrors!)).toBeCloseTo(1, 4);
  });
});
