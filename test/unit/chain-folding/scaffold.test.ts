import { describe, expect, it } from 'vitest';
import { foldedFrames } from '#chain-folding/folded-frames';
import { laidOnScaffold } from '#chain-folding/lay-on-scaffold';
import { closableScaffold, scaffoldTorsions, type Scaffold } from '#chain-folding/scaffold';
import { addTethers } from '#chain-folding/tethers';
import { NUM_DISTOGRAM_BINS, REFERENCE_SHAPE } from '#layers/heads/distogram';
import { NUM_TORSION_BINS } from '#layers/heads/local-structure';
import { atomOffset, CHAIN_ATOMS, emptyChain, placeChain } from '#structure/backbone/torsion-chain';
import { superpose } from '#structure/comparison/superposition';
import { distance, pointAt } from '#structure/geometry/vector3';
import { CA_SLOT } from '#structure/residues/atoms';
import { randomTensor } from '../../helpers/random.js';

const COUNT = 29;
const ALANINES = new Uint8Array(COUNT);
const WIDTH = 3 * CHAIN_ATOMS;
const ANGLES = Float64Array.from(
  randomTensor([2 * COUNT], 7).data,
  (x, k) => (k % 2 ? 2.2 : -1.6) + x / 3,
);

function placed(angles: Float64Array): Float64Array {
  const chain = emptyChain(angles.length / 2);
  placeChain(chain, angles, new Uint8Array(angles.length / 2));
  return chain.atoms;
}

/** A chain of which some residues are known. */
function scaffoldOf(isKnownAt: (residue: number) => boolean, atoms = placed(ANGLES)): Scaffold {
  const isKnown = Uint8Array.from({ length: atoms.length / WIDTH }, (_, i) => Number(isKnownAt(i)));
  const kept = atoms.map((x, at) => (isKnown[Math.floor(at / WIDTH)] ? x : 0));
  return { atoms: kept, isKnown, hasBackbone: isKnown.slice() };
}

const caOf = (atoms: Float64Array, residue: number) =>
  pointAt(atoms, CHAIN_ATOMS * residue + CA_SLOT);

describe('scaffoldTorsions', () => {
  it('are those that the known part was built with', () => {
    const angles = scaffoldTorsions(scaffoldOf((i) => i < 12 || i > 20));
    for (const [k, angle] of angles.entries()) {
      const [first, last] = [k < 24 ? 0 : 42, k < 24 ? 24 : 58];
      if (k > first && k < last - 1 && !(k > 23 && k < 42))
        expect(angle).toBeCloseTo(ANGLES[k]!, 9);
      else expect(angle).toBeNaN();
    }
  });
});

describe('closableScaffold', () => {
  it('is as it was where gaps can be closed', () => {
    const scaffold = scaffoldOf((i) => i < 12 || i > 20);
    expect(closableScaffold(scaffold).isKnown).toEqual(scaffold.isKnown);
  });

  it('frees residues on both sides of a gap that nothing spans', () => {
    const whole = placed(ANGLES.map((_, k) => (k % 2 ? -0.75 : -1.1))); // a helix
    const cut = new Float64Array(whole.length - 8 * WIDTH); // the query lacks residues 10 to 17
    cut.set(whole.subarray(0, 10 * WIDTH));
    cut.set(whole.subarray(18 * WIDTH), 10 * WIDTH);
    const { isKnown } = closableScaffold(scaffoldOf(() => true, cut));
    const free = [...isKnown.keys()].filter((i) => !isKnown[i]);
    expect(free.length).toBeGreaterThan(0);
    expect(free).toContain(9);
    const [left, right] = [free[0]! - 1, free.at(-1)! + 1];
    expect(free).toHaveLength(right - left - 1);
    expect(distance(caOf(cut, left), caOf(cut, right))).toBeLessThanOrEqual(3.4 * (right - left));
  });
});

describe('laidOnScaffold', () => {
  it('gives back a chain that had folded so, wherever it lies', () => {
    const atoms = placed(ANGLES);
    const shifted = atoms.map((x, at) => x + [5, -7, 11][at % 3]!);
    const laid = laidOnScaffold(
      atoms,
      scaffoldOf((i) => (i > 3 && i < 9) || (i > 20 && i < 26), shifted),
    );
    for (const [at, x] of laid.entries()) expect(x).toBeCloseTo(shifted[at]!, 3);
  });
});

describe('addTethers', () => {
  it('has the derivative of central differences, and none where residues are not known', () => {
    const scaffold = scaffoldOf((i) => i % 3 > 0);
    const atoms = placed(ANGLES).map((x, at) => x + 3 * randomTensor([COUNT * WIDTH], 9).data[at]!);
    const slope = new Float64Array(atoms.length);
    const energyAt = (positions: Float64Array, byAtoms = new Float64Array(atoms.length)) =>
      addTethers(scaffold, positions, byAtoms, 7);
    energyAt(atoms, slope);
    for (let at = 0; at < atoms.length; at += 11) {
      const difference =
        energyAt(atoms.with(at, atoms[at]! + 1e-5)) - energyAt(atoms.with(at, atoms[at]! - 1e-5));
      expect(Math.abs(slope[at]! - difference / 2e-5)).toBeLessThan(1e-4);
    }
    expect(slope.subarray(atomOffset(3, 0), atomOffset(4, 0)).every((x) => x === 0)).toBe(true);
  });
});

describe('foldedFrames', () => {
  it('keep known residues in their places and join what lies between', () => {
    const whole = placed(ANGLES);
    const scaffold = scaffoldOf((i) => i > 2 && (i < 12 || i > 18), whole);
    const nothing = {
      distogram: new Float32Array(COUNT ** 2 * NUM_DISTOGRAM_BINS),
      reference: new Float32Array(REFERENCE_SHAPE[0] * REFERENCE_SHAPE[1]),
      torsionLogits: new Float32Array(COUNT * NUM_TORSION_BINS ** 2),
      torsions: Float32Array.from({ length: 4 * COUNT }, (_, k) =>
        (k % 2 ? Math.cos : Math.sin)(-1),
      ),
      secondaryStructureLogits: new Float32Array(8 * COUNT),
    };
    const { translation } = foldedFrames(nothing, ALANINES, scaffold);
    const target = Float32Array.from([...ALANINES.keys()].flatMap((i) => caOf(whole, i)));
    expect(superpose(translation, target, scaffold.isKnown).rmsd).toBeLessThan(0.5);
    for (let i = 0; i + 1 < COUNT; i++) {
      const step = distance(pointAt(translation, i), pointAt(translation, i + 1));
      expect(Math.abs(step - 3.8)).toBeLessThan(0.15);
    }
  });
});
