import { describe, expect, it } from 'vitest';
import { sheetBonds } from '#chain-folding/sheet-bonds';
import { strandLadders } from '#chain-folding/strand-ladders';
import { atomOffset } from '#structure/backbone/torsion-chain';
import { CA_SLOT, N_SLOT, O_SLOT } from '#structure/residues/atoms';
import { randomSource, randomTensor } from '../../helpers/random.js';

const PER_STRAND = 6;

/**
 * CA atoms of straight strands, 3.3 Å a residue, each 4.8 Å beside the last, with three residues between two of them.
 *
 * @param isUp of each strand: which way it runs
 */
function sheet(isUp: readonly boolean[]) {
  const count = isUp.length * (PER_STRAND + 3) + 1;
  const atoms = new Float64Array(atomOffset(count, 0)).fill(1000);
  const strand = new Float64Array(count);
  for (const [s, up] of isUp.entries()) {
    for (let k = 0; k < PER_STRAND; k++) {
      const residue = 2 + s * (PER_STRAND + 3) + k;
      const along = 3.3 * (up ? k : PER_STRAND - 1 - k);
      atoms.set([4.8 * s, along, 0], atomOffset(residue, CA_SLOT));
      strand[residue] = 0.8;
    }
  }
  return { atoms, strand };
}

/** Strands of {@link sheet} in a bundle: all within reach of several others. */
function bundle(numStrands: number, seed: number) {
  const random = randomSource(seed);
  const isUp = Array.from({ length: numStrands }, () => random() < 0.5);
  const { atoms, strand } = sheet(isUp);
  const axes = isUp.map(() => [11 * random(), 11 * random()] as const);
  for (let residue = 2; residue < strand.length; residue++) {
    if (strand[residue] === 0) continue;
    const [x, z] = axes[strandOf(residue)]!;
    const ca = atomOffset(residue, CA_SLOT);
    atoms.set([x, atoms[ca + 1]!, z], ca);
  }
  return { atoms, strand };
}

const strandOf = (residue: number) => Math.floor((residue - 2) / (PER_STRAND + 3));

describe('strandLadders', () => {
  it('pairs antiparallel strands outwards from the turn', () => {
    const { atoms, strand } = sheet([true, false]);
    const [ladder, ...others] = strandLadders(atoms, strand);
    expect(others).toEqual([]);
    expect(ladder).toEqual({
      isParallel: false,
      pairs: [7, 6, 5, 4, 3, 2].map((i) => [i, 18 - i]),
    });
  });

  it('pairs parallel strands from start to end', () => {
    const { atoms, strand } = sheet([true, true]);
    expect(strandLadders(atoms, strand)).toEqual([
      { isParallel: true, pairs: [2, 3, 4, 5, 6, 7].map((i) => [i, i + 9]) },
    ]);
  });

  it('pairs each strand with the one on either side, and no three with each other', () => {
    const { atoms, strand } = sheet([true, false, true, false]);
    const ladders = strandLadders(atoms, strand);
    const pairs = ladders.map(({ pairs }) => pairs[0]!.map(strandOf).join());
    expect(pairs.sort()).toEqual(['0,1', '1,2', '2,3']);
  });

  it('gives each residue two sides: no third partner, no partner twice, no three side by side', () => {
    let numLadders = 0;
    for (let seed = 0; seed < 60; seed++) {
      const { atoms, strand } = bundle(5, seed);
      const partners = new Map<number, number[]>();
      for (const { pairs } of strandLadders(atoms, strand)) {
        numLadders++;
        for (const [i, j] of [...pairs, ...pairs.map(([i, j]) => [j, i] as const)])
          partners.set(i, [...(partners.get(i) ?? []), j]);
      }
      for (const [residue, own] of partners) {
        expect(own.length).toBeLessThanOrEqual(2);
        const strands = own.map(strandOf);
        expect(new Set(strands).size).toBe(own.length);
        for (const beyond of own.flatMap((partner) => partners.get(partner)!))
          if (beyond !== residue) expect(strands).not.toContain(strandOf(beyond));
      }
    }
    expect(numLadders).toBeGreaterThan(150);
  });

  it('gives no strand a third neighbour at an offset', () => {
    // A strand of 12 residues with strands of 6 around it: two beside its first half, one beside the second.
    const [first, ...others] = [
      { start: 2, length: 12, at: [0, 0, 0] },
      { start: 20, length: 6, at: [4.8, 0, 0] },
      { start: 32, length: 6, at: [-4.8, 0, 0] },
      { start: 44, length: 6, at: [0, 6 * 3.3, 4.8] },
    ] as const;
    const count = 52;
    const atoms = new Float64Array(atomOffset(count, 0)).fill(1000);
    const strand = new Float64Array(count);
    for (const { start, length, at } of [first, ...others])
      for (let k = 0; k < length; k++) {
        atoms.set([at[0], at[1] + 3.3 * k, at[2]], atomOffset(start + k, CA_SLOT));
        strand[start + k] = 0.8;
      }
    const besideFirst = (from: number): number[] =>
      strandLadders(atoms, strand).flatMap(({ pairs }) =>
        pairs.flatMap(([i, j]) => (j >= from && j < from + 6 && i < 14 ? [i] : [])),
      );
    expect(besideFirst(20)).toEqual([2, 3, 4, 5, 6, 7]);
    expect(besideFirst(32)).toEqual([2, 3, 4, 5, 6, 7]);
    // The two residues behind the first half belong to the part of the strand that has two neighbours already.
    expect(besideFirst(44)).toEqual([10, 11, 12, 13]);
  });

  it('leaves alone what is far apart or not likely to be a strand', () => {
    const { atoms, strand } = sheet([true, false]);
    expect(
      strandLadders(
        atoms,
        strand.map((p) => p / 3),
      ),
    ).toEqual([]);
    expect(
      strandLadders(
        atoms.map((x) => 4 * x),
        strand,
      ),
    ).toEqual([]);
  });
});

describe('the limits of strandLadders', () => {
  /** Straight stretches of CA, 3.3 Å a residue, of which each may be a strand; all else lies far away. */
  function stretches(
    count: number,
    each: readonly {
      first: number;
      last: number;
      at: number;
      /** Residue numbers rise along y from here on, or fall. */
      from: number;
      step: 1 | -1;
      probability?: number;
    }[],
  ) {
    const atoms = Float64Array.from({ length: atomOffset(count, 0) }, (_, k) => 1000 * k);
    const strand = new Float64Array(count);
    for (const { first, last, at, from, step, probability = 0.8 } of each)
      for (let i = first; i <= last; i++) {
        atoms.set([at, 3.3 * (from + step * (i - first)), 0], atomOffset(i, CA_SLOT));
        strand[i] = probability;
      }
    return strandLadders(atoms, strand);
  }

  const hairpin = (first: number, length: number, turn: number, apart = 4.8, count = 40) => {
    const second = first + length + turn;
    return stretches(count, [
      { first, last: first + length - 1, at: 0, from: 0, step: 1 },
      { first: second, last: second + length - 1, at: apart, from: length - 1, step: -1 },
    ]);
  };

  it('are three pairs at least', () => {
    expect(hairpin(5, 2, 4)).toEqual([]);
    expect(hairpin(5, 3, 4)).toEqual([
      {
        isParallel: false,
        pairs: [
          [7, 12],
          [6, 13],
          [5, 14],
        ],
      },
    ]);
  });

  it('may be antiparallel across any turn', () => {
    const [ladder] = hairpin(5, 4, 9);
    expect(ladder).toMatchObject({ isParallel: false });
    expect(ladder!.pairs[0]).toEqual([8, 18]);
  });

  it('are two residues in the turn between antiparallel strands', () => {
    expect(hairpin(5, 4, 2)[0]!.pairs[0]).toEqual([8, 11]);
    for (const { pairs } of hairpin(5, 4, 1))
      for (const [i, j] of pairs) expect(j - i).toBeGreaterThanOrEqual(3);
  });

  it('are six residues from a strand to the parallel one', () => {
    const parallel = (separation: number) =>
      stretches(40, [
        { first: 5, last: 7, at: 0, from: 0, step: 1 },
        { first: 5 + separation, last: 7 + separation, at: 4.8, from: 0, step: 1 },
      ]).filter(({ isParallel }) => isParallel);
    expect(parallel(6)[0]!.pairs).toEqual([
      [5, 11],
      [6, 12],
      [7, 13],
    ]);
    expect(parallel(5)).toEqual([]);
  });

  it('lie where half the worth is lost at 8 Å, and what is left is worth more than 0.05', () => {
    // Of two strands with probabilities 0.9 and 0.5, 1 / 9 of 0.45 is left where e^((x - 8) / 2) is 8.
    const furthest = 8 + 2 * Math.log(8);
    const at = (apart: number) =>
      stretches(40, [
        { first: 5, last: 10, at: 0, from: 0, step: 1, probability: 0.9 },
        { first: 20, last: 25, at: apart, from: 0, step: 1, probability: 0.5 },
      ]);
    expect(at(furthest - 0.01).map(({ pairs }) => pairs.length)).toEqual([6]);
    expect(at(furthest + 0.01)).toEqual([]);
  });

  it('are a probability of 0.35', () => {
    const at = (probability: number) =>
      stretches(40, [
        { first: 5, last: 8, at: 0, from: 0, step: 1, probability },
        { first: 20, last: 23, at: 2, from: 0, step: 1 },
      ]);
    expect(at(0.35)).toHaveLength(1);
    expect(at(0.349)).toEqual([]);
  });

  it('leave out the first and the last residue of the chain, which lack a neighbour', () => {
    for (const first of [0, 1]) {
      const last = first + 11; // of 13 residues the last is 12
      expect(hairpin(first, 5, 2, 4.8, 13)[0]!.pairs).toEqual(
        [4, 3, 2, 1].map((k) => [first + k, last - k]),
      );
    }
  });

  it('end a ladder where its strands have parted', () => {
    // From its seventh residue on, the second strand is 30 Å away.
    const [ladder] = stretches(60, [
      { first: 5, last: 14, at: 0, from: 0, step: 1 },
      { first: 30, last: 35, at: 4.8, from: 0, step: 1 },
      { first: 36, last: 39, at: 30, from: 6, step: 1 },
    ]);
    expect(ladder!.pairs).toEqual([5, 6, 7, 8, 9, 10].map((i) => [i, i + 25]));
  });

  it('take the nearest neighbours first', () => {
    const near = stretches(60, [
      { first: 5, last: 10, at: 0, from: 0, step: 1 },
      { first: 20, last: 25, at: 5.5, from: 0, step: 1 },
      { first: 40, last: 45, at: -4.5, from: 0, step: 1 },
    ]);
    expect(near.map(({ pairs }) => pairs[0])).toEqual([
      [5, 40],
      [5, 20],
    ]);
  });
});

describe('sheetBonds', () => {
  it.each([
    ['antiparallel', [true, false, true]],
    ['parallel', [true, true, true]],
    ['mixed', [true, false, false]],
  ])('bonds every N-H and C=O of %s strands at most once', (_, isUp) => {
    const { atoms, strand } = sheet(isUp);
    const ladders = strandLadders(atoms, strand);
    const held = sheetBonds(ladders, atoms);
    expect(ladders).toHaveLength(2);
    expect(held).toHaveLength(2);
    const bonds = held.flatMap(({ bonds }) => bonds);
    expect(bonds.length).toBeGreaterThanOrEqual(10);
    expect(new Set(bonds.map(({ donor }) => donor)).size).toBe(bonds.length);
    expect(new Set(bonds.map(({ acceptor }) => acceptor)).size).toBe(bonds.length);
  });

  it('is not left to rounding which of two strained bonds is asked for', () => {
    const { atoms, strand } = sheet([true, true]);
    const [ladder] = strandLadders(atoms, strand);
    const pairs = ladder!.pairs.slice(1, 5);
    for (let residue = 0; residue < strand.length; residue++) {
      const ca = atomOffset(residue, CA_SLOT);
      atoms.set([atoms[ca]! + 0.4, atoms[ca + 1]! - 1.2, 0.7], atomOffset(residue, N_SLOT));
      atoms.set([atoms[ca]! - 0.4, atoms[ca + 1]! + 1.2, 2.3], atomOffset(residue, O_SLOT));
    }
    // The outer bonds of the two best ways are torn, so far that they hardly count.
    for (const [i, j] of [pairs[0]!, pairs.at(-1)!]) {
      for (const far of [i - 1, i + 1]) atoms[atomOffset(far, O_SLOT) + 2]! += 40 + far ** 2;
      for (const far of [j - 1, j + 1]) atoms[atomOffset(far, N_SLOT) + 2]! -= 40 + far ** 2;
    }
    const choices = Array.from({ length: 40 }, (_, seed) => {
      const noise = randomTensor([atoms.length], seed).data;
      const rounded = atoms.map((x, k) => x * (1 + 1e-13 * noise[k]!));
      return JSON.stringify(sheetBonds([{ isParallel: true, pairs }], rounded)[0]!.bonds);
    });
    expect(new Set(choices).size).toBe(1);
  });

  it('asks for the bonds that DSSP knows bridges by', () => {
    const at = (isUp: readonly boolean[]) => {
      const { atoms, strand } = sheet(isUp);
      return sheetBonds(strandLadders(atoms, strand), atoms)[0]!;
    };
    const antiparallel = at([true, false]);
    for (const { donor, acceptor } of antiparallel.bonds) {
      expect(antiparallel.bonds).toContainEqual({ donor: acceptor, acceptor: donor });
      expect(donor + acceptor).toBe(18);
    }
    const parallel = at([true, true]);
    for (const { donor, acceptor } of parallel.bonds) {
      expect(Math.abs(Math.abs(donor - acceptor) - 9)).toBe(1);
    }
  });
});
