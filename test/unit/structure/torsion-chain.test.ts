import { describe, expect, it } from 'vitest';
import { chainFrames } from '#model/structure-module/chain-frames';
import { emptyChain, placeChain, torsionGradient } from '#structure/torsion-chain';
import { constant } from '#tensor/ops';
import { evaluate } from '../../helpers/reference-engine.js';
import { randomTensor } from '../../helpers/random.js';

const randomNumbers = (count: number, seed: number) => randomTensor([count], seed).data;

const COUNT = 11;
const AATYPE = [0, 7, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const ANGLES = Float64Array.from(randomNumbers(2 * COUNT, 3), (x) => 3 * x);

describe('placeChain', () => {
  it('places CA where the frames of the same torsions are', () => {
    const chain = emptyChain(COUNT);
    placeChain(chain, ANGLES, AATYPE);
    const sinCos = Array.from(ANGLES).flatMap((angle) => [Math.sin(angle), Math.cos(angle)]);
    const frames = chainFrames(constant(sinCos, [1, COUNT, 2, 2]), 1);
    const translation = evaluate([frames.translation], {})[0]!;
    for (const [k, x] of chain.ca.entries()) {
      expect(Math.abs(x - translation[k]!)).toBeLessThan(1e-4);
    }
  });

  it('puts the pseudo-beta of glycine on CA, of others 1.53 Å away', () => {
    const chain = emptyChain(COUNT);
    placeChain(chain, ANGLES, AATYPE);
    const offset = (i: number) =>
      Math.hypot(...[0, 1, 2].map((k) => chain.beta[3 * i + k]! - chain.ca[3 * i + k]!));
    expect(offset(1)).toBe(0);
    expect(offset(2)).toBeCloseTo(1.53, 1);
  });
});

describe('torsionGradient', () => {
  it('is the central difference of any energy of the positions', () => {
    const weights = randomNumbers(6 * COUNT, 5);
    const energyOf = (angles: Float64Array): number => {
      const chain = emptyChain(COUNT);
      placeChain(chain, angles, AATYPE);
      return [...chain.ca, ...chain.beta].reduce((sum, x, k) => sum + weights[k]! * x * x, 0);
    };
    const chain = emptyChain(COUNT);
    placeChain(chain, ANGLES, AATYPE);
    const by = (points: Float64Array, start: number) =>
      points.map((x, k) => 2 * weights[start + k]! * x);
    const gradient = new Float64Array(2 * COUNT);
    torsionGradient(chain, by(chain.ca, 0), by(chain.beta, 3 * COUNT), gradient);
    const step = 1e-5;
    for (let k = 0; k < gradient.length; k++) {
      const moved = (by: number) => energyOf(ANGLES.with(k, ANGLES[k]! + by));
      const difference = (moved(step) - moved(-step)) / (2 * step);
      // The first phi would turn the whole chain, whose first frame is fixed.
      if (k === 0) continue;
      expect(Math.abs(gradient[k]! - difference)).toBeLessThan(1e-4 * (1 + Math.abs(difference)));
    }
  });
});
