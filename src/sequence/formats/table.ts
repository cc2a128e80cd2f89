import { type ReadOptions, refuseTooMany, type TextEntry } from './entry.js';
import { joinChains } from './letter-finder.js';
import { cutTitle, type TextLine } from './lines.js';

const SEQUENCE = /^((protein|aa|amino_?acid)[ _]?)?(sequences?|seq)$/i;
const NAME = /^(id|name|entry|accession|identifier|title|protein|target|header)$/i;
/** A cell with letters enough to be a sequence, where no heading says so. */
const LETTERS = /^[A-Za-z:*]{10,}$/;
const CAPITALS = /^[A-Z:*]+$/;

/** A cell with its place in the line. */
interface Cell {
  readonly text: string;
  readonly column: number;
}

/** Which sign parts the cells of a table, and which of them are read. */
interface Layout {
  readonly delimiter: string;
  readonly sequence: number;
  /** -1 where there is no name. */
  readonly name: number;
  readonly hasHeading: boolean;
}

/**
 * Recognises a table of sequences by its first line: a heading with a column `sequence`, or cells of which one alone can
 * be a sequence.
 *
 * @param first line that is not blank
 * @returns undefined for any other text
 */
export function tableLayout(first: string): Layout | undefined {
  if (first.trimStart().startsWith('>')) return undefined; // a header of FASTA, whatever signs are in it
  for (const delimiter of ['\t', ',', ';']) {
    const heading = cellsOf(first, delimiter).map(({ text }) => text.trim());
    const sequence = heading.findIndex((cell) => SEQUENCE.test(cell));
    if (sequence < 0 || heading.length < 2) continue;
    const named = heading.findIndex((cell) => NAME.test(cell));
    return {
      delimiter,
      sequence,
      name: named >= 0 ? named : Number(sequence === 0),
      hasHeading: true,
    };
  }
  return plainLayout(first);
}

/** Of a row without a heading: the sequence is the only cell of many letters, or of those the only one in capitals. */
function plainLayout(first: string): Layout | undefined {
  for (const delimiter of ['\t', ',', ';']) {
    const cells = cellsOf(first, delimiter).map(({ text }) => text.trim());
    if (cells.length < 2) continue;
    const long = cells.filter((cell) => LETTERS.test(cell));
    const sequences = long.length > 1 ? long.filter((cell) => CAPITALS.test(cell)) : long;
    if (sequences.length !== 1) continue;
    const sequence = cells.indexOf(sequences[0]!);
    return { delimiter, sequence, name: Number(sequence === 0), hasHeading: false };
  }
  return undefined;
}

/**
 * Reads a table with a record in each line; `:` parts chains, as ColabFold has it.
 *
 * @param lines of the whole text
 * @param layout of {@link tableLayout}
 * @param options see {@link ReadOptions}
 * @throws FoldError `BATCH_TOO_LARGE`
 */
export function tableEntries(
  lines: Iterable<TextLine>,
  { delimiter, sequence, name, hasHeading }: Layout,
  { maxRecords = Infinity }: ReadOptions,
): TextEntry[] {
  const entries: TextEntry[] = [];
  let isHeading = hasHeading;
  for (const { text, number, offset } of lines) {
    if (text === '') continue;
    if (isHeading) {
      isHeading = false;
      continue;
    }
    const cells = cellsOf(text, delimiter);
    const { text: given, column } = cells[sequence] ?? { text: '', column: 0 };
    const letters = given.trimEnd();
    const begin = letters.length - letters.trimStart().length;
    const run = {
      index: 0,
      offset: offset + column + begin,
      line: number,
      column: column + begin + 1,
    };
    const title = cutTitle(cells[name]?.text ?? '');
    const chain = { letters: letters.trimStart(), runs: [run] };
    entries.push({ ...joinChains([chain]), title, hasHeader: true, line: number });
    refuseTooMany(entries.length, maxRecords);
  }
  return entries;
}

/** The cells of a line; quotes around a cell hide delimiters in it, two quotes within are one. */
function cellsOf(line: string, delimiter: string): Cell[] {
  const cells: Cell[] = [];
  for (let at = 0; at <= line.length;) {
    const isQuoted = line[at] === '"';
    let end = at;
    if (isQuoted) {
      end = line.indexOf('"', at + 1);
      while (end >= 0 && line[end + 1] === '"') end = line.indexOf('"', end + 2);
      if (end < 0) end = line.length;
    }
    const next = line.indexOf(delimiter, end);
    const stop = next < 0 ? line.length : next;
    cells.push(
      isQuoted
        ? { text: line.slice(at + 1, end).replaceAll('""', '"'), column: at + 1 }
        : { text: line.slice(at, stop), column: at },
    );
    at = stop + 1;
  }
  return cells;
}
