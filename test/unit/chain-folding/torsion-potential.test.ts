import { describe, expect, it } from 'vitest';
import {
  addStrandEnergy,
  addTorsionEnergy,
  torsionPotential,
} from '#chain-folding/torsion-potential';
import { NUM_TORSION_BINS } from '#layers/heads/local-structure';
import { randomSource } from '../../helpers/random.js';

const BINS = NUM_TORSION_BINS;
const NUM_CELLS = BINS ** 2;
const random = randomSource(7);
const LOGITS = Float64Array.from({ length: 3 * NUM_CELLS }, () => 6 * random() - 3);
/** The middle of a bin, radians. */
const middleOf = (bin: number): number => ((bin + 0.5) / BINS - 0.5) * 2 * Math.PI;

/** Energy and derivative. */
function energyAt(
  angles: readonly number[],
  add: (angles: Float64Array, byAngles: Float64Array) => number,
) {
  const byAngles = new Float64Array(angles.length);
  return { energy: add(Float64Array.from(angles), byAngles), byAngles };
}

/** The derivative as differences have it. */
function differences(angles: readonly number[], energy: (angles: number[]) => number): number[] {
  const step = 1e-5;
  return angles.map((_, k) => {
    const at = (by: number) => energy(angles.map((angle, i) => (i === k ? angle + by : angle)));
    return (at(step) - at(-step)) / (2 * step);
  });
}

describe('torsionPotential', () => {
  it('is 0.7 of the negative logarithm of the probability, finite where that is 0', () => {
    const uniform = torsionPotential(new Float64Array(NUM_CELLS));
    expect(uniform).toHaveLength(NUM_CELLS);
    for (const energy of uniform) expect(energy).toBeCloseTo(-0.7 * Math.log(1 / 324 + 1e-4), 10);
    const certain = torsionPotential(Float64Array.from(uniform, (_, k) => (k === 5 ? 1000 : 0)));
    expect(certain[5]).toBeCloseTo(0, 3);
    expect(certain[6]).toBeCloseTo(-0.7 * Math.log(1e-4), 10);
  });

  it('of a residue knows nothing of the others, nor of what is added to all its logits', () => {
    const all = torsionPotential(LOGITS);
    for (let i = 0; i < 3; i++) {
      const own = LOGITS.slice(i * NUM_CELLS, (i + 1) * NUM_CELLS).map((logit) => logit + 100);
      const alone = torsionPotential(own);
      for (const [k, energy] of alone.entries())
        expect(all[i * NUM_CELLS + k]).toBeCloseTo(energy, 9);
    }
  });
});

describe('addTorsionEnergy', () => {
  const potential = torsionPotential(LOGITS);
  const energyOf = (angles: readonly number[], share?: number) =>
    energyAt(angles, (at, byAngles) => addTorsionEnergy(potential, at, byAngles, share));
  const ANGLES = [-2.9, 3.1, 3.0, -1.1, 0.3, -Math.PI + 0.01]; // none where the curvature jumps

  it('has the derivative that differences have, also where an angle comes round', () => {
    const { byAngles } = energyOf(ANGLES);
    const expected = differences(ANGLES, (angles) => energyOf(angles).energy);
    for (const [k, by] of byAngles.entries()) expect(by).toBeCloseTo(expected[k]!, 5);
  });

  it('is the same a turn further', () => {
    const { energy } = energyOf(ANGLES);
    expect(energyOf(ANGLES.map((angle) => angle + 4 * Math.PI)).energy).toBeCloseTo(energy, 8);
  });

  it('mixes the nine bins around, at the middle of one by 1/8, 3/4, 1/8 each way, phi by rows', () => {
    const share = [1 / 8, 3 / 4, 1 / 8];
    const [phi, psi] = [0, 11]; // the bin before the first is the last
    let expected = 0;
    for (const [r, byRow] of share.entries())
      for (const [c, byColumn] of share.entries()) {
        const cell = ((phi + r - 1 + BINS) % BINS) * BINS + ((psi + c - 1 + BINS) % BINS);
        expected += byRow * byColumn * potential[cell]!;
      }
    expect(energyOf([middleOf(phi), middleOf(psi)]).energy).toBeCloseTo(expected, 9);
  });

  it('is no force where all torsions are as likely', () => {
    const flat = torsionPotential(new Float64Array(NUM_CELLS));
    const { energy, byAngles } = energyAt([1.234, -2.345], (at, by) =>
      addTorsionEnergy(flat, at, by),
    );
    expect(energy).toBeCloseTo(flat[0]!, 10);
    for (const by of byAngles) expect(by).toBeCloseTo(0, 10);
  });

  it('is added in the share that is asked for, to what is there', () => {
    const whole = energyOf(ANGLES);
    const half = energyOf(ANGLES, 0.5);
    expect(half.energy).toBeCloseTo(whole.energy / 2, 10);
    const twice = new Float64Array(ANGLES.length);
    for (let i = 0; i < 2; i++) addTorsionEnergy(potential, Float64Array.from(ANGLES), twice);
    for (const [k, by] of twice.entries()) {
      expect(by).toBeCloseTo(2 * whole.byAngles[k]!, 10);
      expect(half.byAngles[k]).toBeCloseTo(whole.byAngles[k]! / 2, 10);
    }
  });
});

describe('addStrandEnergy', () => {
  const [PHI, PSI] = [-2, 2.36];
  const energyOf = (residues: readonly number[], angles: readonly number[]) =>
    energyAt(angles, (at, byAngles) => addStrandEnergy(residues, at, byAngles, 3));

  it('is 0 where sheets have their strands, and its strength for a quarter turn of either torsion', () => {
    expect(energyOf([0], [PHI, PSI]).energy).toBeCloseTo(0, 12);
    expect(energyOf([0], [PHI + Math.PI / 2, PSI]).energy).toBeCloseTo(3, 12);
    expect(energyOf([0], [PHI, PSI - Math.PI / 2]).energy).toBeCloseTo(3, 12);
  });

  it('has the derivative that differences have, and counts residues as often as they are named', () => {
    const angles = [0.4, 1.1, -2.2, 0.7, 2.8, -0.9];
    for (const residues of [[1], [0, 2, 2]]) {
      const { byAngles } = energyOf(residues, angles);
      const expected = differences(angles, (at) => energyOf(residues, at).energy);
      for (const [k, by] of byAngles.entries()) expect(by).toBeCloseTo(expected[k]!, 5);
    }
    expect(energyOf([2, 2], angles).energy).toBeCloseTo(2 * energyOf([2], angles).energy, 10);
  });
});
