import { describe, expect, it } from 'vitest';
import { readAlignments } from '#alignment/read-alignment';
import { alignmentFeatures } from '#architectures/alphafold2/features/alignment-features';
import {
  nearestClusters,
  summariseClusters,
} from '#architectures/alphafold2/features/cluster-rows';
import type { Draw } from '#architectures/alphafold2/features/draw-rows';

/** Codes of letters as the network has them. */
const CODES = 'ARNDCQEGHILKMFPSTWYVX-#';
const codesOf = (row: string) => Array.from(row, (letter) => CODES.indexOf(letter));

/** Rows of which the first are clusters, and all others belong to some cluster; `seen` are the clusters' letters. */
function drawOf(seen: readonly string[], rows: readonly string[], extra: readonly number[] = []) {
  const text = rows.map((row) => `>\n${row}\n`).join('');
  const [alignment] = readAlignments(new TextEncoder().encode(text));
  const draw: Draw = {
    clusters: Uint32Array.from(seen.keys()),
    letters: Uint8Array.from(seen.flatMap(codesOf)),
    others: Uint32Array.from(rows.keys()).subarray(seen.length),
    extra: Uint32Array.from(extra),
  };
  return { alignment: alignment!, draw };
}

describe('the cluster of a row', () => {
  const CLUSTERS = ['ACDE', 'AW--', 'XXDA'];
  const clusterOf = (row: string, seen = CLUSTERS) => {
    const { alignment, draw } = drawOf(seen, [...CLUSTERS, row]);
    return nearestClusters(alignment, draw)[0];
  };

  it.each([
    ['ACWW', 0],
    ['AWYY', 1],
    ['WYDA', 2],
  ])('of %s is the one with which most letters agree: %d', (row, cluster) => {
    expect(clusterOf(row)).toBe(cluster);
  });

  it.each(['AYYY', 'WYDY', 'YYYY'])('of %s is the first of those with as many', (row) => {
    expect(clusterOf(row)).toBe(0);
  });

  it('is found by letters that are not known, but not by gaps', () => {
    expect(clusterOf('XXWW')).toBe(2);
    expect(clusterOf('YYYX', ['ACDE', 'AW--', 'WWDX'])).toBe(2);
    expect(clusterOf('YC--')).toBe(0);
    expect(clusterOf('YYYA', ['ACDE', 'AW--', 'XXDE'])).toBe(0); // A is the letter after a gap
    expect(clusterOf('YY-Y')).toBe(0);
  });

  it('is not found by letters that are hidden', () => {
    expect(clusterOf('AWYY', ['ACDE', 'A#--', 'XXDA'])).toBe(0);
    expect(clusterOf('YRYY', ['ACDE', '#W--', 'XXDA'])).toBe(0); // R is the second letter
  });

  it('is found anew for each row', () => {
    const { alignment, draw } = drawOf(CLUSTERS, [...CLUSTERS, 'XXDA', 'AWYY', 'ACDE', 'YWYA']);
    expect(Array.from(nearestClusters(alignment, draw))).toEqual([2, 1, 0, 1]);
  });
});

describe('what the rows of a cluster have in common', () => {
  // The query hides its second letter, and has the third and the fifth row; the second row is alone.
  const seen = ['A#D', 'WWW'];
  const { alignment, draw } = drawOf(seen, ['ACD', 'WWW', 'AkkC-', 'kkkkWWF', 'kkAYD'], [2, 3]);
  const nearest = Int32Array.of(0, 1, 0);
  /** Sizes of clusters, as published: a millionth more. */
  const [three, two] = [3 + 1e-6, 2 + 1e-6];

  it('is the share of each letter, and how much is inserted on the average', () => {
    const { profile, meanDeletions } = summariseClusters(alignment, draw, nearest);
    const expected = new Float32Array(2 * 3 * 23);
    const share = (cluster: number, column: number, letter: string, value: number) => {
      expected[(3 * cluster + column) * 23 + CODES.indexOf(letter)] = value;
    };
    share(0, 0, 'A', 3 / three);
    share(0, 1, '#', 1 / three);
    share(0, 1, 'C', 1 / three);
    share(0, 1, 'Y', 1 / three);
    share(0, 2, 'D', 2 / three);
    share(0, 2, '-', 1 / three);
    share(1, 0, 'W', 2 / two);
    share(1, 1, 'W', 2 / two);
    share(1, 2, 'W', 1 / two);
    share(1, 2, 'F', 1 / two);
    expect(profile).toBeCloseToTensor(expected, { atol: 2e-7, rtol: 0 });
    const deletions = [2 / three, 2 / three, 0, 4 / two, 0, 0];
    expect(meanDeletions).toBeCloseToTensor(deletions, { atol: 3e-7, rtol: 0 });
  });

  it('counts what is inserted into the rows that are clusters themselves', () => {
    const one = drawOf(['AC', 'WW'], ['AC', 'kkkWkW', 'kWW']);
    const { meanDeletions } = summariseClusters(one.alignment, one.draw, Int32Array.of(1));
    expect(meanDeletions).toBeCloseToTensor([0, 0, 4 / two, 1 / two], { atol: 3e-7, rtol: 0 });
  });
});

describe('what the network reads of rows', () => {
  const rows = ['AC', 'kkkWkW', 'kkWC', 'WkC', '-C'];
  const { alignment, draw } = drawOf(['AC', 'W#'], rows, [3, 2]);
  const features = alignmentFeatures(alignment, draw);
  const squashed = (count: number) => (Math.atan(count / 3) * 2) / Math.PI;
  /** Channels of a row and a column. */
  const channels = (row: number, column: number) =>
    features.msa.data.subarray(49 * (2 * row + column), 49 * (2 * row + column + 1));

  it('is the letter that is seen, and what is inserted before it: whether, and how much', () => {
    expect(features.msa.shape).toEqual([2, 2, 49]);
    for (const [row, column, letter, inserted] of [
      [0, 0, 'A', 0],
      [0, 1, 'C', 0],
      [1, 0, 'W', 3],
      [1, 1, '#', 1],
    ] as const) {
      const oneHot = Array.from({ length: 23 }, (_, code) =>
        Number(code === CODES.indexOf(letter)),
      );
      const of = channels(row, column);
      expect(Array.from(of.subarray(0, 23))).toEqual(oneHot);
      expect(of[23]).toBe(Math.min(1, inserted));
      expect(of[24]).toBeCloseTo(squashed(inserted), 6);
    }
  });

  it('is the profile of its cluster behind that, and the mean of what is inserted', () => {
    // W and C of the third and fourth row; the last is nearest to the query, as C is hidden in the other
    const nearest = nearestClusters(alignment, draw);
    const { profile, meanDeletions } = summariseClusters(alignment, draw, nearest);
    for (let place = 0; place < 4; place++) {
      const of = channels(Math.floor(place / 2), place % 2);
      expect(of.subarray(25, 48)).toEqual(profile.subarray(23 * place, 23 * place + 23));
      expect(of[48]).toBeCloseTo(squashed(meanDeletions[place]!), 6);
    }
    expect(meanDeletions.some((mean) => mean > 1)).toBe(true);
  });

  it('is of extra rows their letters, and what is inserted', () => {
    const { extraMsa, extraHasDeletion, extraDeletionValue, extraMsaMask, msaMask } = features;
    expect(extraMsa).toEqual({
      shape: [2, 2],
      data: Int32Array.from([...codesOf('WC'), ...codesOf('WC')]),
    });
    expect(Array.from(extraHasDeletion.data)).toEqual([0, 1, 1, 0]);
    const values = [0, squashed(1), squashed(2), 0];
    expect(extraDeletionValue.data).toBeCloseToTensor(values, { atol: 1e-6, rtol: 0 });
    expect(extraMsaMask).toEqual({ shape: [2, 2], data: Float32Array.of(1, 1, 1, 1) });
    expect(msaMask).toEqual({ shape: [2, 2], data: Float32Array.of(1, 1, 1, 1) });
  });

  it('is one row that does not count where there are no extra rows', () => {
    const alone = alignmentFeatures(alignment, { ...draw, extra: new Uint32Array() });
    expect(alone.extraMsa).toEqual({ shape: [1, 2], data: new Int32Array(2) });
    expect(alone.extraMsaMask).toEqual({ shape: [1, 2], data: new Float32Array(2) });
  });
});
