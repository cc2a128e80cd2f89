import { describe, expect, it } from 'vitest';
import { addRepulsion, nearPairs } from '#chain-folding/repulsion';
import { atomOffset, CHAIN_ATOMS } from '#structure/backbone/torsion-chain';
import { CA_SLOT } from '#structure/residues/atoms';

/** Å below which N, CA, C, O and CB repel: each against itself and those after it. */
const CONTACTS = [[3, 3.4, 3.2, 2.8, 3.2], [4.3, 3.6, 3.1, 3.7], [3.4, 3, 3.5], [2.9, 3.1], [3.6]];

/** Three residues whose atoms are all far apart, but one of the first and one of the last, which are `apart`, Å. */
function touching(first: number, second: number, apart: number): Float64Array {
  const atoms = Float64Array.from({ length: 45 }, (_, k) => 20 * k);
  const at = atomOffset(0, first);
  const direction = [2 / 7, 3 / 7, 6 / 7];
  const there = direction.map((along, k) => atoms[at + k]! + apart * along);
  atoms.set(there, atomOffset(2, second));
  return atoms;
}

const NEAR = [0, 2];

describe('addRepulsion', () => {
  it('sets in at the contact distance of the two atoms, whichever of the residues has which', () => {
    for (const [a, row] of CONTACTS.entries())
      for (const [k, contact] of row.entries())
        for (const [first, second] of [
          [a, a + k],
          [a + k, a],
        ] as const) {
          const energyAt = (apart: number) =>
            addRepulsion(touching(first, second, apart), new Float64Array(45), 1, NEAR);
          expect(energyAt(contact + 0.001)).toBe(0);
          expect(energyAt(contact - 0.001)).toBeGreaterThan(0);
          expect(energyAt(contact - 0.001)).toBeLessThan(1e-6);
        }
  });

  it('is 0.6 of the square of a small overlap, and level where one atom lies on the other', () => {
    const by = new Float64Array(45).fill(1);
    // Squares of 3.1 and 3 Å differ by 0.61; half of that, by 3.1 Å, is the overlap.
    const energy = 0.6 * (0.61 / (2 * 3.1)) ** 2;
    expect(addRepulsion(touching(1, 3, 3), by, 1, NEAR)).toBeCloseTo(energy, 12);
    const slope = (0.6 * 0.61 * 3) / 3.1 ** 2;
    for (const [k, along] of [2 / 7, 3 / 7, 6 / 7].entries()) {
      expect(by[atomOffset(0, 1) + k]).toBeCloseTo(1 + slope * along, 9);
      expect(by[atomOffset(2, 3) + k]).toBeCloseTo(1 - slope * along, 9);
    }
    const onTop = new Float64Array(45);
    expect(addRepulsion(touching(1, 3, 0), onTop, 2, NEAR)).toBeCloseTo(1.2 * (3.1 / 2) ** 2, 9);
    expect(onTop.every((x) => Math.abs(x) < 1e-9)).toBe(true);
  });

  it('is that of all pairs that are near where none are named', () => {
    const atoms = touching(CA_SLOT, CA_SLOT, 3);
    const energy = addRepulsion(atoms, new Float64Array(45), 1, NEAR);
    expect(energy).toBeGreaterThan(0);
    expect(addRepulsion(atoms, new Float64Array(45))).toBe(energy);
    expect(addRepulsion(atoms, new Float64Array(45), 3, [0, 1, 0, 2])).toBeCloseTo(3 * energy, 12);
  });
});

describe('nearPairs', () => {
  const line = (step: number) => {
    const atoms = Float64Array.from({ length: 4 * 3 * CHAIN_ATOMS }, (_, k) => 100 * k);
    for (let i = 0; i < 4; i++) atoms.set([0, step * i, 0], atomOffset(i, CA_SLOT));
    return atoms;
  };

  it('are those whose CA lie within 8 Å and a margin, but for neighbours in sequence', () => {
    expect(nearPairs(line(3.99))).toEqual([0, 2, 1, 3]);
    expect(nearPairs(line(4.01))).toEqual([]);
    expect(nearPairs(line(4.01), 0.1)).toEqual([0, 2, 1, 3]);
    expect(nearPairs(line(2.6))).toEqual([0, 2, 0, 3, 1, 3]);
    expect(nearPairs(new Float64Array(0))).toEqual([]);
  });
});
