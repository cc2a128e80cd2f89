import { describe, expect, it } from 'vitest';
import { movePoints, rmsd, superpose } from '#structure/comparison/superposition';
import { superpositionScores, tmScoreD0 } from '#structure/comparison/superposition-scores';
import { caOf, ORACLES, readFixture } from './fixtures.js';

const SQUARE_AND_TOP = [0, 0, 0, 1, 0, 0, 1, 2, 0, 0, 2, 0, 0, 0, 3];

describe('superpose', () => {
  it('finds the motion that points were moved by', () => {
    const motion = {
      rotation: Float64Array.of(0, -1, 0, 1, 0, 0, 0, 0, 1),
      translation: Float64Array.of(5, -7, 11),
    };
    const found = superpose(SQUARE_AND_TOP, movePoints(motion, SQUARE_AND_TOP));
    expect(found.rmsd).toBeLessThan(1e-6);
    found.rotation.forEach((value, i) => {
      expect(value).toBeCloseTo(motion.rotation[i]!, 6);
    });
  });

  it('never mirrors', () => {
    const mirrored = SQUARE_AND_TOP.map((x, i) => (i % 3 === 0 ? -x : x));
    const { rotation: r, rmsd: deviation } = superpose(SQUARE_AND_TOP, mirrored);
    const determinant =
      r[0]! * (r[4]! * r[8]! - r[5]! * r[7]!) -
      r[1]! * (r[3]! * r[8]! - r[5]! * r[6]!) +
      r[2]! * (r[3]! * r[7]! - r[4]! * r[6]!);
    expect(determinant).toBeCloseTo(1, 9);
    expect(deviation).toBeGreaterThan(0.1);
  });

  it('fits only the points of the mask', () => {
    const target = [...SQUARE_AND_TOP];
    target[12] = 90;
    expect(superpose(SQUARE_AND_TOP, target, [1, 1, 1, 1, 0]).rmsd).toBeLessThan(1e-9);
    expect(rmsd(SQUARE_AND_TOP, target)).toBeCloseTo(90 / Math.sqrt(5), 9);
  });

  it('fits the first point too', () => {
    const target = [...SQUARE_AND_TOP];
    target[2] = 3;
    expect(superpose(SQUARE_AND_TOP, target).rmsd).toBeGreaterThan(0.3);
    expect(rmsd(SQUARE_AND_TOP, target)).toBeCloseTo(3 / Math.sqrt(5), 9);
  });

  it('takes no points and one', () => {
    expect([rmsd([], []), superpose([], []).rmsd]).toEqual([0, 0]);
    expect(rmsd([1, 2, 3], [1, 2, 5])).toBe(2);
    expect(superpose([1, 2, 3], [1, 2, 5]).rmsd).toBeCloseTo(0, 12);
    expect(rmsd([1, 2, 3], [1, 2, 5], [0])).toBe(0);
  });

  it('refuses sets of different sizes', () => {
    const points = (count: number) => new Float64Array(3 * count);
    expect(() => superpose(points(1), [])).toThrow('cannot compare 1 points with 0');
    expect(() => superpose(points(2), points(5))).toThrow('cannot compare 2 points with 5');
    expect(() => rmsd([1, 2], [1, 2])).toThrow('cannot compare');
  });
});

describe.each(Object.entries(ORACLES))('against TMscore, on %s', (name, oracle) => {
  const [model, target] = [`${name}-model`, name].map((file) => caOf(readFixture(file))) as [
    Float64Array,
    Float64Array,
  ];

  it('gives the same RMSD', () => {
    expect(Math.abs(superpose(model, target).rmsd - oracle.rmsd)).toBeLessThan(1e-3);
  });

  it('gives the same TM-score and GDT-TS', () => {
    const { tmScore, gdtTs } = superpositionScores(model, target);
    expect(Math.abs(tmScore - oracle.tmScore)).toBeLessThan(1e-4);
    expect(Math.abs(gdtTs - oracle.gdtTs)).toBeLessThan(1e-4);
  });

  it('returns the motion that the score belongs to', () => {
    const { tmScore, motion } = superpositionScores(model, target);
    const moved = movePoints(motion, model);
    const d0 = tmScoreD0(target.length / 3);
    let sum = 0;
    for (let i = 0; i < target.length; i += 3) {
      const squared = [0, 1, 2].reduce((s, k) => s + (moved[i + k]! - target[i + k]!) ** 2, 0);
      sum += 1 / (1 + squared / d0 ** 2);
    }
    expect(sum / (target.length / 3)).toBeCloseTo(tmScore, 5);
  });
});

describe('superpositionScores', () => {
  it('is 1 for the same structure and counts missing residues when told the length', () => {
    const target = caOf(readFixture('5pti-a'));
    const half = Uint8Array.from({ length: 58 }, (_, i) => Number(i < 29));
    expect(superpositionScores(target, target)).toMatchObject({ gdtTs: 1 });
    expect(superpositionScores(target, target).tmScore).toBeCloseTo(1, 12);
    const whole = superpositionScores(target, target, { mask: half, length: 58 });
    expect(whole.tmScore).toBeCloseTo(0.5, 12);
    expect(whole.gdtTs).toBe(0.5);
  });

  it('clips d0 for short chains', () => {
    expect(tmScoreD0(5)).toBe(0.5);
    expect(tmScoreD0(19)).toBe(0.5);
    expect(tmScoreD0(100)).toBeCloseTo(3.652, 3);
  });

  it('takes chains of no, one and two residues', () => {
    expect(superpositionScores([], [])).toMatchObject({ tmScore: 0, gdtTs: 0 });
    expect(superpositionScores([1, 2, 3], [4, 5, 6]).tmScore).toBe(1);
    const two = superpositionScores([0, 0, 0, 3.8, 0, 0], [1, 1, 1, 1, 4.8, 1]);
    expect(two.tmScore).toBeCloseTo(1, 9);
  });

  it('says which point is no number', () => {
    expect(() => superpositionScores([0, 0, 0, NaN, 0, 0], [0, 0, 0, 0, 0, 0])).toThrow(/point 1/);
  });
});
