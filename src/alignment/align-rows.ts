/** @file From rows of text to an alignment: which signs are columns, and which of those the query has. */
import { invariant } from '#errors';
import { GAP, type Alignment } from './alignment.js';
import { measureRows, noResidues } from './measure-rows.js';
import {
  DASH,
  DOT,
  KIND,
  LOWER_CASE,
  RESIDUE,
  STOP_MARK,
  type RowPlace,
  type TextRows,
} from './row-text.js';

/**
 * Lays rows over the first one. Columns that the first row does not fill are insertions of the others; stop marks at
 * the end of a row are left out, other stop marks are read as X.
 *
 * @param text rows, the query first
 * @throws ParseError `PARSE_ALIGNMENT` for rows of other lengths than the first, signs that no alignment has, no
 * residues in the first row, more than 65,535 columns or 4,000,000 rows
 */
export function alignRows(text: TextRows): Alignment {
  const { numRows, titleBytes, layout, width } = measureRows(text);
  const [first] = text.rows();
  invariant(first !== undefined, 'rows that were measured are gone');
  const columns = columnsOf(first, { bytes: text.bytes, actionOf: ACTIONS[layout], width });
  if (columns.kept === 0) throw noResidues(text, first);
  let numInsertions = 0;
  for (const row of text.rows()) numInsertions += fillRow(row, columns);
  const alignment = {
    numRows,
    numColumns: columns.kept,
    letters: new Uint8Array(numRows * columns.kept),
    insertions: {
      starts: new Uint32Array(numRows + 1),
      columns: new Uint16Array(numInsertions),
      counts: new Uint16Array(numInsertions),
    },
    titles: { bytes: new Uint8Array(titleBytes), starts: new Uint32Array(numRows + 1) },
  };
  const { insertions, titles } = alignment;
  let index = 0;
  for (const row of text.rows()) {
    insertions.starts[index + 1] =
      insertions.starts[index]! + fillRow(row, columns, alignment, index);
    titles.bytes.set(text.bytes.subarray(row.titleStart, row.titleEnd), titles.starts[index]);
    titles.starts[index + 1] = titles.starts[index]! + row.titleEnd - row.titleStart;
    index++;
  }
  return alignment;
}

/** What to do with each sign: 0 nothing, 1 count it as inserted, else write this letter into the next column. */
const SKIP = 0;
const INSERT = 1;
const A3M_ACTIONS = Uint8Array.from(KIND, (kind, byte) => {
  if (kind === RESIDUE) return byte;
  if (kind === STOP_MARK) return 'X'.charCodeAt(0);
  return kind === DASH ? GAP : kind === LOWER_CASE ? INSERT : SKIP;
});
const ALIGNED_ACTIONS = Uint8Array.from(KIND, (kind, byte) =>
  kind === LOWER_CASE ? byte - 0x20 : kind === DOT ? GAP : A3M_ACTIONS[byte]!,
);
const ACTIONS = { a3m: A3M_ACTIONS, aligned: ALIGNED_ACTIONS };

/** How the signs of rows become columns. */
interface Columns {
  readonly bytes: Uint8Array;
  readonly actionOf: Uint8Array;
  /** Columns in the text; what rows have beyond is stop marks. */
  readonly width: number;
  /** `[width]` 1 where the first row has a gap. */
  readonly isDropped: Uint8Array;
  /** How many are not dropped. */
  readonly kept: number;
}

/** The columns that the first row fills. */
function columnsOf(first: RowPlace, text: Omit<Columns, 'isDropped' | 'kept'>): Columns {
  const isDropped = new Uint8Array(text.width);
  let [column, kept] = [0, 0];
  for (let stretch = 0; stretch < first.body.length; stretch += 2)
    for (let i = first.body[stretch]!; i < first.body[stretch + 1]!; i++) {
      const action = text.actionOf[text.bytes[i]!]!;
      if (action === SKIP || action === INSERT || column === text.width) continue;
      if (action === GAP) isDropped[column] = 1;
      else kept++;
      column++;
    }
  return { ...text, isDropped, kept };
}

/**
 * Writes one row, or counts only.
 *
 * @param row where it stands
 * @param columns what its signs mean
 * @param into filled where it is given
 * @param index which row of it
 * @returns how many places with insertions it has
 */
function fillRow(row: RowPlace, columns: Columns, into?: Alignment, index = 0): number {
  const { bytes, actionOf, width, isDropped } = columns;
  const start = into ? into.insertions.starts[index]! : 0;
  let [column, kept, inserted, entries] = [0, 0, 0, 0];
  for (let stretch = 0; stretch < row.body.length; stretch += 2)
    for (let i = row.body[stretch]!; i < row.body[stretch + 1]!; i++) {
      const action = actionOf[bytes[i]!]!;
      if (action === SKIP) continue;
      if (action === INSERT || (isDropped[column] === 1 && action !== GAP)) inserted++;
      if (action === INSERT || column === width || isDropped[column++] === 1) continue;
      if (into) into.letters[index * into.numColumns + kept] = action;
      if (inserted > 0) {
        if (into) {
          into.insertions.columns[start + entries] = kept;
          into.insertions.counts[start + entries] = Math.min(inserted, 65_535);
        }
        entries++;
        inserted = 0;
      }
      kept++;
    }
  return entries;
}
