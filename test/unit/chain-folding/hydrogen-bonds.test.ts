import { describe, expect, it } from 'vitest';
import { addHydrogenBonds, bondLength, canBond, isFormed } from '#chain-folding/hydrogen-bonds';
import { atomOffset } from '#structure/backbone/torsion-chain';
import { CA_SLOT, C_SLOT, N_SLOT, O_SLOT } from '#structure/residues/atoms';

const BOND = { donor: 3, acceptor: 0 };

/** Five residues, all atoms but those given far from each other. */
function atomsWith(places: readonly (readonly [residue: number, slot: number, at: number[]])[]) {
  const atoms = Float64Array.from({ length: 75 }, (_, k) => 50 * k);
  for (const [residue, slot, at] of places) atoms.set(at, atomOffset(residue, slot));
  return atoms;
}

const nToO = (length: number) =>
  atomsWith([
    [BOND.donor, N_SLOT, [1, 1, 1]],
    [BOND.acceptor, O_SLOT, [1, 1 - length, 1]],
  ]);

describe('canBond', () => {
  it('is true of residues that have a C=O before the N-H, and an N after the C=O', () => {
    expect(canBond({ donor: 1, acceptor: 3 }, 5)).toBe(true);
    expect(canBond({ donor: 0, acceptor: 3 }, 5)).toBe(false);
    expect(canBond({ donor: 4, acceptor: 0 }, 5)).toBe(true);
    expect(canBond({ donor: 5, acceptor: 0 }, 5)).toBe(false);
    expect(canBond({ donor: 1, acceptor: -1 }, 5)).toBe(false);
    expect(canBond({ donor: 1, acceptor: 4 }, 5)).toBe(false);
  });
});

describe('isFormed', () => {
  it('is true where N and O are closer than 3.5 Å', () => {
    expect(bondLength(BOND, nToO(3))).toBeCloseTo(3, 12);
    expect(isFormed(BOND, nToO(3.49))).toBe(true);
    expect(isFormed(BOND, nToO(3.51))).toBe(false);
  });
});

describe('addHydrogenBonds', () => {
  /** Energy of a spring of strength 1, quadratic up to 2 Å. */
  const spring = (excess: number) =>
    Math.abs(excess) < 2 ? excess ** 2 : 4 * Math.abs(excess) - 4;

  it.each([
    ['too long', [1.2, -0.9, 4.3]],
    ['with H near O', [0.2, -0.1, 1.3]],
  ] as const)('has the energy of N-O, N-C, CA-O and H-O, here %s', (_, [x, y, z]) => {
    // H is 1 Å from N, away from the C=O of the residue before.
    const atoms = atomsWith([
      [3, N_SLOT, [0, 0, 0]],
      [3, CA_SLOT, [0, 3, 0]],
      [2, C_SLOT, [-1, 0, 0]],
      [2, O_SLOT, [-1, 0, -1.231]],
      [0, O_SLOT, [x, y, z]],
      [0, C_SLOT, [0, 0, 5.1]],
    ]);
    const energy =
      spring(Math.hypot(x, y, z) - 2.9) +
      0.3 * spring(5.1 - 3.85) +
      0.3 * spring(Math.hypot(x, y - 3, z) - 3.55) +
      spring(Math.hypot(x, y, z - 1) - 2);
    const by = new Float64Array(75);
    expect(addHydrogenBonds([BOND], atoms, by, 5)).toBeCloseTo(5 * energy, 9);
    expect(addHydrogenBonds([BOND, BOND], atoms, by, 5)).toBeCloseTo(10 * energy, 9);
    expect(addHydrogenBonds([], atoms, by, 5)).toBe(0);
    // Forces within a bond cancel.
    for (let k = 0; k < 3; k++) {
      const sum = by.reduce((total, slope, at) => total + (at % 3 === k ? slope : 0), 0);
      expect(sum).toBeCloseTo(0, 9);
    }
  });

  it('is finite where H lies on O', () => {
    const atoms = atomsWith([
      [3, N_SLOT, [0, 0, 0]],
      [2, C_SLOT, [-1, 0, 0]],
      [2, O_SLOT, [-1, 0, -1.231]],
      [0, O_SLOT, [0, 0, 1]],
    ]);
    const by = new Float64Array(75);
    expect(addHydrogenBonds([BOND], atoms, by, 1)).toBeGreaterThan(1.99 ** 2);
    expect(by.every(Number.isFinite)).toBe(true);
  });
});
