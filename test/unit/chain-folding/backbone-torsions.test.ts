import { describe, expect, it } from 'vitest';
import {
  addTorsionForces,
  backboneTorsions,
  measureTorsions,
} from '#chain-folding/backbone-torsions';
import { emptyChain, placeChain } from '#structure/backbone/torsion-chain';
import { pointAt } from '#structure/geometry/vector3';
import { randomTensor } from '../../helpers/random.js';

const COUNT = 7;
const ANGLES = Float64Array.from(randomTensor([2 * COUNT], 3).data, (x) => 3 * x);

function placed(): Float64Array {
  const chain = emptyChain(COUNT);
  placeChain(chain, ANGLES, new Uint8Array(COUNT));
  return chain.atoms;
}

describe('measureTorsions', () => {
  it('gives back what a chain was built with, but for the first phi and the last psi', () => {
    const angles = new Float64Array(2 * COUNT).fill(9);
    measureTorsions(backboneTorsions(COUNT), placed(), angles);
    expect(angles[0]).toBe(9);
    expect(angles[2 * COUNT - 1]).toBe(9);
    for (let k = 1; k < 2 * COUNT - 1; k++) expect(angles[k]).toBeCloseTo(ANGLES[k]!, 9);
  });

  it('finds none in chains of one residue and of none', () => {
    expect(backboneTorsions(1)).toEqual([]);
    expect(backboneTorsions(0)).toEqual([]);
  });
});

describe('addTorsionForces', () => {
  const turns = backboneTorsions(COUNT);
  const byAngles = Float64Array.from(randomTensor([2 * COUNT], 5).data);

  it('neither moves nor turns the chain as a whole', () => {
    const points = placed();
    const by = new Float64Array(points.length);
    addTorsionForces(turns, points, byAngles, by);
    const [force, torque] = [
      [0, 0, 0],
      [0, 0, 0],
    ];
    for (let atom = 0; atom < points.length / 3; atom++) {
      const [x, y, z] = pointAt(points, atom);
      const [a, b, c] = pointAt(by, atom);
      for (const [k, f] of [a, b, c].entries()) force[k]! += f;
      for (const [k, t] of [y * c - z * b, z * a - x * c, x * b - y * a].entries()) torque[k]! += t;
    }
    for (const sum of [...force, ...torque]) expect(sum).toBeCloseTo(0, 9);
    expect(Math.max(...by.map(Math.abs))).toBeGreaterThan(0.1);
  });

  it('changes each torsion as it is asked to, to the first order', () => {
    const points = placed();
    for (const { index } of turns) {
      const own = new Float64Array(2 * COUNT).with(index, 1);
      const by = new Float64Array(points.length);
      addTorsionForces(turns, points, own, by);
      const step = 1e-6;
      const [ahead, back] = [step, -step].map((size) => {
        const angles = new Float64Array(2 * COUNT);
        const moved = points.map((x, k) => x + size * by[k]!);
        measureTorsions(turns, moved, angles);
        return angles[index]!;
      });
      const square = by.reduce((sum, x) => sum + x * x, 0);
      expect((ahead! - back!) / (2 * step * square)).toBeCloseTo(1, 5);
    }
  });

  it('stays small where three atoms lie in a line', () => {
    const points = placed();
    // N, CA and C of the first residue in a line but for 0.1 Å: the square of their normal is 0.02 instead of 3.
    points.set([0, 0, 0, 1.4, 0, 0, 2.8, 0.1, 0], 0);
    const by = new Float64Array(points.length);
    addTorsionForces(turns, points, new Float64Array(2 * COUNT).with(1, 1), by);
    // What a normal of 0.14 Å² asks of N along a bond of 1.4 Å, over 0.1 Å⁴.
    expect(Math.hypot(...pointAt(by, 0))).toBeCloseTo((0.14 * Math.hypot(1.4, 0.1)) / 0.1, 6);
  });
});
