import { GAP, insertionsIn, type Alignment } from './alignment.js';

/** Part of a row, and where it goes. */
export interface RowPiece {
  readonly alignment: Alignment;
  readonly row: number;
  /** First column of the part. */
  readonly from: number;
  readonly length: number;
  /** Column at which it begins in the new row. */
  readonly at: number;
}

/**
 * Builds an alignment from parts of others. Where a row has no part it has gaps; its title is that of its first part.
 *
 * @param rows parts of each row, by the column they go to; at least one a row
 * @param numColumns of the new alignment
 */
export function joinRows(rows: readonly (readonly RowPiece[])[], numColumns: number): Alignment {
  const letters = new Uint8Array(rows.length * numColumns).fill(GAP);
  const insertionStarts = new Uint32Array(rows.length + 1);
  const titleStarts = new Uint32Array(rows.length + 1);
  let [numInsertions, titleBytes] = [0, 0];
  for (const [index, pieces] of rows.entries()) {
    for (const piece of pieces) {
      const entries = insertionsIn(piece.alignment, piece.row, piece.from, piece.length);
      numInsertions += entries.end - entries.start;
    }
    titleBytes += titleOfRow(pieces).length;
    insertionStarts[index + 1] = numInsertions;
    titleStarts[index + 1] = titleBytes;
  }
  const columns = new Uint16Array(numInsertions);
  const counts = new Uint16Array(numInsertions);
  const titles = new Uint8Array(titleBytes);
  let entry = 0;
  for (const [index, pieces] of rows.entries()) {
    for (const { alignment, row, from, length, at } of pieces) {
      const start = row * alignment.numColumns + from;
      letters.set(alignment.letters.subarray(start, start + length), index * numColumns + at);
      const entries = insertionsIn(alignment, row, from, length);
      for (let i = entries.start; i < entries.end; i++, entry++) {
        columns[entry] = alignment.insertions.columns[i]! - from + at;
        counts[entry] = alignment.insertions.counts[i]!;
      }
    }
    titles.set(titleOfRow(pieces), titleStarts[index]);
  }
  return {
    numRows: rows.length,
    numColumns,
    letters,
    insertions: { starts: insertionStarts, columns, counts },
    titles: { bytes: titles, starts: titleStarts },
  };
}

function titleOfRow(pieces: readonly RowPiece[]): Uint8Array {
  const { alignment, row } = pieces[0]!;
  const { bytes, starts } = alignment.titles;
  return bytes.subarray(starts[row], starts[row + 1]);
}
