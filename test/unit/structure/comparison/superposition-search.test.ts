import { describe, expect, it } from 'vitest';
import { limitsAround, searchSuperposition } from '#structure/comparison/superposition-search';
import { foldInWords, searchReach, tmScoreD0 } from '#structure/comparison/superposition-scores';
import { selectPoints } from '#structure/comparison/select-points';
import { inverseMotion, movePoints, superpose } from '#structure/comparison/superposition';
import { randomTensor } from '../../../helpers/random.js';

const points = (count: number, seed: number): Float64Array =>
  Float64Array.from(randomTensor([3 * count], seed, [-9, 9]).data);

describe('limitsAround', () => {
  it('are 1 Å below the reach after the first fit and 1 Å above it after others', () => {
    const limit = limitsAround(5);
    expect([limit(0, 0), limit(1, 0), limit(7, 0)]).toEqual([16, 36, 36]);
  });

  it('grow by half an ångström until three points are within', () => {
    const limit = limitsAround(5);
    expect([limit(0, 4.1 ** 2), limit(0, 4.5 ** 2), limit(0, 4.6 ** 2)]).toEqual([
      20.25, 20.25, 25,
    ]);
    expect(limit(1, 7.2 ** 2)).toBe(7.5 ** 2);
  });
});

describe('searchSuperposition', () => {
  /** How often a superposition is scored. */
  const numFits = (
    count: number,
    how: { stride?: number; numRefinements?: number },
    limit = () => 1,
  ) => {
    let fits = 0;
    const score = () => fits++ * 0;
    searchSuperposition(points(count, 1), points(count, 2), { score, limit, ...how });
    return fits;
  };

  it('starts from the whole, halves, quarters … and four points, at every place', () => {
    const starts = (count: number, stride?: number) =>
      numFits(count, { numRefinements: 0, ...(stride === undefined ? {} : { stride }) });
    expect(starts(40)).toBe(1 + 21 + 31 + 36 + 37);
    expect(starts(40, 7)).toBe(1 + 4 + 6 + 6 + 7); // and at the last place
    expect(starts(40, Infinity)).toBe(1);
    expect(starts(10)).toBe(1 + 6 + 7);
    expect([1, 3, 4, 5].map((count) => starts(count))).toEqual([1, 1, 1, 1 + 2]);
    // Of 200 points, 100, 50, 25 and 12; no sixth of them before the four.
    expect(starts(200, 50)).toBe(1 + 3 + 4 + 5 + 5 + 5);
    // 900 points would have more than 400 places: every third of 896, every second or third of others.
    expect(starts(900)).toBe(1 + 226 + 339 + 395 + 283 + 300);
  });

  it('fits again up to twenty times, until the same points stay', () => {
    const alone = { stride: Infinity };
    expect(numFits(9, alone, () => Infinity)).toBe(2);
    const alternating = (fit: number, third: number) => (fit % 2 === 0 ? third : Infinity);
    expect(numFits(9, alone, alternating as () => number)).toBe(21);
    expect(numFits(9, { ...alone, numRefinements: 2 }, alternating as () => number)).toBe(3);
  });

  it('tells the limit the third least deviation, and keeps all within the limit', () => {
    const [mobile, target] = [points(11, 3), points(11, 4)];
    const deviations: number[][] = [];
    const seen: [number, number][] = [];
    searchSuperposition(mobile, target, {
      score: (squared) => deviations.push([...squared]),
      limit: (fit, third) => {
        seen.push([fit, third]);
        return third;
      },
      stride: Infinity,
    });
    for (const [fit, third] of seen)
      expect(third).toBe(deviations[fit]!.toSorted((a, b) => a - b)[2]);
    // The second fit is that of the three points that lay nearest after the first.
    const nearest = [...deviations[0]!.keys()].sort(
      (a, b) => deviations[0]![a]! - deviations[0]![b]!,
    );
    const mask = deviations[0]!.map((_, i) => Number(nearest.indexOf(i) < 3));
    const moved = movePoints(superpose(mobile, target, mask), mobile);
    for (const [i, squared] of deviations[1]!.entries()) {
      const apart = Math.hypot(...[0, 1, 2].map((k) => moved[3 * i + k]! - target[3 * i + k]!));
      expect(Math.sqrt(squared)).toBeCloseTo(apart, 4);
    }
  });

  it('returns the best that it met, the first of equals', () => {
    const [mobile, target] = [points(8, 5), points(8, 6)];
    const met: number[] = [];
    const scores = [3, 7, 7, 5];
    const { score, motion } = searchSuperposition(mobile, target, {
      score: (squared) => scores[met.push(squared[0]!) - 1] ?? 0,
      limit: (fit, third) => (fit % 2 === 0 ? third : Infinity),
      stride: Infinity,
    });
    expect(score).toBe(7);
    const moved = movePoints(motion, mobile.subarray(0, 3));
    expect(Math.hypot(...moved.map((x, k) => x - target[k]!)) ** 2).toBeCloseTo(met[1]!, 4);
    expect(met[1]).not.toBeCloseTo(met[2]!, 2);
  });
});

describe('what a TM-score goes by', () => {
  it('is a distance that grows with the chain from 22 residues on', () => {
    expect([0, 15, 16, 21].map(tmScoreD0)).toEqual([0.5, 0.5, 0.5, 0.5]);
    expect(tmScoreD0(22)).toBeCloseTo(1.24 * Math.cbrt(7) - 1.8, 12);
    expect([2, 4.5, 6, 8, 9].map(searchReach)).toEqual([4.5, 4.5, 6, 8, 8]);
  });

  it('is put into words from 0.3 and 0.5 on', () => {
    expect([0.51, 0.5, 0.31, 0.3].map(foldInWords)).toEqual([
      'mostly the same fold',
      ...['alike in parts, mostly not the same fold', 'alike in parts, mostly not the same fold'],
      'no more alike than unrelated proteins',
    ]);
  });
});

describe('selectPoints', () => {
  it('takes what the mask marks, and minds no number elsewhere', () => {
    const all = [1, 2, 3, NaN, 5, 6, 7, 8, 9, 10, 11, 12];
    expect([...selectPoints(all, [1, 0, 0.5, -1])]).toEqual([1, 2, 3, 7, 8, 9]);
    expect(selectPoints([], [])).toHaveLength(0);
  });

  it('says which point is no number', () => {
    expect(() => selectPoints([1, 2, 3, 4, 5, Infinity])).toThrow(
      /^point 1 has the coordinate Infinity$/,
    );
  });
});

describe('a rigid motion', () => {
  const { rotation, translation } = superpose(points(6, 7), points(6, 8));

  it('is a rotation, the best of all that are near', () => {
    const [mobile, target] = [points(6, 7), points(6, 8)];
    const best = superpose(mobile, target).rmsd;
    const rmsdOf = (motion: { rotation: Float64Array; translation: Float64Array }) => {
      const moved = movePoints(motion, mobile);
      return Math.sqrt(moved.reduce((sum, x, k) => sum + (x - target[k]!) ** 2, 0) / 6);
    };
    expect(rmsdOf({ rotation, translation })).toBeCloseTo(best, 5);
    for (let axis = 0; axis < 3; axis++)
      for (const by of [-0.02, 0.02]) {
        const shifted = translation.map((x, k) => (k === axis ? x + 10 * by : x));
        expect(rmsdOf({ rotation, translation: shifted })).toBeGreaterThan(best);
        const [cos, sin] = [Math.cos(by), Math.sin(by)];
        const [p, q] = [(axis + 1) % 3, (axis + 2) % 3];
        const turn = (of: Float64Array, width: number) =>
          of.map((x, at) => {
            const [row, column] = [Math.floor(at / width), at % width];
            const other = (line: number) => of[width * line + column]!;
            if (row === p) return cos * x - sin * other(q);
            return row === q ? cos * x + sin * other(p) : x;
          });
        // About the middle of the target, so that only the turn makes it worse.
        const middle = Float64Array.from([0, 1, 2], (k) =>
          [0, 1, 2, 3, 4, 5].reduce((sum, i) => sum + target[3 * i + k]! / 6, 0),
        );
        const about = turn(
          translation.map((x, k) => x - middle[k]!),
          1,
        ).map((x, k) => x + middle[k]!);
        expect(rmsdOf({ rotation: turn(rotation, 3), translation: about })).toBeGreaterThan(best);
      }
  });

  it('is undone by its inverse', () => {
    const back = movePoints(
      inverseMotion({ rotation, translation }),
      movePoints({ rotation, translation }, points(5, 9)),
    );
    for (const [k, x] of points(5, 9).entries()) expect(back[k]).toBeCloseTo(x, 4);
  });
});
