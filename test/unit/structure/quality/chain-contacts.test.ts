import { expect, it } from 'vitest';
import { chainContacts } from '#structure/quality/chain-contacts';
import { madeUp } from '../fixtures.js';

/** Alanines with CA and CB alone, at given places along x; CB 1.5 Å further up. */
function alanines(places: readonly (readonly [chain: number, x: number])[]) {
  const atom14 = new Float32Array(42 * places.length);
  const atom14Mask = new Uint8Array(14 * places.length);
  places.forEach(([, x], i) => {
    for (const slot of [1, 4]) {
      atom14.set([x, slot === 4 ? 1.5 : 0, 0], 42 * i + 3 * slot);
      atom14Mask[14 * i + slot] = 1;
    }
  });
  return {
    aatype: new Uint8Array(places.length),
    atom14,
    atom14Mask,
    chainIndex: Int32Array.from(places, ([chain]) => chain),
    residueIndex: Int32Array.from(places, (_, i) => i + 1),
  };
}

it('residues of two chains touch within 5 Å, and only those', () => {
  const residues = alanines([[0, 0], [0, 3], [1, 4.9], [1, 8.1], [2, 5]]); // prettier-ignore
  expect(chainContacts(residues, [0, 1])).toEqual([[0, 2], [1, 2]]); // prettier-ignore
  expect(chainContacts(residues, [1, 0])).toEqual([[2, 0], [2, 1]]); // prettier-ignore
  expect(chainContacts(residues, [0, 2])).toEqual([[0, 4], [1, 4]]); // prettier-ignore
});

it('side chains reach further than their CA: 5 Å are between any heavy atoms', () => {
  const residues = alanines([[0, 0], [1, 0]]); // prettier-ignore
  residues.atom14.set([0, 6.4, 0], 42 + 3); // its CA
  residues.atom14.set([0, 7, 0], 42 + 12); // its CB
  expect(chainContacts(residues, [0, 1])).toEqual([[0, 1]]);
  residues.atom14Mask[4] = 0;
  expect(chainContacts(residues, [0, 1])).toEqual([]);
});

it('any atom of a residue can touch, and none of the next residue', () => {
  const [CA, N, LAST] = [1, 0, 13] as const;
  const touching = (slot: number) =>
    chainContacts(
      madeUp([
        { atoms: { [CA]: [990, 0, 0] } },
        { atoms: { [CA]: [1000, 0, 0], [slot]: [1005, 0, 0] } },
        { atoms: { [CA]: [980, 0, 0], [N]: [1005, 0, 0] } },
        { chain: 1, atoms: { [CA]: [1016, 0, 0], [slot]: [1010, 0, 0] } },
        { chain: 1, atoms: { [CA]: [1040, 0, 0], [N]: [1010, 0, 0] } },
      ]),
      [0, 1],
    );
  for (const slot of [N, LAST]) expect(touching(slot)).toEqual([[1, 3]]);
});

it('an atom that is not known touches nothing, wherever it is said to be', () => {
  const plain = { atoms: { 1: [0, 0, 0] } } as const;
  const atUnknown = { chain: 1, atoms: { 1: [9, 0, 0], 4: [7, 7, 7.5] } } as const;
  expect(chainContacts(madeUp([plain, atUnknown]), [0, 1])).toEqual([]);
  expect(chainContacts(madeUp([plain, atUnknown]), [1, 0])).toEqual([]);
});
