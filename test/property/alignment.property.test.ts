import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ParseError } from '#errors';
import { insertionsOf, rowText, titleOf, type Alignment } from '#alignment/alignment';
import { readAlignments } from '#alignment/read-alignment';

/** Reads bytes, which must give alignments or an error with a line. */
function readAnything(bytes: Uint8Array): readonly Alignment[] {
  try {
    return readAlignments(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(ParseError);
    expect((error as ParseError).line).toBeGreaterThanOrEqual(1);
    return [];
  }
}

/** What every alignment promises, whatever it was read from. */
function expectSound(alignment: Alignment): void {
  const { numRows, numColumns, letters, insertions } = alignment;
  expect(letters).toHaveLength(numRows * numColumns);
  expect(rowText(alignment, 0)).toMatch(/^[A-Z]+$/);
  for (let row = 0; row < numRows; row++) {
    expect(rowText(alignment, row)).toMatch(/^[A-Z-]+$/);
    const columns = insertions.columns.subarray(insertions.starts[row], insertions.starts[row + 1]);
    expect([...columns]).toEqual([...new Set(columns)].sort((a, b) => a - b));
    expect(columns.every((column) => column < numColumns)).toBe(true);
  }
  expect(insertions.starts[numRows]).toBe(insertions.columns.length);
  expect(insertions.counts.every((count) => count > 0)).toBe(true);
}

/** Pieces of which most texts are almost alignments. */
const fragments = fc.constantFrom(
  '>',
  '>q\n',
  '\n',
  '\r\n',
  '\r',
  '\0',
  '#3\t1\n',
  '#3,2\t1,1\n',
  '# STOCKHOLM 1.0\n',
  '//\n',
  '#=GC RF xx\n',
  'q MK-v\n',
  'MKV',
  'mkv',
  'M-V',
  'M.V',
  '*',
  ' ',
  'é',
  '9',
  '\uFEFF',
  '>ss_pred\nHHH\n',
);

describe('readAlignments', () => {
  it('gives a sound alignment or an error with a line, whatever the bytes are', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc
        .array(fragments, { maxLength: 30 })
        .map((pieces) => new TextEncoder().encode(pieces.join(''))),
      fc.tuple(fc.array(fragments), fc.nat(80), fc.nat(255)).map(([pieces, at, byte]) => {
        const packed = new Uint8Array(gzipSync(pieces.join('')));
        packed[at % packed.length] = byte;
        return packed;
      }),
    );
    fc.assert(
      fc.property(bytes, (file) => {
        for (const alignment of readAnything(file)) expectSound(alignment);
      }),
      { numRuns: 3000 },
    );
  });

  it('gives back what an a3m was written from, wrapped at any width and with any line ends', () => {
    const row = fc.record({
      title: fc
        .stringMatching(/^([!-~]([ -~]{0,8}[!-~])?)?$/)
        .filter((title) => !/^(ss|sa|aa)_/.test(title)),
      /** For each of 7 columns a letter or gap and how many residues are inserted before it. */
      cells: fc.array(
        fc.record({
          letter: fc.constantFrom(...Array.from('ACDXBZUOJ--')),
          inserted: fc.constantFrom(0, 0, 1, 12),
        }),
        { minLength: 7, maxLength: 7 },
      ),
    });
    const rows = fc.array(row, { minLength: 1, maxLength: 6 });
    const lineEnds = fc.constantFrom('\n', '\r\n', '\r');
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 99 }), lineEnds, (written, width, lineEnd) => {
        const all = [
          { title: 'query', cells: Array.from('MKVLWAR', (letter) => ({ letter, inserted: 0 })) },
          ...written,
        ];
        const text = all.map(({ title, cells }) => {
          const line = cells.map(({ letter, inserted }) => 'g'.repeat(inserted) + letter).join('');
          return [`>${title}`, ...(line.match(new RegExp(`.{1,${width}}`, 'g')) ?? [])].join(
            lineEnd,
          );
        });
        const [alignment] = readAnything(new TextEncoder().encode(text.join(lineEnd)));
        const counts = new Uint16Array(7);
        const read = Array.from({ length: alignment!.numRows }, (_, index) => {
          insertionsOf(alignment!, index, counts);
          const cells = Array.from(rowText(alignment!, index), (letter, i) => ({
            letter,
            inserted: counts[i]!,
          }));
          return { title: titleOf(alignment!, index), cells };
        });
        expect(read).toEqual(all);
      }),
    );
  });
});
