import { describe, expect, it } from 'vitest';
import { canBond, type HydrogenBond } from '#chain-folding/hydrogen-bonds';
import { sheetBonds } from '#chain-folding/sheet-bonds';
import type { Ladder } from '#chain-folding/strand-ladders';
import { atomOffset } from '#structure/backbone/torsion-chain';
import { CA_SLOT, N_SLOT, O_SLOT } from '#structure/residues/atoms';
import { randomSource, randomTensor } from '../../helpers/random.js';

const COUNT = 14;
const ANTIPARALLEL: Ladder = {
  isParallel: false,
  pairs: [
    [4, 9],
    [3, 10],
    [2, 11],
  ],
};
const PARALLEL: Ladder = {
  isParallel: true,
  pairs: [
    [2, 8],
    [3, 9],
  ],
};

/** A chain that has these N-O lengths, Å, these distances of CA, and all else torn. */
function atomsWith(
  bonds: readonly (readonly [HydrogenBond, number])[],
  pairs: readonly (readonly [number, number, number])[],
  count = COUNT,
): Float64Array {
  const atoms = Float64Array.from({ length: 15 * count }, (_, k) => 1000 * k);
  const put = (a: number, b: number, apart: number) => {
    atoms.set([atoms[a]!, atoms[a + 1]! + apart, atoms[a + 2]!], b);
  };
  for (const [{ donor, acceptor }, length] of bonds)
    put(atomOffset(donor, N_SLOT), atomOffset(acceptor, O_SLOT), length);
  for (const [i, j, length] of pairs) put(atomOffset(i, CA_SLOT), atomOffset(j, CA_SLOT), length);
  return atoms;
}

const bond = (donor: number, acceptor: number): HydrogenBond => ({ donor, acceptor });
const spring = (i: number, j: number, length: number) => ({
  atoms: [atomOffset(i, CA_SLOT), atomOffset(j, CA_SLOT)],
  length,
  strength: 3,
});

describe('sheetBonds of antiparallel strands', () => {
  const [MIDDLE, ENDS] = [
    [bond(3, 10), bond(10, 3)],
    [bond(4, 9), bond(9, 4), bond(2, 11), bond(11, 2)],
  ];

  /** The middle pair bonds well, as do all CA; N and O of the other pairs are `length` apart. */
  function chosen(length: number) {
    const atoms = atomsWith(
      [
        ...MIDDLE.map((each) => [each, 2.9] as const),
        ...ENDS.map((each) => [each, length] as const),
      ],
      [
        [4, 9, 4.5],
        [3, 10, 5.4],
        [2, 11, 4.5],
      ],
    );
    const [held, ...others] = sheetBonds([ANTIPARALLEL], atoms);
    expect(others).toEqual([]);
    expect(held!.ladder).toBe(ANTIPARALLEL);
    return held!;
  }

  it('bond every other pair, and hold CA 5.4 Å apart there and 4.5 Å elsewhere', () => {
    const middle = chosen(1000);
    expect(middle.bonds).toEqual(MIDDLE);
    expect(middle.springs).toEqual([spring(4, 9, 4.5), spring(3, 10, 5.4), spring(2, 11, 4.5)]);
    const ends = chosen(2.9);
    expect(ends.bonds).toEqual(ENDS);
    expect(ends.springs).toEqual([spring(4, 9, 5.4), spring(3, 10, 4.5), spring(2, 11, 5.4)]);
  });

  it('bond more pairs while that strains each bond and spring by less than 1 Å² for each more', () => {
    // Strain x counts for x / (1 + x / 25). Of the seven of the longer way, three springs are 0.9 Å off, and there are two
    // bonds more: so the four bonds may count for 14 less the springs.
    const counted = (strain: number) => strain / (1 + strain / 25);
    const each = (14 - 3 * counted(0.81)) / 4;
    const most = 2.9 + Math.sqrt(each / (1 - each / 25));
    expect(chosen(most - 0.002).bonds).toEqual(ENDS);
    expect(chosen(most + 0.002).bonds).toEqual(MIDDLE);
  });
});

describe('sheetBonds of parallel strands', () => {
  it.each([
    [bond(2, 7), bond(9, 2)],
    [bond(8, 1), bond(3, 8)],
    [bond(3, 8), bond(10, 3)],
    [bond(9, 2), bond(4, 9)],
  ])('take whichever of four ways is the least strained: %o and %o', (first, second) => {
    const atoms = atomsWith(
      [
        [first, 3],
        [second, 3],
      ],
      [
        [2, 8, 5],
        [3, 9, 5],
      ],
    );
    const [held] = sheetBonds([PARALLEL], atoms);
    expect(held!.bonds).toEqual([first, second]);
    expect(held!.springs).toEqual([spring(2, 8, 4.8), spring(3, 9, 4.8)]);
  });
});

describe('sheetBonds of several ladders', () => {
  it('bond no N-H and no C=O twice, and leave out ladders that have no way left', () => {
    const random = randomSource(3);
    let numLeftOut = 0;
    for (let seed = 0; seed < 60; seed++) {
      const ladders = Array.from({ length: 5 }, (): Ladder => {
        const [i, j] = [3 + Math.floor(3 * random()), 8 + Math.floor(3 * random())];
        const isParallel = random() < 0.7;
        return {
          isParallel,
          pairs: [0, 1].map((k) => [isParallel ? i + k : i - k, j + k] as const),
        };
      });
      const atoms = Float64Array.from(randomTensor([15 * COUNT], seed).data, (x) => 5 * x);
      const held = sheetBonds(ladders, atoms);
      const bonds = held.flatMap((each) => each.bonds);
      expect(new Set(bonds.map(({ donor }) => donor)).size).toBe(bonds.length);
      expect(new Set(bonds.map(({ acceptor }) => acceptor)).size).toBe(bonds.length);
      numLeftOut += ladders.length - held.length;
    }
    expect(numLeftOut).toBeGreaterThan(10);
  });

  it('ask for no bond of an N-H or a C=O that the end of the chain lacks', () => {
    const [before, beyond] = [bond(3, 7), bond(9, 3)]; // of nine residues there is no tenth
    const ladder: Ladder = {
      isParallel: true,
      pairs: [
        [2, 7],
        [3, 8],
      ],
    };
    const atoms = atomsWith(
      [[before, 2.9]],
      [
        [2, 7, 4.8],
        [3, 8, 4.8],
      ],
      9,
    );
    const [held] = sheetBonds([ladder], atoms);
    expect(canBond(beyond, 9)).toBe(false);
    expect(held!.bonds).toEqual([before]);
  });
});
