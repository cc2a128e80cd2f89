import { describe, expect, it } from 'vitest';
import {
  addTorsionForces,
  backboneTorsions,
  measureTorsions,
} from '#chain-folding/backbone-torsions';
import { anglesOf, foldChain, sinesAndCosines } from '#chain-folding/fold-chain';
import { addHydrogenBonds } from '#chain-folding/hydrogen-bonds';
import { addPairEnergy, pairPotential, type PairPotential } from '#chain-folding/pair-potential';
import { addRepulsion, nearPairs } from '#chain-folding/repulsion';
import { addSprings } from '#chain-folding/springs';
import {
  addStrandEnergy,
  addTorsionEnergy,
  torsionPotential,
} from '#chain-folding/torsion-potential';
import { DISTOGRAM_LIMITS, NUM_DISTOGRAM_BINS } from '#layers/heads/distogram';
import { NUM_TORSION_BINS, torsionBin } from '#layers/heads/local-structure';
import { atomOffset, emptyChain, placeChain } from '#structure/backbone/torsion-chain';
import { CB_SLOT } from '#structure/residues/atoms';
import { randomTensor } from '../../helpers/random.js';

const randomNumbers = (count: number, seed: number) => randomTensor([count], seed).data;

const COUNT = 29;
const NUM_CELLS = NUM_TORSION_BINS ** 2;
/** Every distance is as frequent as any other. */
const REFERENCE = new Float32Array(65 * NUM_DISTOGRAM_BINS).fill(-Math.log(NUM_DISTOGRAM_BINS));
const AATYPE = Array.from({ length: COUNT }, (_, i) => i % 7);
const HELIX = Float64Array.from({ length: 2 * COUNT }, (_, k) => (k % 2 ? -0.75 : -1.1));
const NO_TORSIONS = torsionPotential(new Float32Array(COUNT * NUM_CELLS));
const NO_DISTANCES: PairPotential = {
  energies: new Float32Array(COUNT * COUNT * NUM_DISTOGRAM_BINS),
  pull: new Float32Array(COUNT * COUNT),
  numResidues: COUNT,
};

function atomsOf(angles: Float64Array): Float64Array {
  const chain = emptyChain(COUNT);
  placeChain(chain, angles, AATYPE);
  return chain.atoms;
}

/** A sharp distogram of a chain's pseudo-betas. */
function distogramOf(atoms: Float64Array): Float32Array {
  const logits = new Float32Array(COUNT * COUNT * NUM_DISTOGRAM_BINS);
  for (let i = 0; i < COUNT; i++) {
    for (let j = 0; j < COUNT; j++) {
      const [a, b] = [atomOffset(i, CB_SLOT), atomOffset(j, CB_SLOT)];
      const distance = Math.hypot(...[0, 1, 2].map((k) => atoms[a + k]! - atoms[b + k]!));
      const bin = DISTOGRAM_LIMITS.filter((limit) => limit < distance).length;
      for (let b = 0; b < NUM_DISTOGRAM_BINS; b++) {
        logits[(i * COUNT + j) * NUM_DISTOGRAM_BINS + b] = -(((b - bin) / 4) ** 2);
      }
    }
  }
  return logits;
}

/** Logits that are highest in the bins of given torsions, and fall with the angle from them. */
function torsionsAt(angles: Float64Array): Float32Array {
  return Float32Array.from({ length: COUNT * NUM_CELLS }, (_, cell) => {
    const [i, row] = [Math.floor(cell / NUM_CELLS), Math.floor(cell / NUM_TORSION_BINS)];
    const bins = [row % NUM_TORSION_BINS, cell % NUM_TORSION_BINS];
    const apart = bins.map((bin, k) => bin - torsionBin(angles[2 * i + k]!));
    return apart.reduce((sum, by) => sum + 5 * Math.cos((2 * Math.PI * by) / NUM_TORSION_BINS), 0);
  });
}

describe('foldChain', () => {
  it('takes 95% of the way to the energy of the right chain from torsions that are 0.3 rad off', () => {
    const target = HELIX.slice();
    for (let k = 20; k < 34; k++) target[k] = k % 2 ? 2.3 : -2.1;
    const noise = randomNumbers(2 * COUNT, 11);
    const start = target.map((angle, k) => angle + 0.3 * Math.sign(noise[k]!));
    const distances = pairPotential(distogramOf(atomsOf(target)), REFERENCE, COUNT);
    const energyOf = (angles: Float64Array) => {
      const atoms = atomsOf(angles);
      return addPairEnergy(distances, atoms, new Float64Array(atoms.length));
    };
    const folded = foldChain({ distances, torsions: NO_TORSIONS }, start, AATYPE);
    const [least, first, last] = [target, start, folded].map(energyOf) as [number, number, number];
    expect(last - least).toBeLessThan(0.05 * (first - least));
  });

  it('goes to likely torsions where distances say nothing', () => {
    const start = HELIX.map((angle) => angle + 0.6);
    const torsions = torsionPotential(torsionsAt(HELIX));
    const folded = foldChain({ distances: NO_DISTANCES, torsions }, start, AATYPE);
    const bin = (2 * Math.PI) / NUM_TORSION_BINS;
    for (const [k, angle] of folded.entries()) {
      expect(Math.abs(angle - HELIX[k]!)).toBeLessThan(bin);
    }
  });

  it('folds to the same chain where what is predicted differs by rounding', () => {
    const start = HELIX.map((angle, k) => angle + randomNumbers(2 * COUNT, 3)[k]!);
    const [distogram, grid] = [
      randomNumbers(COUNT * COUNT * NUM_DISTOGRAM_BINS, 4),
      randomNumbers(COUNT * NUM_CELLS, 5),
    ];
    const foldedBy = (rounded: (logit: number, k: number) => number) =>
      foldChain(
        {
          distances: pairPotential(Float32Array.from(distogram, rounded), REFERENCE, COUNT),
          torsions: torsionPotential(Float32Array.from(grid, rounded)),
        },
        start,
        AATYPE,
      );
    const folded = foldedBy((logit) => 5 * logit);
    const again = foldedBy((logit, k) => 5 * logit + (k % 2 ? 1e-6 : -1e-6));
    for (const [k, angle] of again.entries()) {
      expect(Math.abs(angle - folded[k]!)).toBeLessThan(1e-3);
      expect(Math.abs(angle - start[k]!)).toBeGreaterThan(0);
    }
  });
});

describe('anglesOf', () => {
  it('undoes sinesAndCosines', () => {
    const angles = Float64Array.from(randomNumbers(6, 1));
    for (const [k, angle] of anglesOf(sinesAndCosines(angles)).entries()) {
      expect(angle).toBeCloseTo(angles[k]!, 6);
    }
  });
});

describe('the energies that a chain folds by', () => {
  const points = Float64Array.from(randomNumbers(15 * COUNT, 7), (x) => 8 * x);
  const angles = Float64Array.from(randomNumbers(2 * COUNT, 8), (x) => 4 * x);
  const distances = pairPotential(
    Float32Array.from(randomNumbers(COUNT * COUNT * NUM_DISTOGRAM_BINS, 9)),
    REFERENCE,
    COUNT,
  );
  const torsions = torsionPotential(randomNumbers(COUNT * NUM_CELLS, 10));
  /** One longer, one shorter than it should be, and one stretched so far that its pull is all it can be. */
  const springs = [1, 5, 0.5].map((length, k) => ({
    atoms: [atomOffset(k, CB_SLOT), atomOffset(k + 9, CB_SLOT)] as const,
    length,
    strength: k + 1,
  }));
  const bonds = [
    { donor: 3, acceptor: 12 },
    { donor: 20, acceptor: 5 },
  ];
  const turns = backboneTorsions(COUNT);
  type Energy = (x: Float64Array, derivative: Float64Array) => number;
  const energies: Record<string, [Float64Array, Energy]> = {
    distances: [points, (x, by) => addPairEnergy(distances, x, by)],
    repulsion: [points, (x, by) => addRepulsion(x, by)],
    torsions: [angles, (x, by) => addTorsionEnergy(torsions, x, by)],
    'strand torsions': [angles, (x, by) => addStrandEnergy([3, 4, 9], x, by, 5)],
    springs: [points, (x, by) => addSprings(springs, x, by)],
    'hydrogen bonds': [points, (x, by) => addHydrogenBonds(bonds, x, by, 2)],
    'torsions of free atoms': [
      points,
      (x, by) => {
        const [measured, byAngles] = [new Float64Array(2 * COUNT), new Float64Array(2 * COUNT)];
        measureTorsions(turns, x, measured);
        const energy = addStrandEnergy([3, 4, 9], measured, byAngles, 5);
        addTorsionForces(turns, x, byAngles, by);
        return energy;
      },
    ],
  };
  it.each(Object.entries(energies))(
    '%s have the derivative of central differences',
    (_, [at, energy]) => {
      const derivative = new Float64Array(at.length);
      energy(at, derivative);
      const step = 1e-6;
      for (let k = 0; k < at.length; k++) {
        const moved = (by: number) => energy(at.with(k, at[k]! + by), new Float64Array(at.length));
        const difference = (moved(step) - moved(-step)) / (2 * step);
        expect(Math.abs(derivative[k]! - difference)).toBeLessThan(
          1e-4 * (1 + Math.abs(difference)),
        );
      }
    },
  );
});

describe('nearPairs', () => {
  it('with a margin holds all that touch after residues have come nearer by as much', () => {
    const start = atomsOf(Float64Array.from(randomNumbers(2 * COUNT, 2), (x) => 3 * x));
    const nearer = start.map((x) => 0.97 * x);
    const repulsion = (near?: readonly number[]) => addRepulsion(nearer, nearer.slice(), 1, near);
    expect(repulsion(nearPairs(start, 1))).toBe(repulsion());
    expect(repulsion(nearPairs(start, -6))).toBeLessThan(repulsion());
  });
});

describe('torsionPotential', () => {
  it('is lowest in the middle of the likeliest bin, and goes on over ±180°', () => {
    const start = HELIX.map(() => Math.PI - 0.02);
    const potential = torsionPotential(torsionsAt(start));
    const energyAt = (angle: number) =>
      addTorsionEnergy(potential, new Float64Array(2 * COUNT).fill(angle), new Float64Array(58));
    const middle = Math.PI - Math.PI / NUM_TORSION_BINS;
    expect(energyAt(middle)).toBeLessThan(energyAt(middle - 0.05));
    expect(energyAt(middle)).toBeLessThan(energyAt(middle + 0.05));
    expect(energyAt(Math.PI + 0.01)).toBeCloseTo(energyAt(-Math.PI + 0.01), 9);
  });
});
