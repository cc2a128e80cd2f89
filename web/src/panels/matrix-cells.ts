/** @file Where the cells of a map of residues against residues are: rows from top to bottom, columns from left to right. */
import { range } from '../molecule/selection.js';

/** Rows and columns count from 0. */
export interface Cell {
  readonly row: number;
  readonly column: number;
}

/** A square picture with room for axes on its left and above it, CSS pixels. */
export interface MapBox {
  readonly width: number;
  readonly height: number;
  readonly axis: number;
}

/**
 * The cell at a point; outside the map, the nearest one.
 *
 * @param point from the upper left corner of the box, CSS pixels
 * @param size rows and columns
 */
export function cellAt(
  { x, y }: { readonly x: number; readonly y: number },
  { width, height, axis }: MapBox,
  size: number,
): Cell {
  const index = (offset: number, length: number): number =>
    within(size, Math.floor(((offset - axis) / (length - axis)) * size));
  return { row: index(y, height), column: index(x, width) };
}

const MOVES: Readonly<Record<string, Cell>> = {
  ArrowUp: { row: -1, column: 0 },
  ArrowDown: { row: 1, column: 0 },
  ArrowLeft: { row: 0, column: -1 },
  ArrowRight: { row: 0, column: 1 },
};

/** The cell that an arrow key leads to; nothing for any other key. */
export function cellBeside({ row, column }: Cell, key: string, size: number): Cell | undefined {
  const move = MOVES[key];
  return move && { row: within(size, row + move.row), column: within(size, column + move.column) };
}

/**
 * What a map says of a cell.
 *
 * @param values `[N, N]`, row after row
 */
export function valueAt(values: Float32Array, { row, column }: Cell, size: number): number {
  return values[row * size + column] ?? Number.NaN;
}

/** Residues of both sides of the rectangle between two cells. */
export function residuesBetween(from: Cell, to: Cell): number[] {
  return [...range(from.row, to.row), ...range(from.column, to.column)];
}

function within(size: number, index: number): number {
  return Math.min(size - 1, Math.max(0, index));
}
