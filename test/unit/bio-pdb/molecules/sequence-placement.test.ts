import { describe, expect, it } from 'vitest';

import { SequencePlacement } from '#bio-pdb/molecules/sequence-placement';

/** `G5 A6` → residues G number 5 and A number 6. */
function residues(text: string) {
  return text.split(' ').map((word) => ({ name: word.charAt(0), number: Number(word.slice(1)) }));
}

function place(seen: string, sequence: string) {
  return new SequencePlacement().place(residues(seen), Array.from(sequence));
}

describe('SequencePlacement', () => {
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

  it('takes names of force fields for the standard ones', () => {
    const seen = [{ name: 'HIE', number: 2 }];
    expect(new SequencePlacement().place(seen, ['GLY', 'HIS'])).toEqual([2]);
  });

  it('goes on by names alone where a file asks for too many comparisons', () => {
    const placement = new SequencePlacement();
    const sequence = Array.from('A'.repeat(20_000) + 'G'.repeat(20_000));
    const seen = Array.from({ length: 10_000 }, (_, i) => ({ name: 'A', number: 2 * i }));
    const hard = [...seen, { name: 'G', number: 50_000 }, { name: 'W', number: 50_001 }];
    const places = placement.place(hard, sequence);
    expect(places.slice(0, 2)).toEqual([1, 2]);
    expect(places.slice(-3)).toEqual([10_000, 20_001, null]);
    expect(placement.comparisons).toBeLessThan(60_000_000);
  });

  it('does not place the same chain again in another model', () => {
    const placement = new SequencePlacement();
    const sequence = Array.from('MKAGSSAMKAGSSA');
    const first = placement.place(residues('K9 G3 A1'), sequence);
    const { comparisons } = placement;
    expect(placement.place(residues('K9 G3 A1'), sequence)).toEqual(first);
    expect(placement.comparisons - comparisons).toBe(3);
  });
});
