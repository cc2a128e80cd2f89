import { describe, expect, it } from 'vitest';
import { push, separation } from '#chain-folding/atom-pair';
import { peptideBonds } from '#chain-folding/peptide-bonds';
import type { Scaffold } from '#chain-folding/scaffold';
import { addSprings, stretch } from '#chain-folding/springs';
import { addTethers } from '#chain-folding/tethers';
import { atomOffset, emptyChain, placeChain } from '#structure/backbone/torsion-chain';
import { CA_SLOT, C_SLOT, N_SLOT } from '#structure/residues/atoms';

/** Three points; the second and the third are 7 Å apart. */
const POINTS = Float64Array.of(9, 9, 9, 1, 2, 3, 3, 5, 9);

describe('separation', () => {
  it('is the distance of two atoms, and never 0', () => {
    expect(separation(POINTS, 3, 6)).toBe(7);
    expect(separation(POINTS, 6, 3)).toBe(7);
    expect(separation(POINTS, 0, 3)).toBeCloseTo(Math.sqrt(64 + 49 + 36), 12);
    expect(separation(POINTS, 3, 3)).toBe(0.01);
  });
});

describe('push', () => {
  it('adds opposite vectors along the line between two atoms', () => {
    const by = new Float64Array(9).fill(1);
    push(POINTS, by, 3, 6, 2);
    expect([...by]).toEqual([1, 1, 1, -3, -5, -11, 5, 7, 13]);
  });
});

describe('stretch', () => {
  it('is quadratic up to 2 Å either way, and linear further off', () => {
    expect(stretch(0)).toEqual([0, 0]);
    expect(stretch(0.5)).toEqual([0.25, 1]);
    expect(stretch(-0.5)).toEqual([0.25, -1]);
    expect(stretch(2)).toEqual([4, 4]);
    expect(stretch(3)).toEqual([8, 4]);
    expect(stretch(-3)).toEqual([8, -4]);
  });
});

describe('addSprings', () => {
  it('adds up energies by strength, and derivatives to what is there', () => {
    const by = new Float64Array(9).fill(1);
    const atoms = [3, 6] as const;
    const long = { atoms, length: 6.5, strength: 3 }; // too long by 0.5 Å: draws its ends together
    const short = { atoms, length: 10, strength: 2 }; // too short by 3 Å
    expect(addSprings([], POINTS, by)).toBe(0);
    expect(addSprings([long], POINTS, by)).toBeCloseTo(0.75, 12);
    expect(addSprings([long, short], POINTS, by)).toBeCloseTo(0.75 + 16, 12);
    // 3 + 3 - 8 along the unit vector (-2, -3, -6) / 7
    for (const [k, along] of [-2, -3, -6].entries()) {
      expect(by[k]).toBe(1);
      expect(by[3 + k]).toBeCloseTo(1 - (2 * along) / 7, 12);
      expect(by[6 + k]).toBeCloseTo(1 + (2 * along) / 7, 12);
    }
  });
});

describe('addTethers', () => {
  /** Three residues of which the scaffold knows the first by its backbone, the third by its CA. */
  const scaffold: Scaffold = {
    atoms: Float64Array.from({ length: 45 }, (_, k) => k / 10),
    isKnown: Uint8Array.of(1, 0, 1),
    hasBackbone: Uint8Array.of(1, 1, 0),
  };
  const moved = scaffold.atoms.map((x, k) => x + [2, 3, 6][k % 3]!); // each by 7 Å

  it('holds CA with full strength, N and C with a tenth, O and the pseudo-beta not at all', () => {
    const by = new Float64Array(45).fill(1);
    // An atom that is 7 Å too far away has energy 24 and slope 4.
    expect(addTethers(scaffold, moved, by, 5)).toBeCloseTo(5 * 24 * (1 + 0.1 + 0.1 + 1), 9);
    const share = [0.1, 1, 0.1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0];
    for (const [k, slope] of by.entries()) {
      const along = [2, 3, 6][k % 3]! / 7;
      expect(slope).toBeCloseTo(1 + 5 * 4 * along * share[Math.floor(k / 3)]!, 9);
    }
  });

  it('leaves atoms alone that are in their places', () => {
    const by = new Float64Array(45);
    expect(addTethers(scaffold, scaffold.atoms, by, 5)).toBe(0);
    expect([...by]).toEqual(Array.from(by, () => 0));
  });
});

describe('peptideBonds', () => {
  it('are four springs a bond, at rest in any chain of ideal bonds', () => {
    const [phiPsi, aatype] = [
      [0.3, -2, 1.1, 0.4, -0.9, 2.7],
      [3, 7, 0],
    ];
    const chain = emptyChain(3);
    placeChain(chain, Float64Array.from(phiPsi), aatype);
    const springs = peptideBonds(3);
    expect(springs).toHaveLength(8);
    expect(addSprings(springs, chain.atoms, new Float64Array(45))).toBeCloseTo(0, 12);
    const between = (slot: number, nextSlot: number, residue: number) =>
      springs.find(
        ({ atoms: [a, b] }) =>
          a === atomOffset(residue, slot) && b === atomOffset(residue + 1, nextSlot),
      );
    for (const residue of [0, 1]) {
      expect(between(C_SLOT, N_SLOT, residue)).toMatchObject({ strength: 600 });
      expect(between(C_SLOT, N_SLOT, residue)!.length).toBeCloseTo(1.33, 2);
      for (const [slot, nextSlot] of [
        [CA_SLOT, N_SLOT],
        [C_SLOT, CA_SLOT],
        [CA_SLOT, CA_SLOT],
      ] as const)
        expect(between(slot, nextSlot, residue)).toMatchObject({ strength: 300 });
      expect(between(CA_SLOT, CA_SLOT, residue)!.length).toBeCloseTo(3.8, 1);
    }
  });

  it('are none in a chain of one residue, or of none', () => {
    expect(peptideBonds(1)).toEqual([]);
    expect(peptideBonds(0)).toEqual([]);
  });
});
