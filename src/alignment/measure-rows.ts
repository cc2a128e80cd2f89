import { alignmentError } from './alignment-error.js';
import {
  BLANK,
  DASH,
  DOT,
  KIND,
  LOWER_CASE,
  MAX_ROWS,
  NUM_KINDS,
  REFUSED,
  RESIDUE,
  STOP_MARK,
  type RowLayout,
  type RowPlace,
  type TextRows,
} from './row-text.js';

/** Columns are numbered in 16 bits. */
const MAX_COLUMNS = 65_535;
/** Longest piece of a title that an error message quotes. */
const MAX_QUOTED = 40;

/** What must be known before rows are written. */
interface Measures {
  readonly numRows: number;
  /** Length of all titles together. */
  readonly titleBytes: number;
  readonly layout: RowLayout;
  /** Columns of the first row, without the stop marks at its end. */
  readonly width: number;
}

/**
 * Finds the layout of rows, checks their signs and that all are as wide as the first.
 *
 * @param text rows, the query first
 * @throws ParseError `PARSE_ALIGNMENT`
 */
export function measureRows(text: TextRows): Measures {
  let first: RowWidth | undefined;
  let [numRows, titleBytes, isAligned] = [0, 0, true];
  let misfit: RowWidth | undefined;
  for (const row of text.rows()) {
    const width = widthOf(row, numRows, text);
    first ??= width;
    if (first.aligned === 0) throw noResidues(text, row);
    numRows++;
    titleBytes += row.titleEnd - row.titleStart;
    if (numRows > MAX_ROWS) throw tooMany(text, row, MAX_ROWS, 'rows');
    isAligned &&= fits('aligned', width, first);
    if (!misfit && !fits(text.layout ?? 'a3m', width, first)) misfit = width;
    // A row that breaks a3m is an error only if the text cannot be aligned FASTA either.
    if (misfit && (text.layout !== undefined || !isAligned)) throw otherWidth(text, misfit, first);
  }
  if (!first) throw alignmentError(text, 0, 'there are no rows');
  const layout = text.layout ?? (isAligned && (misfit || first.hasLowerCase) ? 'aligned' : 'a3m');
  const width = first[layout] - first.stops;
  if (width > MAX_COLUMNS) throw tooMany(text, first.row, MAX_COLUMNS, 'columns');
  return { numRows, titleBytes, layout, width };
}

/** How many columns a row has in either layout. */
interface RowWidth {
  readonly row: RowPlace;
  /** 0-based. */
  readonly index: number;
  /** Letters in upper case, gaps and stop marks. */
  readonly a3m: number;
  /** All signs. */
  readonly aligned: number;
  /** Stop marks at the end. */
  readonly stops: number;
  readonly hasLowerCase: boolean;
}

function widthOf(row: RowPlace, index: number, text: TextRows): RowWidth {
  const counts = new Uint32Array(NUM_KINDS);
  let stops = 0;
  for (let stretch = 0; stretch < row.body.length; stretch += 2)
    for (let i = row.body[stretch]!; i < row.body[stretch + 1]!; i++) {
      const kind = KIND[text.bytes[i]!]!;
      if (kind === BLANK) continue;
      if (kind === REFUSED) throw refusedSign(text, i);
      counts[kind]!++;
      stops = kind === STOP_MARK ? stops + 1 : 0;
    }
  const a3m = counts[RESIDUE]! + counts[DASH]! + counts[STOP_MARK]!;
  const aligned = a3m + counts[LOWER_CASE]! + counts[DOT]!;
  return { row, index, a3m, aligned, stops, hasLowerCase: counts[LOWER_CASE]! > 0 };
}

/** Whether a row is as wide as the first one, with or without the stop marks at their ends. */
function fits(layout: RowLayout, row: RowWidth, first: RowWidth): boolean {
  const width = first[layout] - first.stops;
  return (
    row[layout] === first[layout] || row[layout] === width || row[layout] - row.stops === width
  );
}

function otherWidth(text: TextRows, { row, index, ...found }: RowWidth, first: RowWidth): Error {
  const layout = text.layout ?? 'a3m';
  const title = new TextDecoder().decode(text.bytes.subarray(row.titleStart, row.titleEnd));
  const inserted = layout === 'a3m' ? ', insertions in lower case not counted' : '';
  return alignmentError(
    text,
    row.titleStart,
    `row ${index + 1} ("${title.slice(0, MAX_QUOTED)}") has ${found[layout]} columns, ` +
      `the first row has ${first[layout]}${inserted}`,
    'all rows of an alignment have the same number of columns; sequences must be aligned first',
  );
}

function refusedSign(text: TextRows, offset: number): Error {
  const [sign] = new TextDecoder().decode(text.bytes.subarray(offset, offset + 4));
  return alignmentError(
    text,
    offset,
    `${JSON.stringify(sign)} is not a residue, insertion or gap`,
    'residues are letters, gaps are "-", and each row begins with a line ">name"',
  );
}

/** The error for a query of gaps alone, or of nothing. */
export function noResidues(text: TextRows, row: RowPlace): Error {
  return alignmentError(
    text,
    row.titleStart,
    'the first row has no residues',
    'the first row is the sequence that is folded',
  );
}

function tooMany(text: TextRows, row: RowPlace, limit: number, what: string): Error {
  return alignmentError(text, row.titleStart, `more than ${limit.toLocaleString('en')} ${what}`);
}
