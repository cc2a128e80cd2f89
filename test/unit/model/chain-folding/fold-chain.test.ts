import { describe, expect, it } from 'vitest';
import { DISTOGRAM_LIMITS, NUM_DISTOGRAM_BINS } from '#model/heads/distogram';
import { foldChain, sinesAndCosines, torsionPreference } from '#model/chain-folding/fold-chain';
import { addPairEnergy, addRepulsion, pairPotential } from '#model/chain-folding/pair-potential';
import { emptyChain, placeChain } from '#structure/torsion-chain';
import { randomTensor } from '../../../helpers/random.js';

const randomNumbers = (count: number, seed: number) => randomTensor([count], seed).data;

const COUNT = 29;
/** Every distance is as frequent as any other. */
const REFERENCE = new Float32Array(65 * NUM_DISTOGRAM_BINS).fill(-Math.log(NUM_DISTOGRAM_BINS));
const AATYPE = Array.from({ length: COUNT }, (_, i) => i % 7);

function traceOf(angles: Float64Array) {
  const chain = emptyChain(COUNT);
  placeChain(chain, angles, AATYPE);
  return chain;
}

/** A sharp distogram of a chain's pseudo-betas. */
function distogramOf(beta: Float64Array): Float32Array {
  const logits = new Float32Array(COUNT * COUNT * NUM_DISTOGRAM_BINS);
  for (let i = 0; i < COUNT; i++) {
    for (let j = 0; j < COUNT; j++) {
      const distance = Math.hypot(...[0, 1, 2].map((k) => beta[3 * i + k]! - beta[3 * j + k]!));
      const bin = DISTOGRAM_LIMITS.filter((limit) => limit < distance).length;
      for (let b = 0; b < NUM_DISTOGRAM_BINS; b++) {
        logits[(i * COUNT + j) * NUM_DISTOGRAM_BINS + b] = -(((b - bin) / 4) ** 2);
      }
    }
  }
  return logits;
}

describe('foldChain', () => {
  it('takes 95% of the way to the energy of the right chain from torsions that are 0.3 rad off', () => {
    const target = Float64Array.from({ length: 2 * COUNT }, (_, k) => (k % 2 ? -0.8 : -1.1));
    for (let k = 20; k < 34; k++) target[k] = k % 2 ? 2.3 : -2.1;
    const noise = randomNumbers(2 * COUNT, 11);
    const start = target.map((angle, k) => angle + 0.3 * Math.sign(noise[k]!));
    const strength = new Float64Array(2 * COUNT).fill(0.001);
    const potential = pairPotential(distogramOf(traceOf(target).beta), REFERENCE, COUNT);
    const energyOf = (angles: Float64Array) =>
      addPairEnergy(potential, traceOf(angles).beta, new Float64Array(3 * COUNT));
    const folded = foldChain(potential, { angles: start, strength }, AATYPE);
    const [least, first, last] = [target, start, folded].map(energyOf) as [number, number, number];
    expect(last - least).toBeLessThan(0.05 * (first - least));
  });

  it('keeps torsions that are certain where distances say nothing', () => {
    const angles = Float64Array.from({ length: 2 * COUNT }, (_, k) => (k % 2 ? -0.8 : -1.1));
    const potential = pairPotential(
      new Float32Array(COUNT * COUNT * NUM_DISTOGRAM_BINS),
      REFERENCE,
      COUNT,
    );
    const { angles: preferred, strength } = torsionPreference(
      sinesAndCosines(angles),
      new Float64Array(2 * COUNT).fill(0.97),
    );
    const folded = foldChain(potential, { angles: preferred, strength }, AATYPE);
    for (const [k, angle] of folded.entries()) {
      expect(Math.abs(angle - angles[k]!)).toBeLessThan(0.1);
    }
  });
});

describe('the energies of pairs', () => {
  const points = Float64Array.from(randomNumbers(3 * COUNT, 7), (x) => 8 * x);
  const potential = pairPotential(
    Float32Array.from(randomNumbers(COUNT * COUNT * NUM_DISTOGRAM_BINS, 9)),
    REFERENCE,
    COUNT,
  );
  const energies = {
    'of distances': (x: Float64Array, by: Float64Array) => addPairEnergy(potential, x, by),
    'of repulsion': addRepulsion,
  };
  it.each(Object.entries(energies))(
    '%s have the derivative of central differences',
    (_, energy) => {
      const derivative = new Float64Array(points.length);
      energy(points, derivative);
      const unused = () => new Float64Array(points.length);
      const step = 1e-6;
      for (let k = 0; k < points.length; k++) {
        const moved = (by: number) => energy(points.with(k, points[k]! + by), unused());
        const difference = (moved(step) - moved(-step)) / (2 * step);
        expect(Math.abs(derivative[k]! - difference)).toBeLessThan(1e-4);
      }
    },
  );
});
