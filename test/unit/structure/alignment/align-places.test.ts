import { describe, expect, it } from 'vitest';
import { alignPlaces } from '#structure/alignment/align-places';
import { randomSource } from '../../../helpers/random.js';

type Table = readonly (readonly number[])[];

/** The same with all values in a table, which the way back is read from. */
function plainAlignment(scores: Table, gapOpen: number): [number, number][] {
  const [numRows, numColumns] = [scores.length, scores[0]!.length];
  const value = Array.from({ length: numRows + 1 }, () => Array<number>(numColumns + 1).fill(0));
  const isPair = value.map((row) => row.map(() => false));
  const without = (i: number, j: number) => value[i]![j]! - (isPair[i]![j] ? gapOpen : 0);
  for (let i = 1; i <= numRows; i++)
    for (let j = 1; j <= numColumns; j++) {
      const paired = value[i - 1]![j - 1]! + scores[i - 1]![j - 1]!;
      const alone = Math.max(without(i - 1, j), without(i, j - 1));
      isPair[i]![j] = paired >= alone;
      value[i]![j] = Math.max(paired, alone);
    }
  const pairs: [number, number][] = [];
  for (let [i, j] = [numRows, numColumns]; i > 0 && j > 0;) {
    if (isPair[i]![j]) pairs.unshift([--i, --j]);
    else if (without(i, j - 1) >= without(i - 1, j)) j--;
    else i--;
  }
  return pairs;
}

const align = (scores: Table, gapOpen: number) =>
  alignPlaces(
    [scores.length, scores[0]!.length],
    (i, row) => {
      row.set(scores[i]!);
    },
    gapOpen,
  );

describe('alignPlaces', () => {
  it.each([
    [5, 9, 0],
    [9, 5, 0.6],
    [7, 8, 1],
    [1, 6, 0.3],
    [6, 1, 0.3],
  ])(
    'aligns %d places with %d at a gap of %d as a table of all values does',
    (rows, columns, gap) => {
      const random = randomSource(10 * rows + columns);
      for (let round = 0; round < 40; round++) {
        // Eighths, so that some ways are equally good.
        const scores = Array.from({ length: rows }, () =>
          Array.from({ length: columns }, () => Math.floor(8 * random() ** 2) / 8),
        );
        expect(align(scores, gap)).toEqual(plainAlignment(scores, gap));
      }
    },
  );

  it('pairs nothing with nothing', () => {
    expect(alignPlaces([0, 3], () => undefined, 1)).toEqual([]);
    expect(alignPlaces([3, 0], () => undefined, 1)).toEqual([]);
  });
});
