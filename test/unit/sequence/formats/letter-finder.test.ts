import { describe, expect, it } from 'vitest';
import { joinChains, LetterFinder } from '#sequence/formats/letter-finder';
import { placeOf } from '#sequence/formats/letters';

describe('sequences of a structured text', () => {
  //            0123 456789 01 23456789
  const TEXT = 'MKV\nGAMKV\n\n  MKVMK';

  it('are found behind those before, by offset, line and column', () => {
    const finder = new LetterFinder(TEXT);
    expect(finder.find('MKV')).toEqual([{ index: 0, offset: 0, line: 1, column: 1 }]);
    expect(finder.find('MKV')).toEqual([{ index: 0, offset: 6, line: 2, column: 3 }]);
    expect(finder.find('MKV')).toEqual([{ index: 0, offset: 13, line: 4, column: 3 }]);
    expect(finder.find('MK')).toEqual([{ index: 0, offset: 16, line: 4, column: 6 }]);
  });

  it('may begin a line', () => {
    const finder = new LetterFinder(TEXT);
    expect(finder.find('GA')).toEqual([{ index: 0, offset: 4, line: 2, column: 1 }]);
    expect(finder.find('MKV')).toEqual([{ index: 0, offset: 6, line: 2, column: 3 }]);
  });

  it('may be parted by blanks, line ends and line ends as JSON writes them', () => {
    const finder = new LetterFinder('"MK VL\\r\\nA"\n "\\tG\n  A" "\\u0041\\\\"');
    expect(finder.find('MKVLA')).toEqual([
      { index: 0, offset: 1, line: 1, column: 2 },
      { index: 2, offset: 4, line: 1, column: 5 },
      { index: 4, offset: 10, line: 1, column: 11 },
    ]);
    expect(finder.find('GA')).toEqual([
      { index: 0, offset: 17, line: 2, column: 5 },
      { index: 1, offset: 21, line: 3, column: 3 },
    ]);
    expect(finder.find('\\u0041')).toMatchObject([{ offset: 25 }]); // other escapes are letters
  });

  it('are at the end of the text where they are written otherwise, or empty', () => {
    const end = [{ index: 0, offset: 18, line: 4, column: 8 }];
    for (const sequence of ['W', '']) {
      const finder = new LetterFinder(TEXT);
      finder.find('GA');
      expect(finder.find(sequence)).toEqual(end);
      expect(finder.find('MKV')).toEqual(end); // behind the one before, where nothing is left
    }
  });

  it('become one record, each letter of each chain at its place', () => {
    const finder = new LetterFinder(TEXT);
    const letters = joinChains(['MKV', 'GA', 'VMK'].map((one) => ({ letters: one, runs: finder.find(one) }))); // prettier-ignore
    expect(letters.letters).toBe('MKV:GA:VMK');
    expect(letters.numbering).toEqual([]);
    const offsets = [0, 1, 2, 4, 5, 7, 8, 9].map((index) => placeOf(letters, index).offset);
    expect(offsets).toEqual([0, 1, 2, 4, 5, 8, 13, 14]);
    expect(placeOf(letters, 5)).toEqual({ offset: 5, line: 2, column: 2 });
  });

  it('of no record have the beginning of the text as their place', () => {
    expect(placeOf({ letters: '', numbering: [], runs: [] }, 3)).toEqual({
      ...{ offset: 0, line: 1, column: 1 },
    });
  });
});
