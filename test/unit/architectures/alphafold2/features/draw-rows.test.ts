import { describe, expect, it } from 'vitest';
import { readAlignments } from '#alignment/read-alignment';
import { alignmentProfile } from '#architectures/alphafold2/features/alignment-profile';
import { distinctRows, LETTER_CODE } from '#architectures/alphafold2/features/distinct-rows';
import {
  drawRows,
  firstRows,
  PUBLISHED_MASKING,
  replacementProbabilities,
} from '#architectures/alphafold2/features/draw-rows';
import { randomStream } from '#architectures/alphafold2/features/random-stream';

const alignmentOf = (...rows: string[]) =>
  readAlignments(new TextEncoder().encode(rows.map((row) => `>\n${row}\n`).join('')))[0]!;

/** Two columns, each letter of which stands in one row of four. */
const alignment = alignmentOf('AC', 'DE', 'FG', 'HI');
const rows = distinctRows(alignment);
const source = { alignment, rows, profile: alignmentProfile(alignment, rows) };

/** These numbers one after the other, and not one more. */
function scripted(...numbers: number[]) {
  const rest = [...numbers];
  const uniform = () => {
    if (rest.length === 0) throw new Error('no more numbers');
    return rest.shift()!;
  };
  return { uniform, rest };
}

describe('a draw by numbers that are known', () => {
  it('shuffles all rows but the query, hides letters, and shuffles the rest', () => {
    const { uniform, rest } = scripted(
      ...[0, 0.99], // of the rows 1 to 3, 3 comes first, and 2 stays
      0.15, // the first letter stays: just not below the share that is hidden
      ...[0.1499, 0.16], // the second is hidden; C reaches 0.15, Q 0.155, E 0.185
      ...[0, 0.5], // the third becomes the mask
      0.9, // the last stays
      0.4, // of the two rows that are left, the last comes first
    );
    const draw = drawRows(source, { maxClusters: 2, maxExtra: 1 }, PUBLISHED_MASKING, uniform);
    expect(rest).toEqual([]);
    expect(Array.from(draw.clusters)).toEqual([0, 3]);
    expect(Array.from(draw.letters)).toEqual([0, 6, 22, 9]);
    expect(Array.from(draw.others)).toEqual([2, 1]);
    expect(Array.from(draw.extra)).toEqual([1]);
    expect(Array.from(rows)).toEqual([0, 1, 2, 3]);
  });

  it('takes the mask where rounding leaves the sum below the number', () => {
    const profile = source.profile.map((share) => 0.999 * share); // all probabilities add up to 0.9999
    const { uniform } = scripted(0, 0.99995, 1);
    const limits = { maxClusters: 1, maxExtra: 0 };
    const one = { alignment: alignmentOf('AC'), rows: Uint32Array.of(0), profile };
    const { letters } = drawRows(one, limits, { ...PUBLISHED_MASKING, fraction: 1 }, uniform);
    expect(Array.from(letters)).toEqual([22, LETTER_CODE['C'.charCodeAt(0)]]); // which 1 does not hide
  });

  it('takes the first letter by which the sum is more than the number', () => {
    // a quarter of the column is A, a quarter R and half of it N
    const [alignmentOfThree, masking] = [alignmentOf('A', 'R', 'N', 'N'), { fraction: 1, uniform: 0, profile: 1, same: 0 }]; // prettier-ignore
    const all = Uint32Array.of(0, 1, 2, 3);
    const three = { alignment: alignmentOfThree, rows: all.subarray(0, 1), profile: alignmentProfile(alignmentOfThree, all) }; // prettier-ignore
    const drawn = [0, 0.2499, 0.25, 0.4999, 0.5, 0.9999].map((number) => {
      const { uniform } = scripted(0.5, number);
      return drawRows(three, { maxClusters: 1, maxExtra: 0 }, masking, uniform).letters[0];
    });
    expect(drawn).toEqual([0, 0, 1, 1, 2, 2]);
  });
});

describe('a hidden letter', () => {
  it('becomes any amino acid, one of its column, itself, or the mask', () => {
    const column = source.profile.subarray(22, 44); // C, E, G and I, a quarter each
    const masking = { fraction: 1, uniform: 0.2, profile: 0.3, same: 0.1 };
    const probabilities = replacementProbabilities(20, column, masking);
    expect(probabilities).toHaveLength(23);
    const expected = Array.from({ length: 23 }, (_, code) => {
      if (code === 22) return 0.4;
      if (code === 20) return 0.1;
      if (code === 21) return 0;
      return 0.01 + ([4, 6, 7, 9].includes(code) ? 0.075 : 0);
    });
    expect(Array.from(probabilities)).toBeCloseToTensor(expected);
  });
});

describe('the first rows', () => {
  it('are clusters up to their limit, then extra rows up to theirs', () => {
    const draw = firstRows(source, { maxClusters: 1, maxExtra: 2 });
    expect(Array.from(draw.clusters)).toEqual([0]);
    expect(Array.from(draw.letters)).toEqual([0, 4]);
    expect(Array.from(draw.others)).toEqual([1, 2, 3]);
    expect(Array.from(draw.extra)).toEqual([1, 2]);
  });
});

describe('rows that are alike', () => {
  it('count once, the first of them, whatever is inserted', () => {
    const alike = alignmentOf('ACDE', 'AC-E', 'ACDE', 'ACkDE', 'AC-E', 'ACDF', 'CADE');
    expect(Array.from(distinctRows(alike))).toEqual([0, 1, 5, 6]);
  });

  it('are not those that have a hash in common', () => {
    const [one, other] = ['CYMRMKY', 'GWPALTS']; // FNV-1a makes 1609086065 of both
    const alike = alignmentOf(one, other, other, one, 'AAAAAAA', other);
    expect(Array.from(distinctRows(alike))).toEqual([0, 1, 4]);
  });

  it('are read as the 20 amino acids, X and the gap', () => {
    const codes = Array.from('AVXBZUJO-', (letter) => LETTER_CODE[letter.charCodeAt(0)]);
    expect(codes).toEqual([0, 19, 20, 3, 6, 4, 20, 20, 21]);
  });
});

describe('random numbers', () => {
  /** xoshiro128** and splitmix32 as their authors write them, with unsigned numbers of 32 bits. */
  function reference(start: bigint, count: number): number[] {
    const bits = (x: bigint) => BigInt.asUintN(32, x);
    const rotated = (x: bigint, by: bigint) => bits((x << by) | (x >> (32n - by)));
    let filling = bits(start);
    const state = [0, 1, 2, 3].map(() => {
      filling = bits(filling + 0x9e3779b9n);
      let mixed = bits((filling ^ (filling >> 16n)) * 0x21f0aaadn);
      mixed = bits((mixed ^ (mixed >> 15n)) * 0x735a2d97n);
      return mixed ^ (mixed >> 15n);
    }) as [bigint, bigint, bigint, bigint];
    return Array.from({ length: count }, () => {
      const result = bits(rotated(bits(state[1] * 5n), 7n) * 9n);
      const shifted = bits(state[1] << 9n);
      state[2] ^= state[0];
      state[3] ^= state[1];
      state[1] ^= state[2];
      state[0] ^= state[3];
      state[2] ^= shifted;
      state[3] = rotated(state[3], 11n);
      return Number(result) / 2 ** 32;
    });
  }

  it.each([
    [0, 0, 0n],
    [1, 0, 0x9e3779b1n],
    [0, 1, 0x85ebca77n],
    [3, 2, (3n * 0x9e3779b1n) ^ (2n * 0x85ebca77n)],
    [5 + 7 * 2 ** 32, 0, (5n * 0x9e3779b1n) ^ 7n],
  ])('of seed %d and pass %d are those of xoshiro128**', (seed, pass, start) => {
    const next = randomStream(seed, pass);
    const numbers = Array.from({ length: 40 }, next);
    expect(numbers).toEqual(reference(start, 40));
  });
});
