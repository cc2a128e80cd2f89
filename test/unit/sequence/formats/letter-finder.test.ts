import { describe, expect, it } from 'vitest';
import { joinChains, LetterFinder } from '#sequence/formats/letter-finder';
import { placeOf } from '#sequence/formats/letters';

describe('sequences of a structured text', () => {
  //            0123 456789 01 23456789
  const TEXT = 'MKV\nGAMKV\n\n  MKVMK';

  it('are found behind those before, by offset, line and column', () => {
    const finder = new LetterFinder(TEXT);
    expect(finder.find('MKV')).toEqual({ offset: 0, line: 1, column: 1 });
    expect(finder.find('MKV')).toEqual({ offset: 6, line: 2, column: 3 });
    expect(finder.find('MKV')).toEqual({ offset: 13, line: 4, column: 3 });
    expect(finder.find('MK')).toEqual({ offset: 16, line: 4, column: 6 });
  });

  it('may begin a line', () => {
    const finder = new LetterFinder(TEXT);
    expect(finder.find('GA')).toEqual({ offset: 4, line: 2, column: 1 });
    expect(finder.find('MKV')).toEqual({ offset: 6, line: 2, column: 3 });
  });

  it('may hold the line end themselves', () => {
    const finder = new LetterFinder(TEXT);
    expect(finder.find('V\nG')).toEqual({ offset: 2, line: 1, column: 3 });
    expect(finder.find('A')).toEqual({ offset: 5, line: 2, column: 2 });
  });

  it('are at the end of the text where they are written otherwise, or empty', () => {
    const end = { offset: 18, line: 4, column: 8 };
    for (const sequence of ['W', '']) {
      const finder = new LetterFinder(TEXT);
      finder.find('GA');
      expect(finder.find(sequence)).toEqual(end);
      expect(finder.find('MKV')).toEqual(end); // behind the one before, where nothing is left
    }
  });

  it('become one record, each chain at its place', () => {
    const finder = new LetterFinder(TEXT);
    const letters = joinChains(['MKV', 'GA', 'VMK'].map((one) => ({ letters: one, place: finder.find(one) }))); // prettier-ignore
    expect(letters.letters).toBe('MKV:GA:VMK');
    expect(letters.numbering).toEqual([]);
    const offsets = [0, 1, 2, 4, 5, 7, 8, 9].map((index) => placeOf(letters, index).offset);
    expect(offsets).toEqual([0, 1, 2, 4, 5, 15, 16, 17]);
    expect(placeOf(letters, 5)).toEqual({ offset: 5, line: 2, column: 2 });
  });

  it('of no record have the beginning of the text as their place', () => {
    expect(placeOf({ letters: '', numbering: [], runs: [] }, 3)).toEqual({
      ...{ offset: 0, line: 1, column: 1 },
    });
  });
});
