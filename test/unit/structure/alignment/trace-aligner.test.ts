import { describe, expect, it } from 'vitest';
import { TraceAligner } from '#structure/alignment/trace-aligner';
import { movePoints } from '#structure/comparison/superposition';
import { walk } from './walk.js';

/** A turn by a third about (1, 1, 1), and a shift. */
const MOTION = {
  rotation: Float64Array.of(0, 0, 1, 1, 0, 0, 0, 1, 0),
  translation: Float64Array.of(3, -7, 11),
};
const moved = (points: Float64Array): Float64Array => Float64Array.from(movePoints(MOTION, points));
const everyPair = (count: number) => Array.from({ length: count }, (_, i) => [i, i] as const);

describe('the distances that a search goes by', () => {
  const scaleOf = (mobile: number, target: number) =>
    new TraceAligner(walk(mobile, 1), walk(target, 2)).scale;

  it('follow from the length of the shorter chain', () => {
    // 1.24 (L - 15)^(1/3) - 1.8 + 0.8; 0.168 + 0.8 in chains of up to 19
    expect(scaleOf(19, 90).d0).toBeCloseTo(0.968, 12);
    expect(scaleOf(90, 20).d0).toBeCloseTo(1.24 * Math.cbrt(5) - 1, 12);
    expect(scaleOf(142, 300).d0).toBeCloseTo(1.24 * Math.cbrt(127) - 1, 12);
    expect(scaleOf(32, 33).furthest).toBeCloseTo(1.5 * 2 ** 1.5 + 3.5, 12);
  });

  it('reach 4.5 to 8 Å', () => {
    expect(scaleOf(30, 30).reach).toBe(4.5);
    const { reach, d0 } = scaleOf(140, 150);
    expect(reach).toBe(d0);
    expect(scaleOf(1000, 1000).reach).toBe(8);
  });
});

describe('nearnessUnder', () => {
  it('is 1 where residues meet, half at d0, for each residue of the other chain', () => {
    const [mobile, target] = [walk(6, 3), walk(9, 4)];
    const aligner = new TraceAligner(mobile, target);
    const lying = moved(mobile);
    const row = new Float64Array(9);
    for (const d0 of [undefined, 5]) {
      const scoreRow = aligner.nearnessUnder(MOTION, d0);
      for (let i = 0; i < 6; i++) {
        scoreRow(i, row);
        for (let j = 0; j < 9; j++) {
          const away = Math.hypot(...[0, 1, 2].map((k) => lying[3 * i + k]! - target[3 * j + k]!));
          expect(row[j]).toBeCloseTo(1 / (1 + (away / (d0 ?? 0.968)) ** 2), 5);
        }
      }
    }
  });
});

describe('superpose', () => {
  const LENGTH = 60;
  const target = walk(LENGTH, 5);
  /** The chain turned and shifted, with its residue in the middle so far from its place. */
  const withOneOff = (by: number) => {
    const mobile = target.slice();
    mobile[3 * 30 + 1]! += by;
    const back = new TraceAligner(moved(mobile), target);
    return { aligner: back, d0: 1.24 * Math.cbrt(LENGTH - 15) - 1 };
  };
  const furthest = 1.5 * LENGTH ** 0.3 + 3.5;

  it('finds the motion, and counts pairs by their nearness', () => {
    const { aligner } = withOneOff(0);
    const { score, motion } = aligner.superpose(everyPair(LENGTH));
    expect(score).toBeCloseTo(LENGTH, 6);
    const back = movePoints(motion, moved(target));
    for (const [k, x] of back.entries()) expect(x).toBeCloseTo(target[k]!, 4);
  });

  it('counts no pair that is further apart than the furthest, but a quick score does', () => {
    for (const by of [furthest - 0.1, furthest + 0.1]) {
      const { aligner, d0 } = withOneOff(by);
      const far = 1 / (1 + (by / d0) ** 2);
      const found = aligner.superpose(everyPair(LENGTH)).score;
      expect(found).toBeCloseTo(LENGTH - 1 + (by < furthest ? far : 0), 4);
      expect(aligner.quickScore(everyPair(LENGTH))).toBeCloseTo(LENGTH - 1 + far, 4);
    }
  });

  it('starts from many parts of the alignment, a quick score from all of it at once', () => {
    // Two halves of which either fits, but not both at once.
    const mobile = target.map((x, at) => x + (at >= 3 * 28 ? [60, -30, 50][at % 3]! : 0));
    const aligner = new TraceAligner(mobile, target);
    expect(aligner.superpose(everyPair(LENGTH), 1).score).toBeGreaterThan(32 - 1e-6);
    expect(aligner.quickScore(everyPair(LENGTH))).toBeLessThan(30);
  });
});

describe('pairedPoints', () => {
  it('are those of the pairs, in their order', () => {
    const [mobile, target] = [walk(5, 6), walk(7, 7)];
    const [first, second] = new TraceAligner(mobile, target).pairedPoints([[4, 0], [1, 6]]); // prettier-ignore
    expect([...first]).toEqual([...mobile.slice(12, 15), ...mobile.slice(3, 6)]);
    expect([...second]).toEqual([...target.slice(0, 3), ...target.slice(18, 21)]);
  });
});
