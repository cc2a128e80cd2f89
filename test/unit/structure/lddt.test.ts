import { describe, expect, it } from 'vitest';
import { RESIDUE_LETTERS } from '#sequence/amino-acids';
import { lddtAllAtom, lddtCa } from '#structure/comparison/lddt';
import { ATOM14_SWAP } from '#structure/residues/symmetric-atoms';
import type { ResidueAtoms } from '#structure/residues/residue-atoms';
import { readFixture } from './fixtures.js';

/** Residues with a CA each, on the x axis. */
function caOnLine(...x: readonly number[]): ResidueAtoms {
  const atom14 = new Float32Array(42 * x.length);
  const atom14Mask = new Uint8Array(14 * x.length);
  x.forEach((value, i) => {
    atom14[42 * i + 3] = value;
    atom14Mask[14 * i + 1] = 1;
  });
  const residueIndex = Int32Array.from(x, (_, i) => i + 1);
  return {
    aatype: new Uint8Array(x.length),
    atom14,
    atom14Mask,
    chainIndex: new Int32Array(x.length),
    residueIndex,
  };
}

describe('lddtCa', () => {
  it.each([
    [0, 1],
    [0.5, 1],
    [1, 0.75],
    [2, 0.5],
    [4, 0.25],
    [5, 0],
  ])('of points 3 Å apart, one displaced by %d Å, is %d', (displacement, expected) => {
    const { score, mean, perResidue } = lddtCa(caOnLine(0, 3 + displacement), caOnLine(0, 3));
    expect([score, mean, ...perResidue]).toEqual([expected, expected, expected, expected]);
  });

  it('is 1 where no distance counts', () => {
    expect(lddtCa(caOnLine(0, 3), caOnLine(0, 16)).score).toBe(1);
    expect(lddtCa(caOnLine(), caOnLine()).score).toBe(1);
  });

  it('takes its distances from the truth alone', () => {
    expect(lddtCa(caOnLine(0, 16), caOnLine(0, 14.5)).score).toBe(0.5);
    expect(lddtCa(caOnLine(0, 14.5), caOnLine(0, 16)).score).toBe(1);
  });

  it('weighs residues by their distances in the score but not in the mean', () => {
    const { score, mean, perResidue } = lddtCa(caOnLine(0, 10, 30), caOnLine(0, 10, 20));
    expect([...perResidue]).toEqual([1, 0.5, 0]);
    expect([score, mean]).toEqual([0.5, 0.5]);
    const two = lddtCa(caOnLine(0, 1, 2, 30), caOnLine(0, 1, 2, 16));
    expect(two.score).toBeCloseTo(3 / 4, 12);
    expect(two.mean).toBeCloseTo((1 + 1 + 2 / 3 + 0) / 4, 6);
  });

  it('counts a residue that the model lacks as wrong', () => {
    const model = caOnLine(0, 3);
    (model.atom14Mask as Uint8Array)[15] = 0;
    expect(lddtCa(model, caOnLine(0, 3)).score).toBe(0);
  });

  it('leaves out residues nearer along the chain than asked', () => {
    // Of four residues only the ends are 3 places apart, and their distance is wrong.
    const { perResidue } = lddtCa(caOnLine(0, 1, 2, 30), caOnLine(0, 1, 2, 3), 3);
    expect([...perResidue]).toEqual([0, 1, 1, 0]);
  });

  it('refuses structures of different length', () => {
    expect(() => lddtCa(caOnLine(0), caOnLine(0, 3))).toThrow(/1 residues with a structure of 2/);
  });
});

describe('lddtAllAtom', () => {
  it('leaves out distances inside a residue', () => {
    const truth = caOnLine(0);
    (truth.atom14Mask as Uint8Array)[0] = 1;
    expect(lddtAllAtom({ ...truth, atom14: truth.atom14 }, truth).score).toBe(1);
    const moved = caOnLine(50);
    (moved.atom14Mask as Uint8Array)[0] = 1;
    expect(lddtAllAtom(moved, truth).score).toBe(1);
  });

  it('does not care which of two ambiguous names an atom has', () => {
    const truth = readFixture('5pti-a');
    const renamed = truth.atom14.map((x, i) => {
      const [atom, axis] = [Math.floor(i / 3), i % 3];
      const residue = Math.floor(atom / 14);
      const swap = ATOM14_SWAP[14 * truth.aatype[residue]! + (atom % 14)]!;
      return swap === atom % 14 ? x : truth.atom14[3 * (14 * residue + swap) + axis]!;
    });
    expect([...truth.aatype].some((type) => 'DEFY'.includes(RESIDUE_LETTERS[type]!))).toBe(true);
    expect(lddtAllAtom({ ...truth, atom14: renamed }, truth).score).toBe(1);
  });
});
