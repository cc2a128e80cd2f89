import { alignmentError, type AlignmentText } from './alignment-error.js';
import type { RowPlace } from './row-text.js';
import { lineEnd, nextLine } from './text-lines.js';

const [LF, CR, NUL, BLANK, ABOVE, HASH] = [0x0a, 0x0d, 0x00, 0x20, 0x3e, 0x23];
const [SMALL_A, SMALL_S] = [0x61, 0x73];
/** Rows that HH-suite writes for itself: secondary structure and solvent accessibility, known or predicted. */
const ANNOTATION = /^(ss_pred|ss_conf|ss_dssp|sa_dssp|aa_dssp|aa_pred)\b/;
const ANNOTATION_LENGTH = 8;
/** Longest piece of a line that an error message quotes. */
const MAX_QUOTED = 20;
/** What people give by mistake, and what they could do. */
const OTHER_FORMATS: readonly (readonly [RegExp, string])[] = [
  [/^CLUSTAL/, 'Clustal is not read: convert the alignment to a3m, aligned FASTA or Stockholm'],
  [
    /^[ \t]*\d+[ \t]+\d+[ \t]*$/,
    'PHYLIP is not read: convert the alignment to a3m, aligned FASTA or Stockholm',
  ],
  [/^\s*[<{[]/, 'this looks like a web page or JSON, not like an alignment'],
  [/^(HEADER|ATOM|HETATM|data_)/, 'this looks like a structure, not like an alignment'],
];

/** A part of a text in which rows share columns. */
export interface FastaSection {
  /** Its lines before the first row, without the `#` that each begins with. */
  readonly comments: readonly string[];
  /** Byte at which it begins. */
  readonly start: number;
  readonly rows: () => Iterable<RowPlace>;
}

/**
 * Finds sections and rows of a3m or aligned FASTA. ColabFold and MMseqs2 put NUL between the alignments of several
 * queries; sections that hold nothing but white
 * space are left out, and so are rows of secondary structure (`ss_pred` and the like).
 *
 * @param text whole file
 * @throws ParseError `PARSE_ALIGNMENT` for text before the first row
 */
export function fastaSections(text: AlignmentText): FastaSection[] {
  const { bytes } = text;
  const sections: FastaSection[] = [];
  let start = 0;
  while (start < bytes.length) {
    const nul = bytes.indexOf(NUL, start);
    const end = nul < 0 ? bytes.length : nul;
    const { comments, at } = readComments(text, start, end);
    if (at < end) sections.push({ comments, start, rows: () => rowsIn(bytes, at, end) });
    start = end + 1;
  }
  return sections;
}

/** Reads lines up to the first that begins with `>`, which is where `at` then is; the end if there is none. */
function readComments(text: AlignmentText, start: number, end: number) {
  const { bytes } = text;
  const comments: string[] = [];
  let at = start;
  while (at < end && bytes[at] !== ABOVE) {
    const until = lineEnd(bytes, at, end);
    if (bytes[at] === HASH) comments.push(decode(bytes, at + 1, until));
    else if (bytes.subarray(at, until).some((byte) => byte > BLANK)) throw noRow(text, at, until);
    at = nextLine(bytes, until);
  }
  return { comments, at: Math.min(at, end) };
}

function* rowsIn(bytes: Uint8Array, start: number, end: number): Iterable<RowPlace> {
  let at = start;
  while (at < end) {
    const titleEnd = lineEnd(bytes, at, end);
    const next = nextTitle(bytes, titleEnd, end);
    if (!isAnnotation(bytes, at + 1))
      yield { titleStart: at + 1, titleEnd, body: [titleEnd, next] };
    at = next;
  }
}

function isAnnotation(bytes: Uint8Array, title: number): boolean {
  const mayBe = bytes[title] === SMALL_A || bytes[title] === SMALL_S;
  return mayBe && ANNOTATION.test(decode(bytes, title, title + ANNOTATION_LENGTH));
}

/** The next `>` that begins a line. */
function nextTitle(bytes: Uint8Array, start: number, end: number): number {
  for (
    let at = bytes.indexOf(ABOVE, start);
    at >= 0 && at < end;
    at = bytes.indexOf(ABOVE, at + 1)
  ) {
    const before = bytes[at - 1];
    if (before === LF || before === CR) return at;
  }
  return end;
}

function noRow(text: AlignmentText, start: number, end: number): Error {
  const line = decode(text.bytes, start, end);
  const other = OTHER_FORMATS.find(([pattern]) => pattern.test(line));
  return alignmentError(
    text,
    start,
    `${JSON.stringify(line.slice(0, MAX_QUOTED))} stands before the first row`,
    other?.[1] ?? 'each row begins with a line ">name"; a3m, aligned FASTA and Stockholm are read',
  );
}

const decode = (bytes: Uint8Array, start: number, end: number): string =>
  new TextDecoder().decode(bytes.subarray(start, end));
