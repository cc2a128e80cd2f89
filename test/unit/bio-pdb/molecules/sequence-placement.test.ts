import { describe, expect, it } from 'vitest';

import { placeInSequence } from '#bio-pdb/molecules/sequence-placement';

/** `G5 A6` → residues G number 5 and A number 6. */
function residues(text: string) {
  return text.split(' ').map((word) => ({ name: word.charAt(0), number: Number(word.slice(1)) }));
}

function place(seen: string, sequence: string) {
  return placeInSequence(residues(seen), Array.from(sequence));
}

describe('placeInSequence', () => {
  it('counts through a complete chain whatever its numbers', () => {
    expect(place('G5 A3 A3', 'GAA')).toEqual([1, 2, 3]);
  });

  it('follows the numbering over gaps, where names alone would leave a choice', () => {
    expect(place('A2 A5', 'AAAAAA')).toEqual([2, 5]);
  });

  it('finds the start of a numbering that does not begin at 1', () => {
    expect(place('K102 G103 A106', 'MKGSSA')).toEqual([2, 3, 6]);
  });

  it('aligns by name where numbers jump back', () => {
    expect(place('A1 G2 K9 A3 G4', 'AGAGKMAG')).toEqual([3, 4, 5, 7, 8]);
  });

  it('keeps residues of consecutive numbers together', () => {
    expect(place('K9 A1 G2', 'KAGMG')).toEqual([1, 2, 3]);
  });

  it('gives no place to a residue that the sequence lacks', () => {
    expect(place('A1 W2 G3', 'AG')).toEqual([1, null, 2]);
  });
});
