import { describe, expect, it } from 'vitest';
import { CB_SLOT, CA_SLOT, C_SLOT, N_SLOT, O_SLOT } from '#structure/residues/atoms';
import { chainKindOf } from '#training/data-build/chain-kind';
import { completeBackbone } from '#training/data-build/complete-backbone';
import { readFixture } from '../../structure/fixtures.js';

/** A fixture with only some of its slots. */
function stripped(name: string, slots: readonly number[]) {
  const known = readFixture(name);
  const atom14Mask = known.atom14Mask.map((isKnown, i) => (slots.includes(i % 14) ? isKnown : 0));
  return { known, atoms: { ...known, atom14: known.atom14.slice(), atom14Mask } };
}

describe('completeBackbone', () => {
  it('puts O and CB where they were measured, to a few tenths of an Å', () => {
    const { known, atoms } = stripped('2hbb-a', [N_SLOT, CA_SLOT, C_SLOT]);
    completeBackbone(atoms);
    const worst = { [O_SLOT]: 0, [CB_SLOT]: 0 };
    for (let residue = 0; residue + 1 < known.aatype.length; residue++) {
      for (const slot of [O_SLOT, CB_SLOT] as const) {
        const atom = 14 * residue + slot;
        expect(atoms.atom14Mask[atom]).toBe(known.atom14Mask[atom]);
        if (!known.atom14Mask[atom]) continue;
        const apart = [0, 1, 2].map(
          (k) => atoms.atom14[3 * atom + k]! - known.atom14[3 * atom + k]!,
        );
        worst[slot] = Math.max(worst[slot], Math.hypot(...apart));
      }
    }
    expect(worst[O_SLOT]).toBeLessThan(0.2);
    expect(worst[CB_SLOT]).toBeLessThan(0.4);
  });

  it('leaves measured atoms alone and adds no O before a gap', () => {
    const { known, atoms } = stripped('1brs-d', [N_SLOT, CA_SLOT, C_SLOT]);
    completeBackbone(atoms);
    for (let atom = 0; atom < atoms.atom14Mask.length; atom++) {
      if (atom % 14 > C_SLOT) continue;
      const three = (values: Float32Array) => [...values.subarray(3 * atom, 3 * atom + 3)];
      expect(three(atoms.atom14)).toEqual(three(known.atom14));
    }
    expect(atoms.atom14Mask[14 * 62 + O_SLOT]).toBe(0);
    expect(atoms.atom14Mask[14 * 61 + O_SLOT]).toBe(1);
  });
});

describe('chainKindOf', () => {
  const everything = Array.from({ length: 14 }, (_, slot) => slot);
  it.each([
    ['all-atom', everything],
    ['backbone', [N_SLOT, CA_SLOT, C_SLOT, O_SLOT, CB_SLOT]],
    ['backbone-no-o', [N_SLOT, CA_SLOT, C_SLOT]],
    ['ca-only', [CA_SLOT]],
    ['ca-only', [CA_SLOT, CB_SLOT]],
  ])('says %s', (kind, slots) => {
    expect(chainKindOf(stripped('5pti-a', slots).atoms)).toBe(kind);
  });
});
