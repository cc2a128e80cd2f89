import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { torsionsOf } from '#structure/backbone/torsions';
import { lddtAllAtom, lddtCa } from '#structure/comparison/lddt';
import { movePoints, superpose, type RigidMotion } from '#structure/comparison/superposition';
import { superpositionScores } from '#structure/comparison/superposition-scores';
import { stereochemistryOf } from '#structure/quality/stereochemistry';
import { dssp } from '#structure/secondary-structure/dssp';
import { caOf, readFixture } from '../unit/structure/fixtures.js';

const component = fc.double({ min: -1, max: 1, noNaN: true });
const shift = fc.double({ min: -50, max: 50, noNaN: true });

const motion = fc
  .tuple(fc.tuple(component, component, component, component), fc.tuple(shift, shift, shift))
  .filter(([q]) => Math.hypot(...q) > 0.01)
  .map(([q, t]): RigidMotion => {
    const [w, x, y, z] = q.map((value) => value / Math.hypot(...q)) as [
      number,
      number,
      number,
      number,
    ];
    const rotation = Float64Array.of(
      ...[1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
      ...[2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
      ...[2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    );
    return { rotation, translation: Float64Array.from(t) };
  });

/** Numbers between -size and size from a seed: thousands of them, so not for fast-check to shrink. */
function noise(size: number, count: number, seed: number): Float64Array {
  let state = seed;
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return size * (state / 2 ** 31 - 1);
  });
}

const truth = readFixture('2hbb-a');
const numCoordinates = truth.atom14.length;
const moved = (by: RigidMotion, atom14 = truth.atom14) => ({
  ...truth,
  atom14: movePoints(by, atom14),
});
const mirrored = { ...truth, atom14: truth.atom14.map((x, i) => (i % 3 === 2 ? -x : x)) };

describe('a rigid motion', () => {
  it('is found again by superposition', () => {
    fc.assert(
      fc.property(motion, (by) => {
        const found = superpose(caOf(truth), movePoints(by, caOf(truth)));
        // Coordinates near 100 Å carry 8e-6 Å of float32 rounding.
        expect(found.rmsd).toBeLessThan(1e-4);
        found.rotation.forEach((value, i) => {
          expect(Math.abs(value - by.rotation[i]!)).toBeLessThan(1e-5);
        });
      }),
    );
  });

  it('changes neither lDDT, TM-score nor GDT-TS of a model', () => {
    fc.assert(
      fc.property(motion, fc.nat(), (by, seed) => {
        const shifts = noise(2, numCoordinates, seed);
        const atom14 = truth.atom14.map((x, i) => x + shifts[i]!);
        const [before, after] = [{ ...truth, atom14 }, moved(by, atom14)];
        // Float32 rounding can push single distances and deviations over a threshold.
        expect(Math.abs(lddtCa(after, truth).score - lddtCa(before, truth).score)).toBeLessThan(
          2e-3,
        );
        expect(
          Math.abs(lddtAllAtom(after, truth).score - lddtAllAtom(before, truth).score),
        ).toBeLessThan(2e-3);
        const [ca, caMoved, caTrue] = [before, after, truth].map(caOf) as [
          Float64Array,
          Float64Array,
          Float64Array,
        ];
        const [scores, scoresMoved] = [ca, caMoved].map((points) =>
          superpositionScores(points, caTrue),
        );
        expect(Math.abs(scoresMoved!.tmScore - scores!.tmScore)).toBeLessThan(2e-3);
        // The search takes other steps when one residue more or less is within a cutoff.
        expect(Math.abs(scoresMoved!.gdtTs - scores!.gdtTs)).toBeLessThan(4e-2);
      }),
      { numRuns: 20 },
    );
  });

  it('changes neither torsions nor secondary structure', () => {
    const torsions = torsionsOf(truth);
    fc.assert(
      fc.property(motion, (by) => {
        const after = torsionsOf(moved(by));
        expect(after.mask).toEqual(torsions.mask);
        after.sinCos.forEach((value, i) => {
          expect(Math.abs(value - torsions.sinCos[i]!)).toBeLessThan(1e-4);
        });
        expect(dssp(moved(by))).toBe(dssp(truth));
      }),
      { numRuns: 30 },
    );
  });
});

describe('a mirror image', () => {
  it('keeps lDDT but not TM-score, torsions or chirality', () => {
    expect(lddtAllAtom(mirrored, truth).score).toBe(1);
    expect(superpositionScores(caOf(mirrored), caOf(truth)).tmScore).toBeLessThan(0.5);
    expect(stereochemistryOf(mirrored).chirality.outlierFraction).toBe(1);
    const [sinCos, turned] = [torsionsOf(truth).sinCos, torsionsOf(mirrored).sinCos];
    sinCos.forEach((value, i) => {
      expect(turned[i]).toBeCloseTo(i % 2 === 0 ? -value : value, 4);
    });
  });
});

describe('scores', () => {
  it('lie between 0 and 1 for any coordinates', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const coordinates = noise(40, numCoordinates, seed);
        const model = { ...truth, atom14: Float32Array.from(coordinates) };
        const { tmScore, gdtTs } = superpositionScores(caOf(model), caOf(truth));
        const values = [lddtCa(model, truth).score, lddtAllAtom(model, truth).mean, tmScore, gdtTs];
        for (const value of values) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
        }
        expect(dssp(model)).toMatch(/^[HBEGITS-]{51}$/);
      }),
      { numRuns: 20 },
    );
  });
});
