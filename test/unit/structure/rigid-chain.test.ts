import { describe, expect, it } from 'vitest';
import { carbonylOxygen } from '#structure/backbone/carbonyl-oxygen';
import { MOVES, moveGradient, moveResidues, rigidChainOf } from '#structure/backbone/rigid-chain';
import { CHAIN_ATOMS, emptyChain, placeChain } from '#structure/backbone/torsion-chain';
import { distance, pointAt } from '#structure/geometry/vector3';
import { C_SLOT, CA_SLOT, N_SLOT, O_SLOT } from '#structure/residues/atoms';
import { randomTensor } from '../../helpers/random.js';

const randomNumbers = (count: number, seed: number) => randomTensor([count], seed).data;

const AATYPE = [0, 7, 1, 2, 3, 4, 5, 6, 7];
const COUNT = AATYPE.length;
const TORSIONS = Float64Array.from(randomNumbers(2 * COUNT, 3), (x) => 3 * x);

function foldedAtoms(): Float64Array {
  const chain = emptyChain(COUNT);
  placeChain(chain, TORSIONS, AATYPE);
  return chain.atoms;
}

/** A chain whose residues have moved apart and turned. */
function movedChain() {
  const chain = rigidChainOf(foldedAtoms(), AATYPE);
  moveResidues(chain, Float64Array.from(randomNumbers(MOVES * COUNT, 4)));
  return chain;
}

describe('rigidChainOf', () => {
  it('keeps the atoms of a chain with ideal bonds', () => {
    const atoms = foldedAtoms();
    const chain = rigidChainOf(atoms, AATYPE);
    for (let i = 0; i < COUNT; i++) {
      for (let slot = 0; slot < CHAIN_ATOMS; slot++) {
        if (slot === O_SLOT && i === COUNT - 1) continue;
        const at = (points: Float64Array) => pointAt(points, CHAIN_ATOMS * i + slot);
        expect(distance(at(chain.atoms), at(atoms))).toBeLessThan(slot === O_SLOT ? 0.1 : 1e-5);
      }
    }
  });

  it('puts O where the peptide bond has it', () => {
    const { atoms } = rigidChainOf(foldedAtoms(), AATYPE);
    for (let i = 0; i + 1 < COUNT; i++) {
      const at = (residue: number, slot: number) => pointAt(atoms, CHAIN_ATOMS * residue + slot);
      const expected = carbonylOxygen(at(i, CA_SLOT), at(i, C_SLOT), at(i + 1, N_SLOT));
      expect(distance(at(i, O_SLOT), expected)).toBeLessThan(1e-3);
    }
  });
});

describe('moveResidues', () => {
  it('leaves rotations rotations', () => {
    const { rotations } = movedChain();
    for (let i = 0; i < COUNT; i++) {
      const column = (k: number) => [0, 3, 6].map((row) => rotations[9 * i + row + k]!);
      for (let j = 0; j < 3; j++) {
        for (let k = 0; k < 3; k++) {
          const dot = column(j).reduce((sum, x, n) => sum + x * column(k)[n]!, 0);
          expect(dot).toBeCloseTo(Number(j === k), 9);
        }
      }
    }
  });

  it('moves a residue along its own x axis, which points from CA to C', () => {
    const chain = rigidChainOf(foldedAtoms(), AATYPE);
    const before = chain.atoms.slice();
    const moves = new Float64Array(MOVES * COUNT);
    moves[MOVES * 4] = 0.7;
    moveResidues(chain, moves);
    const [ca, c] = [CHAIN_ATOMS * 4 + CA_SLOT, CHAIN_ATOMS * 4 + C_SLOT];
    expect(distance(pointAt(chain.atoms, ca), pointAt(before, ca))).toBeCloseTo(0.7, 9);
    const gap = distance(pointAt(before, c), pointAt(before, ca));
    expect(distance(pointAt(chain.atoms, ca), pointAt(before, c))).toBeCloseTo(gap - 0.7, 6);
  });
});

describe('moveGradient', () => {
  it('is the central difference of any energy of the positions', () => {
    const weights = randomNumbers(15 * COUNT, 5);
    const energyAfter = (moves: Float64Array): number => {
      const chain = movedChain();
      moveResidues(chain, moves);
      return chain.atoms.reduce((sum, x, k) => sum + weights[k]! * x * x, 0);
    };
    const chain = movedChain();
    const gradient = new Float64Array(MOVES * COUNT);
    moveGradient(
      chain,
      Float64Array.from(chain.atoms, (x, k) => 2 * weights[k]! * x),
      gradient,
    );
    const step = 1e-5;
    const still = new Float64Array(gradient.length);
    for (const [k, slope] of gradient.entries()) {
      const difference =
        (energyAfter(still.with(k, step)) - energyAfter(still.with(k, -step))) / (2 * step);
      expect(Math.abs(slope - difference)).toBeLessThan(1e-4 * (1 + Math.abs(difference)));
    }
  });
});
