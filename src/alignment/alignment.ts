/** @file Many sequences laid over one query: the data, and what is asked of a row. Letters: R rows, C columns. */

/** How a gap is stored. */
export const GAP = 0x2d; // "-"

/**
 * Rows of an alignment in compact arrays. Column c is residue c of the query, which is row 0: what other rows have
 * between two residues of the query are insertions, of which only the number is kept.
 */
export interface Alignment {
  readonly numRows: number;
  readonly numColumns: number;
  /** `[R, C]` ASCII: A to Z as the file has them in upper case (B, J, O, U, X, Z included), {@link GAP} for a gap. */
  readonly letters: Uint8Array;
  readonly insertions: Insertions;
  readonly titles: Titles;
}

/** Residues that rows have more than the query. The entries of row r are `starts[r]` to `starts[r + 1]`. */
export interface Insertions {
  /** `[R + 1]` */
  readonly starts: Uint32Array;
  /** 0-based columns before which residues were inserted, ascending within a row. */
  readonly columns: Uint16Array;
  /** How many; at most 65,535, as which longer insertions count. */
  readonly counts: Uint16Array;
}

/** Header lines without `>`, as bytes one after another: tens of thousands of strings would take more than the rows. */
interface Titles {
  readonly bytes: Uint8Array;
  /** `[R + 1]`: title r is the bytes from `starts[r]` to `starts[r + 1]`. */
  readonly starts: Uint32Array;
}

/** An alignment of a sequence with nothing else. */
export function alignmentOfSequence(sequence: string): Alignment {
  return {
    numRows: 1,
    numColumns: sequence.length,
    letters: new TextEncoder().encode(sequence),
    insertions: {
      starts: new Uint32Array(2),
      columns: new Uint16Array(0),
      counts: new Uint16Array(0),
    },
    titles: { bytes: new Uint8Array(0), starts: new Uint32Array(2) },
  };
}

/** Letters of one row: a view, `[C]`. */
export function rowOf({ letters, numColumns }: Alignment, row: number): Uint8Array {
  return letters.subarray(row * numColumns, (row + 1) * numColumns);
}

/** Letters of one row as text, gaps included. */
export function rowText(alignment: Alignment, row: number): string {
  return new TextDecoder('latin1').decode(rowOf(alignment, row));
}

/** Header line of one row, without `>`. */
export function titleOf({ titles }: Alignment, row: number): string {
  const bytes = titles.bytes.subarray(titles.starts[row], titles.starts[row + 1]);
  return new TextDecoder().decode(bytes).trimEnd();
}

/** Entries of `insertions` that belong to some columns of a row: from `start` to before `end`. */
export function insertionsIn(
  { insertions: { starts, columns } }: Alignment,
  row: number,
  from: number,
  length: number,
): { start: number; end: number } {
  let start = starts[row]!;
  while (start < starts[row + 1]! && columns[start]! < from) start++;
  let end = start;
  while (end < starts[row + 1]! && columns[end]! < from + length) end++;
  return { start, end };
}

/**
 * Writes the number of residues inserted before each column of a row.
 *
 * @param alignment whose row
 * @param row 0-based
 * @param into `[C]`, overwritten
 */
export function insertionsOf(
  { insertions, numColumns }: Alignment,
  row: number,
  into: { fill(value: number, start: number, end: number): unknown; [column: number]: number },
): void {
  into.fill(0, 0, numColumns);
  const { starts, columns, counts } = insertions;
  for (let entry = starts[row]!; entry < starts[row + 1]!; entry++)
    into[columns[entry]!] = counts[entry]!;
}
