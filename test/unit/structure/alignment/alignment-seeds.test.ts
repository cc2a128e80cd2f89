import { describe, expect, it } from 'vitest';
import {
  alignedByFragments,
  alignedByStates,
  alignedByStatesAndNearness,
  threaded,
  threadedRun,
} from '#structure/alignment/alignment-seeds';
import { alignPlaces } from '#structure/alignment/align-places';
import { TraceAligner } from '#structure/alignment/trace-aligner';
import { movePoints, superpose } from '#structure/comparison/superposition';
import type { AlignedPairs } from '#sequence/pairwise-alignment';
import { randomSource } from '../../../helpers/random.js';
import { walk } from './walk.js';

const MOTION = {
  rotation: Float64Array.of(0, -1, 0, 1, 0, 0, 0, 0, 1),
  translation: Float64Array.of(30, -7, 11),
};
const moved = (points: Float64Array): Float64Array => Float64Array.from(movePoints(MOTION, points));

/** An aligner that remembers which alignments it was asked about; all are equally good. */
function witness(mobile: Float64Array, target: Float64Array) {
  const asked: AlignedPairs[] = [];
  const aligner = new TraceAligner(mobile, target);
  aligner.quickScore = (pairs) => asked.push(pairs) * 0;
  return { aligner, asked };
}

/** Every way in which so many residues of a run of one chain at least lie beside the other chain, the furthest on first. */
function slides(first: number, end: number, otherLength: number, overlap: number): AlignedPairs[] {
  const ways: [number, number][][] = [];
  for (let shift = 500; shift >= -500; shift--) {
    const pairs: [number, number][] = [];
    for (let i = first; i < end; i++)
      if (i + shift >= 0 && i + shift < otherLength) pairs.push([i, i + shift]);
    if (pairs.length >= overlap) ways.push(pairs);
  }
  return ways;
}

const turned = (ways: readonly AlignedPairs[]): AlignedPairs[] =>
  ways.map((pairs) => pairs.map(([i, j]) => [j, i] as const));

describe('threaded', () => {
  it.each([
    [14, 23, 7],
    [23, 14, 7],
    [15, 15, 7],
    [9, 40, 5],
    [5, 6, 5],
  ])('slides a chain of %d along one of %d, %d residues beside it at least', (n, m, overlap) => {
    const { aligner, asked } = witness(walk(n, 1), walk(m, 2));
    const first = threaded(aligner);
    expect(asked).toEqual(slides(0, n, m, overlap));
    expect(first).toBe(asked[0]); // of equally good ones
  });

  it('takes the way that lies best', () => {
    const target = walk(23, 3);
    const part = moved(target.slice(3 * 4, 3 * 19));
    expect(threaded(new TraceAligner(part, target))).toEqual(
      Array.from({ length: 15 }, (_, i) => [i, i + 4]),
    );
  });
});

describe('threadedRun', () => {
  /** Runs of a chain, far apart. */
  const broken = (lengths: readonly number[], seed: number) =>
    Float64Array.from(
      lengths.flatMap((length, k) => [...walk(length, seed + k).map((x) => x + 100 * k)]),
    );

  it('slides the longest run of either chain along the other', () => {
    const { aligner, asked } = witness(broken([6, 11], 4), broken([13, 8], 6));
    expect(threadedRun(aligner)).toBe(asked[0]);
    expect(asked).toEqual([
      ...turned(slides(0, 13, 17, 5)), // 13 / 2.5
      ...slides(6, 17, 21, 4), // 11 / 2.5
    ]);
  });

  it('takes the first of runs that are equally long', () => {
    const { aligner, asked } = witness(broken([7, 7], 4), walk(9, 6));
    threadedRun(aligner);
    // Of the whole chain the middle, from a tenth on to nine tenths.
    expect(asked).toEqual([...turned(slides(0, 9, 14, 3)), ...slides(0, 7, 9, 3)]);
  });

  it.each([
    [[1, 9], 1, 10],
    [[6, 7, 8], 13, 21],
    [[8, 6, 7], 0, 8],
    [[3, 4, 3], 3, 7],
    [[2, 3, 2, 7], 7, 14],
  ])('finds the longest of runs of %j', (lengths, first, end) => {
    const { aligner, asked } = witness(broken(lengths, 30), new Float64Array(3 * 5));
    threadedRun(aligner);
    const ofOther = slides(0, 5, aligner.lengths[0], 3).length; // a tenth of five is none
    const overlap = Math.max(3, Math.floor(Math.min(end - first, 5) / 2.5));
    expect(asked.slice(ofOther)).toEqual(slides(first, end, 5, overlap));
  });

  it('leaves out the ends of a chain without a break: a tenth of it', () => {
    const { aligner, asked } = witness(walk(30, 8), walk(51, 9));
    threadedRun(aligner);
    expect(asked).toEqual([
      ...turned(slides(5, 46, 30, 12)), // 30 / 2.5
      ...slides(3, 27, 51, 9), // 24 / 2.5
    ]);
  });
});

describe('alignedByStates', () => {
  it('pairs residues of the same secondary structure; a gap costs as much as a pair is worth', () => {
    for (let seed = 1; seed < 20; seed++) {
      const random = randomSource(seed);
      const states = [17, 23].map((n) => Uint8Array.from({ length: n }, () => 4 * random()));
      const [first, second] = states as [Uint8Array, Uint8Array];
      const aligner = { lengths: [17, 23], states: [first, second] } as unknown as TraceAligner;
      const expected = alignPlaces(
        [17, 23],
        (i, row) => {
          row.set(Array.from(second, (state) => (state === first[i] ? 1 : 0)));
        },
        1,
      );
      expect(alignedByStates(aligner)).toEqual(expected);
    }
  });
});

describe('alignedByStatesAndNearness', () => {
  it('counts how near residues come, roughly, and half a pair more for the same secondary structure', () => {
    const [mobile, target] = [walk(19, 13), walk(26, 14)];
    const aligner = new TraceAligner(mobile, target);
    const known = Array.from({ length: 8 }, (_, k) => [2 * k, 3 * k + 1] as const);
    const at = (points: Float64Array, i: number) => [...points.subarray(3 * i, 3 * i + 3)];
    const motion = superpose(
      known.flatMap(([i]) => at(mobile, i)),
      known.flatMap(([, j]) => at(target, j)),
    );
    const lying = movePoints(motion, mobile);
    const [first, second] = aligner.states;
    const d0 = 0.968 + 1.5; // of chains of up to 19 residues, and a rough guess's share
    const expected = alignPlaces(
      [19, 26],
      (i, row) => {
        for (let j = 0; j < 26; j++) {
          const squared = at(target, j).reduce(
            (sum, x, k) => sum + (x - lying[3 * i + k]!) ** 2,
            0,
          );
          row[j] = 1 / (1 + squared / d0 ** 2) + (first[i] === second[j] ? 0.5 : 0);
        }
      },
      1,
    );
    expect(alignedByStatesAndNearness(aligner, known)).toEqual(expected);
  });
});

describe('alignedByFragments', () => {
  /** How many places a fragment is tried at in a chain. */
  const starts = (length: number, size: number, stride: number): number =>
    Array.from({ length: length - size + 1 }, (_, i) => i).filter((i) => i % stride === 0).length;

  it.each([
    [5, 1],
    [12, 4],
    [30, 10],
    [149, 15],
    [150, 15],
    [151, 25],
    [200, 25],
    [201, 35],
    [223, 35],
    [250, 35],
    [251, 45],
    [283, 45],
  ])(
    'tries fragments of a chain of %d residues every %d, of the other every 13',
    (length, stride) => {
      const { aligner, asked } = witness(new Float64Array(3 * length), new Float64Array(3 * 41));
      const reaches: (number | undefined)[] = [];
      aligner.nearnessUnder = (_, d0) => {
        reaches.push(d0);
        return (_, row) => row.fill(0);
      };
      alignedByFragments(aligner);
      const shorter = Math.min(length, 41);
      const sizes = [Math.floor(shorter / 3), Math.floor(shorter / 2)];
      const expected = sizes.map((size) => starts(length, size, stride) * starts(41, size, 13));
      expect(asked).toHaveLength(expected[0]! + expected[1]!);
      expect(new Set(reaches)).toEqual(new Set([aligner.scale.d0 + 1.5]));
    },
  );

  it('lays each fragment of one chain on each of the other', () => {
    const [mobile, target] = [walk(13, 40), walk(19, 41)];
    const { aligner } = witness(mobile, target);
    const shifts: number[] = [];
    aligner.nearnessUnder = ({ translation }) => {
      shifts.push(...translation);
      return (_, row) => row.fill(0);
    };
    alignedByFragments(aligner);
    const expected: number[] = [];
    const part = (points: Float64Array, from: number, size: number) =>
      points.slice(3 * from, 3 * (from + size));
    for (const size of [4, 6])
      for (let i = 0; i + size <= 13; i += 4)
        for (let j = 0; j + size <= 19; j += 6)
          expected.push(...superpose(part(mobile, i, size), part(target, j, size)).translation);
    expect(shifts).toHaveLength(expected.length);
    for (const [k, x] of expected.entries()) expect(shifts[k]).toBeCloseTo(x, 9);
  });

  it.each([230, 240])('takes fragments of up to 20 and up to 100 of %d residues', (length) => {
    const { aligner, asked } = witness(new Float64Array(3 * length), new Float64Array(3 * length));
    aligner.nearnessUnder = () => (_, row) => row.fill(0);
    alignedByFragments(aligner);
    expect(asked).toHaveLength(starts(length, 20, 35) ** 2 + starts(length, 100, 35) ** 2);
  });

  it('finds where a fragment of one chain lies in another that is bent elsewhere', () => {
    const helix = walk(24, 21);
    const target = Float64Array.from([
      ...walk(22, 22),
      ...helix.map((x) => x + 40),
      ...walk(9, 23),
    ]);
    const mobile = Float64Array.from([...walk(5, 24), ...moved(helix), ...walk(12, 25)]);
    const pairs = alignedByFragments(new TraceAligner(mobile, target));
    for (let k = 2; k < 22; k++) expect(pairs).toContainEqual([5 + k, 22 + k]);
  });
});
