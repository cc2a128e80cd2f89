import { describe, expect, it } from 'vitest';
import type { Backbone } from '#structure/backbone/backbone';
import { betaLadders, type Ladder } from '#structure/secondary-structure/beta-ladders';

type Bond = readonly [donor: number, acceptor: number];

/** Ladders of residues with these bonds; `breaksAfter` are the last residues of unbroken stretches. */
function laddersOf(
  count: number,
  bonds: readonly Bond[],
  { breaksAfter = [] as readonly number[], energy = -1 } = {},
): Ladder[] {
  const acceptor = new Int32Array(2 * count).fill(-1);
  const energies = new Float64Array(2 * count);
  for (const [donor, to] of bonds) {
    const place = acceptor[2 * donor] === -1 ? 2 * donor : 2 * donor + 1;
    acceptor[place] = to;
    energies[place] = energy;
  }
  const stretch = Int32Array.from(
    { length: count },
    (_, i) => breaksAfter.filter((last) => i > last).length,
  );
  return betaLadders({ count, stretch } as Backbone, { acceptor, energy: energies });
}

/** Bonds that make i and j a bridge, in each of the two ways that there are. */
const antiparallel = (i: number, j: number): Bond[] => [[i, j], [j, i]]; // prettier-ignore
const antiparallelAround = (i: number, j: number): Bond[] => [[i + 1, j - 1], [j + 1, i - 1]]; // prettier-ignore
const parallel = (i: number, j: number): Bond[] => [[i + 1, j], [j, i - 1]]; // prettier-ignore
const parallelFromOther = (i: number, j: number): Bond[] => [[j + 1, i], [i, j - 1]]; // prettier-ignore

describe('a bridge', () => {
  it.each([
    ['antiparallel', antiparallel, false],
    ['antiparallel, bonded on both sides', antiparallelAround, false],
    ['parallel', parallel, true],
    ['parallel, bonded from the other strand', parallelFromOther, true],
  ] as const)('that is %s takes both of its bonds', (_, bondsOf, isParallel) => {
    const bonds = bondsOf(4, 11);
    expect(laddersOf(16, bonds)).toEqual([{ isParallel, i: [4, 4], j: [11, 11], isSingle: true }]);
    expect(laddersOf(16, bonds.slice(0, 1))).toEqual([]);
    expect(laddersOf(16, bonds.slice(1))).toEqual([]);
    expect(laddersOf(16, bonds, { energy: -0.5 })).toEqual([]);
  });

  it('joins residues that are three or more places apart', () => {
    expect(laddersOf(16, antiparallel(4, 7))).toHaveLength(1);
    expect(laddersOf(16, antiparallel(4, 6))).toEqual([]);
  });

  it('needs a neighbour of either residue on both sides', () => {
    expect(laddersOf(9, antiparallel(1, 7))).toHaveLength(1);
    expect(laddersOf(9, antiparallel(4, 7))).toHaveLength(1);
    expect(laddersOf(9, antiparallel(0, 7))).toEqual([]);
    expect(laddersOf(9, antiparallel(1, 8))).toEqual([]);
    for (const last of [2, 3, 9, 10])
      expect(laddersOf(14, antiparallel(3, 10), { breaksAfter: [last] })).toEqual([]);
    for (const last of [1, 4, 8, 11])
      expect(laddersOf(14, antiparallel(3, 10), { breaksAfter: [last] })).toHaveLength(1);
  });
});

describe('a ladder', () => {
  it('is of consecutive bridges that go the same way', () => {
    expect(laddersOf(16, [...antiparallel(5, 12), ...antiparallel(7, 10)])).toEqual([
      { isParallel: false, i: [5, 7], j: [10, 12], isSingle: false },
    ]);
    // 4-11 and 6-13 by these bonds, and 5-12 between them
    expect(laddersOf(18, [...parallel(4, 11), ...parallel(6, 13)])).toEqual([
      { isParallel: true, i: [4, 6], j: [11, 13], isSingle: false },
    ]);
  });

  it('goes on before any bulge is looked for', () => {
    // Residue 5 is bridged with what follows next on the other strand, and with its neighbour.
    const across = [...antiparallel(4, 20), ...antiparallel(5, 19), ...antiparallelAround(5, 18)];
    expect(laddersOf(26, across)).toEqual([
      { isParallel: false, i: [4, 5], j: [19, 20], isSingle: false },
      { isParallel: false, i: [5, 5], j: [18, 18], isSingle: true },
    ]);
    const along = [...parallel(4, 20), ...parallel(5, 21), ...parallel(5, 20)];
    expect(laddersOf(26, along)).toEqual([
      { isParallel: true, i: [4, 5], j: [20, 21], isSingle: false },
      { isParallel: true, i: [5, 5], j: [20, 20], isSingle: true },
    ]);
  });

  it('does not go on where a bridge of the other kind follows', () => {
    const found = laddersOf(18, [...parallel(4, 11), ...antiparallel(5, 12)]);
    expect(found.map(({ isParallel, i, j }) => [isParallel, ...i, ...j])).toEqual([
      [true, 4, 4, 11, 11],
      [false, 5, 5, 12, 12],
    ]);
  });
});

describe('a bulge', () => {
  /** Whether bridges that are so many places apart on both strands are one ladder. */
  const areJoined = (
    isParallel: boolean,
    gapI: number,
    gapJ: number,
    breaksAfter = [] as number[],
  ) => {
    const [i, j] = [4, 30];
    const next = [i + gapI, isParallel ? j + gapJ : j - gapJ] as const;
    const bonds = isParallel
      ? [...parallel(i, j), ...parallel(...next)]
      : [...antiparallel(i, j), ...antiparallel(...next)];
    const found = laddersOf(50, bonds, { breaksAfter });
    if (found.length === 1)
      expect(found[0]).toEqual({
        isParallel,
        i: [i, next[0]],
        j: [Math.min(j, next[1]), Math.max(j, next[1])],
        isSingle: false,
      });
    return found.length === 1;
  };

  it.each([true, false])(
    'has fewer than 6 steps on one strand and 3 on the other (parallel: %s)',
    (isParallel) => {
      for (let gapI = 1; gapI <= 8; gapI++)
        for (let gapJ = 1; gapJ <= 8; gapJ++) {
          if (gapI === 2 && gapJ === 2) continue; // which is a ladder without a bulge
          const isBulge = Math.max(gapI, gapJ) < 6 && Math.min(gapI, gapJ) < 3;
          expect([gapI, gapJ, areJoined(isParallel, gapI, gapJ)]).toEqual([gapI, gapJ, isBulge]);
        }
    },
  );

  it('may leave no step on the other strand, but does not go back', () => {
    expect(areJoined(false, 3, 0)).toBe(true);
    expect(areJoined(false, 3, -1)).toBe(false);
    expect(areJoined(true, 3, -1)).toBe(false);
  });

  it('does not join two bridges of one residue', () => {
    const found = laddersOf(20, [...parallel(4, 14), ...parallel(4, 11)]);
    expect(found.map(({ j }) => j)).toEqual([[11, 11], [14, 14]]); // prettier-ignore
  });

  it('does not reach over a break of either strand', () => {
    for (const isParallel of [true, false]) {
      const between = isParallel ? 33 : 26;
      expect(areJoined(isParallel, 5, 1, [20])).toBe(true);
      expect(areJoined(isParallel, 5, 1, [6])).toBe(false);
      expect(areJoined(isParallel, 1, 5, [between])).toBe(false);
    }
  });

  it('joins one after the other, each with what is joined already', () => {
    const bonds = [...antiparallel(4, 40), ...antiparallel(7, 38), ...antiparallel(10, 36)];
    expect(laddersOf(50, bonds)).toEqual([
      { isParallel: false, i: [4, 10], j: [36, 40], isSingle: false },
    ]);
    const mixed = [...antiparallel(4, 40), ...parallel(7, 38)];
    expect(laddersOf(50, mixed)).toHaveLength(2);
  });
});
