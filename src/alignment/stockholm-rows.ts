import { alignmentError, type AlignmentText } from './alignment-error.js';
import { MAX_ROWS, type RowPlace, type TextRows } from './row-text.js';
import { lineEnd, nextLine } from './text-lines.js';

const [BLANK, HASH, SLASH] = [0x20, 0x23, 0x2f];
const HEADER = /^# STOCKHOLM 1\./;

/** Whether a text calls itself Stockholm. */
export function isStockholm(bytes: Uint8Array): boolean {
  return HEADER.test(new TextDecoder().decode(bytes.subarray(0, 20)));
}

/**
 * Finds the alignments of a Stockholm file and their rows, whose pieces may stand in several blocks. Annotation is
 * left out. Rows are told apart by name, those with the same name by their order in the block.
 *
 * @param text whole file
 * @returns one for each `//`
 * @throws ParseError `PARSE_ALIGNMENT` for lines that are neither rows nor annotation, and for more than 4,000,000 rows
 * @source Sonnhammer, "Stockholm format", in the HMMER user's guide
 */
export function stockholmSections(text: AlignmentText): TextRows[] {
  const sections: TextRows[] = [];
  let rows = new Rows();
  const close = (): void => {
    const { places } = rows;
    if (places.length > 0) sections.push({ ...text, rows: () => places, layout: 'aligned' });
    rows = new Rows();
  };
  const { bytes } = text;
  for (let start = 0; start < bytes.length;) {
    const end = lineEnd(bytes, start, bytes.length);
    const name = skip(bytes, start, end, isBlank);
    if (name === end) rows.endBlock();
    else if (bytes[name] === SLASH) close();
    else if (bytes[name] !== HASH) rows.add(text, name, end);
    start = nextLine(bytes, end);
  }
  close();
  return sections;
}

const isBlank = (byte: number): boolean => byte <= BLANK;
const isSign = (byte: number): boolean => byte > BLANK;

/** The first byte from `start` on that is not of a kind; `end` if there is none. */
function skip(
  bytes: Uint8Array,
  start: number,
  end: number,
  isOfKind: (byte: number) => boolean,
): number {
  let at = start;
  while (at < end && isOfKind(bytes[at]!)) at++;
  return at;
}

/** The rows of one alignment as they are found. */
class Rows {
  readonly places: (RowPlace & { body: number[] })[] = [];
  private readonly indexOf = new Map<string, number>();
  private seenInBlock = new Map<string, number>();

  endBlock(): void {
    this.seenInBlock.clear();
  }

  /** Takes a line: a name, white space, and a piece of the row with that name. */
  add(text: AlignmentText, start: number, end: number): void {
    const { bytes } = text;
    const titleEnd = skip(bytes, start, end, isSign);
    const piece = skip(bytes, titleEnd, end, isBlank);
    if (piece === end)
      throw alignmentError(text, start, 'a row needs a name, white space and residues');
    const name = new TextDecoder().decode(bytes.subarray(start, titleEnd));
    const occurrence = this.seenInBlock.get(name) ?? 0;
    this.seenInBlock.set(name, occurrence + 1);
    const key = `${name}\n${occurrence}`;
    const index = this.indexOf.get(key) ?? this.places.length;
    if (index === MAX_ROWS) throw alignmentError(text, start, 'more than 4,000,000 rows');
    this.indexOf.set(key, index);
    this.places[index] ??= { titleStart: start, titleEnd, body: [] };
    this.places[index].body.push(piece, end);
  }
}
