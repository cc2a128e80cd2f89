import { describe, expect, it } from 'vitest';
import { rowText, type Alignment } from '#alignment/alignment';
import { coverageOf, identitiesToQuery } from '#alignment/coverage';
import { effectiveNumber } from '#alignment/effective-number';
import { readAlignments } from '#alignment/read-alignment';
import { randomSource } from '../../helpers/random.js';

const alignmentOf = (rows: readonly string[]): Alignment =>
  readAlignments(new TextEncoder().encode(rows.map((row) => `>\n${row}\n`).join('')))[0]!;

/** Relatives of one another: a query, and rows that differ from each other in more and more places. */
function family(numRows: number, numColumns: number, seed: number): string[] {
  const next = randomSource(seed);
  const letter = () => 'ACDEFGHIKLMNPQRSTVWY'[Math.floor(20 * next())]!;
  const rows = [Array.from({ length: numColumns }, letter)];
  while (rows.length < numRows) {
    const parent = rows[Math.floor(rows.length * next())]!;
    const rate = next() < 0.5 ? 0.1 : 0.3;
    rows.push(parent.map((old) => (next() > rate ? old : next() < 0.4 ? '-' : letter())));
  }
  return rows.map((row) => row.join(''));
}

/** The definition, letter by letter. */
function referenceNeff(rows: readonly string[]): number {
  const isRelative = (a: string, b: string): boolean => {
    const pairs = Array.from(a, (letter, i) => [letter, b[i]!]);
    const columns = pairs.filter((pair) => pair.some((letter) => letter !== '-'));
    return 5 * columns.filter(([one, other]) => one === other).length >= 4 * columns.length;
  };
  return rows.reduce(
    (sum, row) => sum + 1 / rows.filter((other) => isRelative(row, other)).length,
    0,
  );
}

describe('the effective number of sequences', () => {
  it('counts rows that are 80 % identical as one', () => {
    expect(effectiveNumber(alignmentOf(['MKVLA', 'MKVLA', 'MKVLG'])).value).toBeCloseTo(1);
    expect(effectiveNumber(alignmentOf(['MKVLA', 'MKVGG'])).value).toBe(2);
  });

  it('counts over the columns in which either row has a residue', () => {
    expect(effectiveNumber(alignmentOf(['MKVLARNDCQ', 'MKVLARND--'])).value).toBe(1);
    expect(effectiveNumber(alignmentOf(['MKVLARNDCQ', 'MKVLARN---'])).value).toBe(2);
    const halves = alignmentOf(['MKVLARNDCQ', 'MKVLA-----', 'MKVLG-----']);
    expect(effectiveNumber(halves).value).toBe(2);
  });

  it.each([1, 2, 3])('is what the definition says, letter by letter (seed %i)', (seed) => {
    const rows = family(61, 37, seed);
    const { value, numSampled } = effectiveNumber(alignmentOf(rows));
    expect(numSampled).toBe(61);
    expect(value).toBeCloseTo(referenceNeff(rows), 6);
    expect(value).toBeGreaterThan(2);
    expect(value).toBeLessThan(60);
  });

  it('is estimated from some rows where there are too many to compare all', () => {
    const alignment = alignmentOf(family(2000, 16, 5));
    const { value, numSampled } = effectiveNumber(alignment, 1e8);
    expect(numSampled).toBe(Math.floor(1e8 / (2000 * 116)));
    expect(effectiveNumber(alignment, 1).numSampled).toBe(200); // no fewer, whatever that takes
    const exact = effectiveNumber(alignment).value;
    expect(Math.abs(value / exact - 1)).toBeLessThan(0.1);
  });
});

describe('coverage', () => {
  it('has the depth of each position, and rows sorted by identity to the query', () => {
    const alignment = alignmentOf(['MKVL', '-KV-', '-RVL', 'MK--']);
    const { depth, bands, numRows } = coverageOf(alignment);
    expect(numRows).toBe(4);
    expect([...depth]).toEqual([2, 4, 3, 2]);
    expect([...identitiesToQuery(alignment)]).toEqual([1, 0.5, 0.5, 0.5]);
    expect([...bands.identity]).toEqual([1, 0.5, 0.5, 0.5]);
    expect([...bands.covered.subarray(4)].map(Boolean)).toEqual(
      Array.from('-KV--RVLMK--', (letter) => letter !== '-'),
    );
  });

  it('joins rows of large alignments to bands', () => {
    const rows = family(1000, 23, 9);
    const alignment = alignmentOf(rows);
    const { bands, depth } = coverageOf(alignment);
    expect(bands.numBands).toBe(256);
    expect(bands.covered).toHaveLength(256 * 23);
    expect([...bands.identity]).toEqual([...bands.identity].sort((a, b) => b - a));
    const share = depth.reduce((sum, count) => sum + count, 0) / (1000 * 23);
    const drawn = bands.covered.reduce((sum, value) => sum + value / 255, 0) / bands.covered.length;
    expect(drawn).toBeCloseTo(share, 1);
    expect(rowText(alignment, 0)).toBe(rows[0]);
  });

  it('has in each band the means of its rows, in which each row is once', () => {
    const alignment = alignmentOf(family(384, 7, 4)); // by turns one row and two
    const { bands } = coverageOf(alignment);
    const identities = identitiesToQuery(alignment);
    const order = [...identities.keys()].sort((a, b) => identities[b]! - identities[a]! || a - b);
    for (let pair = 0; pair < 128; pair++)
      for (const [band, rows] of [
        [2 * pair, order.slice(3 * pair, 3 * pair + 1)],
        [2 * pair + 1, order.slice(3 * pair + 1, 3 * pair + 3)],
      ] as const) {
        const sum = rows.reduce((total, row) => total + identities[row]!, 0);
        expect(bands.identity[band]).toBeCloseTo(sum / rows.length, 6);
        const texts = rows.map((row) => rowText(alignment, row));
        expect([...bands.covered.subarray(7 * band, 7 * band + 7)]).toEqual(
          Array.from({ length: 7 }, (_, column) => {
            const numFilled = texts.filter((text) => text[column] !== '-').length;
            return [0, rows.length === 1 ? 255 : 128, 255][numFilled];
          }),
        );
      }
  });
});
