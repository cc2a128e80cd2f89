import { describe, expect, it } from 'vitest';
import {
  aatypeOf,
  oneLetter,
  RESIDUE_LETTERS,
  RESIDUE_NAMES,
  sequenceOf,
  threeLetter,
} from '#sequence/amino-acids';

describe('residue types', () => {
  it('number the letters in the order ARNDCQEGHILKMFPSTWYVX', () => {
    expect([...aatypeOf('ARNDCQEGHILKMFPSTWYVX')]).toEqual(Array.from({ length: 21 }, (_, i) => i));
  });

  it('count every other letter as X', () => {
    expect([...aatypeOf('U*aé')]).toEqual([20, 20, 20, 20]);
  });

  it('come back as letters', () => {
    expect(sequenceOf(aatypeOf(RESIDUE_LETTERS))).toBe(RESIDUE_LETTERS);
    expect(sequenceOf([21])).toBe('X');
  });

  it('have three-letter codes that lead back to them', () => {
    expect(RESIDUE_NAMES.map(oneLetter).join('')).toBe(RESIDUE_LETTERS);
    expect(Array.from(RESIDUE_LETTERS, threeLetter)).toEqual(RESIDUE_NAMES);
    expect([threeLetter('W'), threeLetter('?'), oneLetter('HOH')]).toEqual(['TRP', 'UNK', 'X']);
  });
});
