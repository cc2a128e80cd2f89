import { describe, expect, it } from 'vitest';
import { RESIDUE_LETTERS, RESIDUE_NAMES } from '#sequence/amino-acids';
import { ATOM14_SWAP } from '#structure/residues/symmetric-atoms';
import {
  ATOM14_MASK,
  ATOM14_NAMES,
  ATOM14_TO_ATOM37,
  ATOM37_MASK,
  ATOM37_NAMES,
  ATOM37_TO_ATOM14,
} from '#structure/residues/atoms';
import {
  ATOM14_LOCAL_POSITIONS,
  ATOM14_RIGID_GROUP,
  RIGID_GROUP_DEFAULT_FRAMES,
} from '#structure/residues/rigid-groups';
import { CHI_ATOMS, CHI_MASK, CHI_PI_PERIODIC } from '#structure/backbone/torsions';
import { RESIDUE_GEOMETRY } from '#structure/residues/residue-geometry.generated';

const sum = (values: Uint8Array): number => values.reduce((total, value) => total + value, 0);
const typeOf = (letter: string): number => RESIDUE_LETTERS.indexOf(letter);

describe('atom layouts', () => {
  it('follow the residue order of the sequence layer', () => {
    expect([...RESIDUE_GEOMETRY.map(({ name }) => name), 'UNK']).toEqual(RESIDUE_NAMES);
  });

  it('hold the 167 heavy atoms of the 20 amino acids and none of X', () => {
    expect(sum(ATOM14_MASK)).toBe(167);
    expect(sum(ATOM37_MASK)).toBe(167);
    expect(sum(ATOM14_MASK.subarray(20 * 14))).toBe(0);
  });

  it('have a row for each of 20 amino acids and X', () => {
    expect(RIGID_GROUP_DEFAULT_FRAMES).toHaveLength(21 * 8 * 16);
    expect(ATOM14_RIGID_GROUP).toHaveLength(21 * 14);
    expect(ATOM14_LOCAL_POSITIONS).toHaveLength(21 * 14 * 3);
    expect([CHI_ATOMS.length, CHI_MASK.length, CHI_PI_PERIODIC.length]).toEqual([336, 84, 84]);
    expect([ATOM14_TO_ATOM37.length, ATOM37_TO_ATOM14.length]).toEqual([21 * 14, 21 * 37]);
  });

  it('lead from 14 slots to 37 and back', () => {
    for (let aatype = 0; aatype < 20; aatype++)
      for (let slot = 0; slot < 14; slot++) {
        if (ATOM14_MASK[14 * aatype + slot] === 0) continue;
        const fixed = ATOM14_TO_ATOM37[14 * aatype + slot]!;
        expect(ATOM37_NAMES[fixed]).toBe(ATOM14_NAMES[aatype]![slot]);
        expect(ATOM37_MASK[37 * aatype + fixed]).toBe(1);
        expect(ATOM37_TO_ATOM14[37 * aatype + fixed]).toBe(slot);
      }
  });

  it('name tryptophan and the terminal oxygen as AlphaFold2 does', () => {
    expect(ATOM14_NAMES[typeOf('W')]!.join(' ')).toBe(
      'N CA C O CB CG CD1 CD2 NE1 CE2 CE3 CZ2 CZ3 CH2',
    );
    expect(ATOM37_NAMES).toHaveLength(37);
    expect(ATOM37_NAMES[36]).toBe('OXT');
  });
});

describe('ATOM14_SWAP', () => {
  it('is its own inverse', () => {
    ATOM14_SWAP.forEach((slot, i) => {
      expect(ATOM14_SWAP[i - (i % 14) + slot]).toBe(i % 14);
    });
  });

  it('exchanges atoms of the seven residue types that lDDT names', () => {
    const ambiguous = Array.from(RESIDUE_LETTERS).filter((_, aatype) =>
      ATOM14_SWAP.subarray(14 * aatype, 14 * aatype + 14).some((slot, i) => slot !== i),
    );
    expect(ambiguous.join('')).toBe('RDELFYV');
  });
});
