import { describe, expect, it } from 'vitest';

import { decodeHybrid36, encodeHybrid36 } from '#bio-pdb/pdb/hybrid36';

// From the format's description: the first and last numbers of each range.
const LANDMARKS: [number, number, string][] = [
  [4, -999, '-999'],
  [4, 9999, '9999'],
  [4, 10_000, 'A000'],
  [4, 1_223_055, 'ZZZZ'],
  [4, 1_223_056, 'a000'],
  [4, 2_436_111, 'zzzz'],
  [5, -9999, '-9999'],
  [5, 99_999, '99999'],
  [5, 100_000, 'A0000'],
  [5, 43_770_015, 'ZZZZZ'],
  [5, 43_770_016, 'a0000'],
  [5, 87_440_031, 'zzzzz'],
];

describe('hybrid-36', () => {
  it.each(LANDMARKS)('in %i columns writes %i as %s and reads it back', (width, value, text) => {
    expect(encodeHybrid36(value, width)).toBe(text);
    expect(decodeHybrid36(text, width)).toBe(value);
  });

  it('pads small numbers on the left', () => {
    expect(encodeHybrid36(7, 5)).toBe('    7');
  });

  it('refuses numbers beyond its range', () => {
    expect(encodeHybrid36(-1000, 4)).toBeNull();
    expect(encodeHybrid36(2_436_112, 4)).toBeNull();
  });

  it.each(['A00', 'a00B', 'A-00', '1A00', '', '****'])('reads %j as no number', (text) => {
    expect(decodeHybrid36(text, 4)).toBeNaN();
  });
});
