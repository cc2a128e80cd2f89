/** A line of a text. */
export interface TextLine {
  /** Without its line end and without white space before that. */
  readonly text: string;
  /** 1-based. */
  readonly number: number;
  /** 0-based offset of its first character in the text. */
  readonly offset: number;
}

const LINE = /[^\r\n]*(?:\r\n|\r|\n|$)/g;
/** Titles go into lists, files and names; the longest of public databases have a few hundred characters. */
const MAX_TITLE_LENGTH = 1000;

/**
 * The lines of a text, whatever ends them.
 *
 * @param text a byte order mark at its beginning belongs to no line
 */
export function* textLines(text: string): Generator<TextLine> {
  let number = 0;
  let offset = 0;
  for (const [line] of text.matchAll(LINE)) {
    number++;
    const begin = number === 1 && line.startsWith('\uFEFF') ? 1 : 0;
    yield { text: line.slice(begin).trimEnd(), number, offset: offset + begin };
    offset += line.length;
  }
}

/**
 * A title without white space around it, and without its end where it is longer than anybody reads.
 *
 * @param given as it stands in the text
 */
export function cutTitle(given: string): string {
  const title = given.trim();
  if (title.length <= MAX_TITLE_LENGTH) return title;
  return `${title.slice(0, MAX_TITLE_LENGTH).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
