import { describe, expect, it } from 'vitest';
import { foldedFrames } from '#chain-folding/folded-frames';
import { laidOnScaffold } from '#chain-folding/lay-on-scaffold';
import {
  closableScaffold,
  scaffoldOf as scaffoldOfFrames,
  scaffoldTorsions,
  type Scaffold,
} from '#chain-folding/scaffold';
import { addTethers } from '#chain-folding/tethers';
import { NUM_DISTOGRAM_BINS, REFERENCE_SHAPE } from '#layers/heads/distogram';
import { NUM_TORSION_BINS } from '#layers/heads/local-structure';
import { atomOffset, CHAIN_ATOMS, emptyChain, placeChain } from '#structure/backbone/torsion-chain';
import { superpose } from '#structure/comparison/superposition';
import { distance, pointAt } from '#structure/geometry/vector3';
import { CA_SLOT, C_SLOT, N_SLOT } from '#structure/residues/atoms';
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

describe('scaffoldOf', () => {
  it('has ideal residues in the frames that a template gives, and zeros elsewhere', () => {
    const [aatype, turned] = [
      [0, 5, 7, 0],
      [0, -1, 0, 1, 0, 0, 0, 0, 1],
    ];
    const scaffold = scaffoldOfFrames(
      {
        rotations: Float64Array.from([...turned, ...turned, ...turned, ...turned]),
        origins: Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12),
        templateOf: Int32Array.of(0, -1, 2, 1),
        residueOf: Int32Array.of(4, -1, 5, 6),
        hasBackbone: Uint8Array.of(1, 0, 0, 1),
      },
      aatype,
    );
    expect([...scaffold.isKnown]).toEqual([1, 0, 1, 1]);
    expect([...scaffold.hasBackbone]).toEqual([1, 0, 0, 1]);
    expect(caOf(scaffold.atoms, 0)).toEqual([1, 2, 3]);
    expect(caOf(scaffold.atoms, 2)).toEqual([7, 8, 9]);
    expect([...scaffold.atoms.subarray(WIDTH, 2 * WIDTH)]).toEqual(new Array(WIDTH).fill(0));
    // C lies on the frame's x axis, which points along y here.
    const c = pointAt(scaffold.atoms, CHAIN_ATOMS * 3 + C_SLOT);
    expect(c[0]).toBeCloseTo(10, 6);
    expect(c[1]).toBeCloseTo(11 + 1.526, 2);
    expect(c[2]).toBeCloseTo(12, 6);
  });
});

describe('scaffoldTorsions', () => {
  it('are known across bonds of less than 2 Å, of residues that have a backbone', () => {
    const at = (length: number) => {
      const atoms = placed(ANGLES);
      const c = pointAt(atoms, CHAIN_ATOMS * 4 + C_SLOT);
      const n = pointAt(atoms, CHAIN_ATOMS * 5 + N_SLOT);
      const stretched = length / distance(c, n) - 1;
      for (let k = 5 * WIDTH; k < atoms.length; k++)
        atoms[k]! += stretched * (n[k % 3]! - c[k % 3]!);
      return scaffoldOf(() => true, atoms);
    };
    const unknown = (scaffold: Scaffold) =>
      [...scaffoldTorsions(scaffold).entries()].flatMap(([k, x]) => (Number.isNaN(x) ? [k] : []));
    const [first, last] = [0, 2 * COUNT - 1];
    expect(unknown(at(1.99))).toEqual([first, last]);
    expect(unknown(at(2.01))).toEqual([first, 9, 10, last]);
    const scaffold = at(1.4);
    const hasBackbone = scaffold.hasBackbone.with(8, 0);
    expect(unknown({ ...scaffold, hasBackbone })).toEqual([first, 15, 16, 17, 18, last]);
  });

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

describe('the residues that closableScaffold frees', () => {
  /** CA atoms in a line; residues without a place are not known. */
  function freed(places: readonly (number | undefined)[]): number[] {
    const atoms = new Float64Array(WIDTH * places.length);
    for (const [i, x] of places.entries()) if (x !== undefined) atoms[atomOffset(i, CA_SLOT)] = x;
    const isKnown = Uint8Array.from(places, (x) => Number(x !== undefined));
    const closable = closableScaffold({ atoms, isKnown, hasBackbone: isKnown });
    expect(closable.atoms).toBe(atoms);
    return places.flatMap((x, i) => (x !== undefined && !closable.isKnown[i] ? [i] : []));
  }
  const NONE = undefined;

  it('lie at gaps wider than 3.4 Å a bond, the one before it first', () => {
    expect(freed([7.6, 3.8, NONE, NONE, 14, 17.8])).toEqual([]); // 10.2 Å for three bonds
    expect(freed([7.6, 3.8, NONE, NONE, 14.1, 17.9])).toEqual([1]); // 6.5 Å for four
    expect(freed([0, 3.8, NONE, NONE, 14.1, 16.9])).toEqual([1, 4]); // for five bonds up to 17 Å
    expect(freed([0, 3.8, NONE, NONE, 14.1, 17.1])).toEqual([0, 1, 4]);
  });

  it('lie where neighbours are nearer than 3.4 Å, or further than 4.2 Å', () => {
    expect(freed([7.6, 3.8, 3.8 + 3.41, 11])).toEqual([]);
    expect(freed([7.6, 3.8, 3.8 + 3.39, 11])).toEqual([1]);
    expect(freed([7.6, 3.8, 3.8 + 4.19, 11.8])).toEqual([]);
    expect(freed([7.6, 3.8, 3.8 + 4.21, 11.8])).toEqual([1]);
  });

  it('are ten at a gap at most, five on either side', () => {
    const before = Array.from({ length: 9 }, (_, i) => 3.8 * i);
    const after = before.map((x) => 1000 + x);
    expect(freed([...before, NONE, NONE, ...after])).toEqual([4, 5, 6, 7, 8, 11, 12, 13, 14, 15]);
  });

  it('are on the side that has any where the other has none left', () => {
    expect(freed([0, 3.8, NONE, 500])).toEqual([0, 1]);
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
