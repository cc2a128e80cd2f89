import { describe, expect, it } from 'vitest';
import { foldChain, sinesAndCosines } from '#chain-folding/fold-chain';
import { foldedFrames, type ChainFrames, type ChainPrediction } from '#chain-folding/folded-frames';
import { pairPotential } from '#chain-folding/pair-potential';
import type { Scaffold } from '#chain-folding/scaffold';
import { torsionPotential } from '#chain-folding/torsion-potential';
import { CHAIN_ATOMS, emptyChain, placeChain } from '#structure/backbone/torsion-chain';
import { randomTensor } from '../../helpers/random.js';

const [COUNT, BINS, TORSION_BINS] = [18, 64, 18];
const AATYPE = Array.from({ length: COUNT }, (_, i) => (3 * i) % 20);
const IN_STRAND = Array.from({ length: COUNT }, (_, i) => i < 7 || i > 10);
/** Phi and psi of a hairpin, degrees. */
const HAIRPIN = IN_STRAND.map((isStrand, i) =>
  isStrand
    ? [-120, 140]
    : [
        [-60, -30],
        [-80, 20],
        [60, 30],
        [75, 10],
      ][i - 7]!,
).flat();
const ANGLES = Float64Array.from(HAIRPIN, (degrees) => (degrees * Math.PI) / 180);
const random = (count: number, seed: number, high = 1) =>
  randomTensor([count], seed, [-high, high]).data as Float32Array;

/** A hairpin as a model might see it: torsions a little off, noise for distances, bridges at the strands' ends. */
const PREDICTED: ChainPrediction = {
  distogram: random(COUNT * COUNT * BINS, 1, 2),
  reference: random(65 * BINS, 2).map((x) => x - 4),
  torsionLogits: Float32Array.from({ length: COUNT * TORSION_BINS ** 2 }, (_, cell) => {
    const [row, column] = [Math.floor(cell / TORSION_BINS), cell % TORSION_BINS];
    const residue = Math.floor(row / TORSION_BINS);
    return [row % TORSION_BINS, column].reduce((sum, bin, k) => {
      const middle = ((bin + 0.5) / TORSION_BINS - 0.5) * 2 * Math.PI;
      return sum + 4 * Math.cos(middle - ANGLES[2 * residue + k]!);
    }, 0);
  }),
  torsions: sinesAndCosines(ANGLES.map((angle, k) => angle + 0.2 * random(2 * COUNT, 3)[k]!)),
  secondaryStructureLogits: Float32Array.from({ length: 8 * COUNT }, (_, k) => {
    const [residue, state] = [Math.floor(k / 8), k % 8];
    // E is state 2, B state 1.
    return IN_STRAND[residue] && state === (residue % 6 === 0 ? 1 : 2) ? 5 : 0;
  }),
};

/** What the folding made of {@link PREDICTED} on 30 November 2026. A change that is meant to change folds records its own. */
const RECORDED = {
  /** `[N, 2]` phi and psi after `foldChain`, radians */
  torsions: [
    -2.0944, 2.4557, -2.0821, 2.4141, -2.1165, 2.4486, -2.1145, 2.5251, -2.078, 2.4956, -2.1065,
    2.5321, -2.0121, 2.3257, -1.2078, -0.5521, -1.3607, 0.4322, 1.115, 0.3307, 1.1466, 0.289,
    -2.0153, 2.5178, -2.0525, 2.527, -2.0633, 2.5233, -2.0498, 2.4839, -2.0724, 2.4777, -2.0552,
    2.4211, -2.107, 2.4435,
  ],
  /** `[N, 3]` CA, Å */
  free: [
    9.4, 0.1, -2.59, 13.12, -0.51, -3.14, 14.73, -2.75, -5.76, 17.43, -5.15, -4.61, 18.98, -8.6,
    -4.82, 18.22, -11.07, -2.02, 20.56, -13.99, -1.33, 20.15, -17.27, 0.56, 23.93, -17.07, 1.04,
    23.64, -15.74, 4.59, 20.41, -13.85, 4.11, 22.08, -11.01, 2.26, 20.93, -8.04, 0.15, 23.17, -7.45,
    -2.85, 24.21, -5.34, -5.79, 26.87, -6.93, -7.97, 30.56, -6.19, -8.55, 32.85, -6.83, -11.52,
  ],
  /** `[3, 4]` quaternions of the first three residues */
  turns: [0.979, 0.042, 0.197, 0.041, 0.085, -0.804, 0.542, 0.23, 0.906, 0.379, -0.122, -0.142],
  /** `[N, 3]` CA on a scaffold, Å */
  held: [
    0, 0, 0, 3.58, -1, 0.84, 5.72, -3.66, -0.84, 8.8, -5.41, 0.54, 11.54, -7.23, -1.37, 14.02,
    -9.81, -0.05, 17.16, -11.38, -1.49, 18.47, -14.42, 0.36, 21.96, -13.08, 1.14, 20.43, -10.2, 3.1,
    19.95, -8.41, -0.21, 23.57, -7.25, -0.46, 25.93, -7.62, -3.4, 29.6, -8.5, -3.88, 31.8, -7.96,
    -6.95, 35.03, -9.74, -7.89, 37.73, -8.55, -10.3, 40.37, -10.67, -12.05,
  ],
};

/**
 * Bounds for a chain that relaxes freely, Å and parts of quaternions: three times what changing each logit by a millionth
 * does at most. Its descent only comes within some hundredths of an ångström of a minimum, and versions of Node round
 * differently. Torsions, and chains that a scaffold holds, do not need such bounds.
 */
const RELAXED = { translation: 0.25, quaternion: 0.03 };

function expectNear(actual: ArrayLike<number>, recorded: readonly number[], most: number): void {
  for (const [k, x] of recorded.entries())
    expect(Math.abs(actual[k]! - x), `number ${k}`).toBeLessThan(most);
}

describe('a prediction folds as it did before', () => {
  it('by its torsions', () => {
    const potential = {
      distances: pairPotential(PREDICTED.distogram, PREDICTED.reference, COUNT),
      torsions: torsionPotential(PREDICTED.torsionLogits),
    };
    expectNear(foldChain(potential, ANGLES, AATYPE), RECORDED.torsions, 2e-4);
  });

  it('to frames', () => {
    const { translation, quaternion } = foldedFrames(PREDICTED, AATYPE);
    expectNear(translation, RECORDED.free, RELAXED.translation);
    expectNear(quaternion, RECORDED.turns, RELAXED.quaternion);
  });

  it.each([1e-6, -1e-6])('to the same frames where logits differ by %d', (change) => {
    const distogram = PREDICTED.distogram.map((x, k) => x + change * Math.sin(k));
    const [once, again] = [PREDICTED, { ...PREDICTED, distogram }].map((predicted) =>
      foldedFrames(predicted, AATYPE),
    ) as [ChainFrames, ChainFrames];
    expectNear(again.translation, [...once.translation], RELAXED.translation);
    expectNear(again.quaternion, [...once.quaternion], RELAXED.quaternion);
  });

  it('to frames where a scaffold holds its ends', () => {
    const chain = emptyChain(COUNT);
    placeChain(chain, ANGLES, AATYPE);
    const isKnown = Uint8Array.from({ length: COUNT }, (_, i) => Number(i < 5 || i > 11));
    const atoms = chain.atoms.map((x, k) => (isKnown[Math.floor(k / (3 * CHAIN_ATOMS))] ? x : 0));
    const scaffold: Scaffold = { atoms, isKnown, hasBackbone: isKnown.with(3, 0) };
    expectNear(foldedFrames(PREDICTED, AATYPE, scaffold).translation, RECORDED.held, 0.02);
  });
});
