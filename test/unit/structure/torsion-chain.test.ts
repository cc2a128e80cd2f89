import { describe, expect, it } from 'vitest';
import { chainFrames } from '#layers/structure-module/chain-frames';
import { carbonylOxygen } from '#structure/backbone/carbonyl-oxygen';
import {
  atomOffset,
  emptyChain,
  placeChain,
  torsionGradient,
} from '#structure/backbone/torsion-chain';
import { dihedral, distance, type Vector3 } from '#structure/geometry/vector3';
import { CA_SLOT, CB_SLOT, C_SLOT, N_SLOT, O_SLOT } from '#structure/residues/atoms';
import { constant } from '#tensor/ops';
import { evaluate } from '../../helpers/reference-engine.js';
import { randomTensor } from '../../helpers/random.js';

const randomNumbers = (count: number, seed: number) => randomTensor([count], seed).data;

const COUNT = 11;
const AATYPE = [0, 7, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const ANGLES = Float64Array.from(randomNumbers(2 * COUNT, 3), (x) => 3 * x);

function placed(angles: Float64Array = ANGLES) {
  const chain = emptyChain(COUNT);
  placeChain(chain, angles, AATYPE);
  const at = (residue: number, slot: number): Vector3 => {
    const start = atomOffset(residue, slot);
    return [chain.atoms[start]!, chain.atoms[start + 1]!, chain.atoms[start + 2]!];
  };
  return { chain, at };
}

describe('placeChain', () => {
  it('places CA where the frames of the same torsions are', () => {
    const { at } = placed();
    const sinCos = Array.from(ANGLES).flatMap((angle) => [Math.sin(angle), Math.cos(angle)]);
    const frames = chainFrames(constant(sinCos, [1, COUNT, 2, 2]), 1);
    const translation = evaluate([frames.translation], {})[0]!;
    for (let i = 0; i < COUNT; i++) {
      for (const [k, x] of at(i, CA_SLOT).entries()) {
        expect(Math.abs(x - translation[3 * i + k]!)).toBeLessThan(1e-4);
      }
    }
  });

  it('builds the torsions that it is given', () => {
    const { at } = placed();
    const isNear = (angle: number, expected: number) => {
      expect(Math.cos(angle - expected)).toBeGreaterThan(0.999999);
    };
    for (let i = 1; i + 1 < COUNT; i++) {
      const [n, ca, c] = [at(i, N_SLOT), at(i, CA_SLOT), at(i, C_SLOT)];
      isNear(dihedral(at(i - 1, C_SLOT), n, ca, c), ANGLES[2 * i]!);
      isNear(dihedral(n, ca, c, at(i + 1, N_SLOT)), ANGLES[2 * i + 1]!);
      isNear(dihedral(ca, c, at(i + 1, N_SLOT), at(i + 1, CA_SLOT)), Math.PI);
    }
  });

  it('puts O into the plane of the peptide bond', () => {
    const { at } = placed();
    for (let i = 0; i + 1 < COUNT; i++) {
      const expected = carbonylOxygen(at(i, CA_SLOT), at(i, C_SLOT), at(i + 1, N_SLOT));
      expect(distance(at(i, O_SLOT), expected)).toBeLessThan(0.1);
    }
  });

  it('puts the pseudo-beta of glycine on CA, of others 1.53 Å away', () => {
    const { at } = placed();
    expect(distance(at(1, CB_SLOT), at(1, CA_SLOT))).toBe(0);
    expect(distance(at(2, CB_SLOT), at(2, CA_SLOT))).toBeCloseTo(1.53, 1);
  });
});

describe('torsionGradient', () => {
  it('is the central difference of any energy of the positions', () => {
    const { chain } = placed();
    const weights = randomNumbers(chain.atoms.length, 5);
    const energyOf = (angles: Float64Array): number =>
      placed(angles).chain.atoms.reduce((sum, x, k) => sum + weights[k]! * x * x, 0);
    const gradient = new Float64Array(2 * COUNT);
    torsionGradient(
      chain,
      Float64Array.from(chain.atoms, (x, k) => 2 * weights[k]! * x),
      gradient,
    );
    const step = 1e-5;
    // The first phi would turn the whole chain, whose first frame is fixed.
    for (let k = 1; k < gradient.length; k++) {
      const moved = (by: number) => energyOf(ANGLES.with(k, ANGLES[k]! + by));
      const difference = (moved(step) - moved(-step)) / (2 * step);
      expect(Math.abs(gradient[k]! - difference)).toBeLessThan(1e-4 * (1 + Math.abs(difference)));
    }
  });
});
