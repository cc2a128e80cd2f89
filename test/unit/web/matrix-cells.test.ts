import { describe, expect, it } from 'vitest';
import { cellAt, cellBeside, residuesBetween, valueAt } from '#web/panels/matrix-cells';

/** Ten cells of 20 pixels across, and of 40 down. */
const box = { width: 230, height: 430, axis: 30 };

describe('a map of residues against residues', () => {
  it('has its rows from top to bottom and its columns from left to right', () => {
    expect(cellAt({ x: 31, y: 429 }, box, 10)).toEqual({ row: 9, column: 0 });
    expect(cellAt({ x: 229, y: 31 }, box, 10)).toEqual({ row: 0, column: 9 });
    expect(cellAt({ x: 30 + 2.5 * 20, y: 30 + 6.5 * 40 }, box, 10)).toEqual({ row: 6, column: 2 });
  });

  it('gives the nearest cell for a point outside', () => {
    expect(cellAt({ x: 0, y: 1000 }, box, 10)).toEqual({ row: 9, column: 0 });
    expect(cellAt({ x: 1000, y: 0 }, box, 10)).toEqual({ row: 0, column: 9 });
  });

  it('moves up and down by rows, left and right by columns, and not beyond its edge', () => {
    const at = { row: 3, column: 5 };
    expect(cellBeside(at, 'ArrowUp', 7)).toEqual({ row: 2, column: 5 });
    expect(cellBeside(at, 'ArrowDown', 7)).toEqual({ row: 4, column: 5 });
    expect(cellBeside(at, 'ArrowLeft', 7)).toEqual({ row: 3, column: 4 });
    expect(cellBeside(at, 'ArrowRight', 7)).toEqual({ row: 3, column: 6 });
    expect(cellBeside({ row: 0, column: 6 }, 'ArrowUp', 7)).toEqual({ row: 0, column: 6 });
    expect(cellBeside({ row: 0, column: 6 }, 'ArrowRight', 7)).toEqual({ row: 0, column: 6 });
    expect(cellBeside(at, 'a', 7)).toBeUndefined();
  });

  it('reads the value of row i and column j, which is not that of row j and column i', () => {
    const values = Float32Array.of(0, 1, 2, 10, 11, 12, 20, 21, 22);
    expect(valueAt(values, { row: 1, column: 2 }, 3)).toBe(12);
    expect(valueAt(values, { row: 2, column: 1 }, 3)).toBe(21);
    expect(valueAt(new Float32Array(), { row: 1, column: 2 }, 3)).toBeNaN();
  });

  it('selects the residues of both sides of a rectangle, in whatever direction it was drawn', () => {
    const residues = [1, 2, 3, 7, 8];
    const sorted = (list: number[]) => list.sort((a, b) => a - b);
    const [upperLeft, lowerRight] = [
      { row: 1, column: 7 },
      { row: 3, column: 8 },
    ];
    expect(sorted(residuesBetween(upperLeft, lowerRight))).toEqual(residues);
    expect(sorted(residuesBetween(lowerRight, upperLeft))).toEqual(residues);
  });
});
