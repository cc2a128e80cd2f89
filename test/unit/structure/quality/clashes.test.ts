import { describe, expect, it } from 'vitest';
import { findClashes } from '#structure/quality/clashes';
import { madeUp, type MadeUp } from '../fixtures.js';

const [N, CA, O, CB, LAST] = [0, 1, 3, 4, 13] as const;

/** A residue with its CA at x and perhaps another atom elsewhere on the x axis. */
const at = (x: number, atoms: Record<number, number> = {}, more: Partial<MadeUp> = {}): MadeUp => ({
  ...more,
  atoms: Object.fromEntries(
    Object.entries({ [CA]: x, ...atoms }).map(([slot, place]) => [slot, [place, 0, 0] as const]),
  ),
});

const pairsOf = (residues: readonly MadeUp[]) =>
  findClashes(madeUp(residues)).clashes.map((clash) => clash.residues);

describe('findClashes', () => {
  it('names both atoms, those of the earlier residue first, and how close they are', () => {
    const residues = [at(0, { [LAST]: 7 }), at(30), at(12, { [O]: 8.5 })];
    expect(findClashes(madeUp(residues))).toEqual({
      clashes: [{ residues: [0, 2], slots: [LAST, O], distance: 1.5 }],
      backboneFraction: 0,
      fraction: 2 / 3,
    });
  });

  it('allows 2 Å and more', () => {
    const [first, between] = [at(0), at(50)];
    expect(pairsOf([first, between, at(2)])).toEqual([]);
    expect(pairsOf([first, between, at(1.99)])).toEqual([[0, 2]]);
  });

  it('does not compare neighbours in a chain, but those in other chains', () => {
    expect(pairsOf([at(0, {}, { number: 7 }), at(1, {}, { number: 8 })])).toEqual([]);
    expect(pairsOf([at(0, {}, { number: 8 }), at(1, {}, { number: 7 })])).toEqual([]);
    expect(pairsOf([at(0, {}, { number: 7 }), at(1, {}, { number: 9 })])).toEqual([[0, 1]]);
    expect(pairsOf([at(0, {}, { number: 7 }), at(1, {}, { number: 8, chain: 1 })])).toEqual([
      [0, 1],
    ]);
  });

  it('sees atoms meet as far from their CA as side chains reach', () => {
    const residues = [at(0, { [LAST]: 8 }), at(50), at(18, { [LAST]: 9.9 })];
    expect(pairsOf(residues)).toEqual([[0, 2]]);
  });

  it('takes O for a part of the backbone and CB for none', () => {
    const meeting = (slot: number) =>
      findClashes(madeUp([at(0, { [slot]: 4 }), at(50), at(9, { [slot]: 5 })]));
    expect(meeting(O)).toMatchObject({ backboneFraction: 2 / 3, fraction: 2 / 3 });
    expect(meeting(CB)).toMatchObject({ backboneFraction: 0, fraction: 2 / 3 });
  });

  it('compares the atoms of both residues alone, wherever they are', () => {
    const residues = [
      at(1000, { [O]: 1005 }, { number: 1 }),
      at(1010, {}, { number: 3 }),
      at(1008, { [N]: 1005.5 }, { number: 0 }), // a neighbour of the first
      at(1012, { [N]: 1020 }, { number: 6 }),
      at(1028, { [CB]: 1020.5 }, { number: 9 }),
    ];
    expect(pairsOf(residues)).toEqual([[3, 4]]);
  });

  it('does not mind where atoms are said to be that are not known', () => {
    const atUnknown: MadeUp = { atoms: { [CA]: [9, 0, 0], [CB]: [7, 7, 7.5] } };
    expect(pairsOf([at(0), at(50), atUnknown])).toEqual([]);
    expect(pairsOf([atUnknown, at(50), at(0)])).toEqual([]);
  });

  it('counts residues once, and for the backbone those whose N, CA, C or O meet', () => {
    const none = { backboneFraction: 0, fraction: 0 };
    expect(findClashes(madeUp([]))).toEqual({ clashes: [], ...none });
    const residues = [
      ...[at(0, { [N]: 0.1, [CB]: 0.2 }), at(50), at(1, { [O]: 1.1, [LAST]: 1.2 }), at(90)],
      ...[at(200, { [CB]: 203 }), at(80), at(206, { [CB]: 203.5 })],
      { atoms: { [N]: [0, 0, 0] } } as const, // left out: it has no CA
    ];
    const { clashes, backboneFraction, fraction } = findClashes(madeUp(residues));
    expect(clashes).toHaveLength(3 * 3 + 1);
    expect(backboneFraction).toBe(2 / 7);
    expect(fraction).toBe(4 / 7);
  });
});
