/** @file The letters of a record, freed from line ends, spaces and numbering, each traceable to its place in the text. */

/** A run of letters that stand together in the text. */
interface Run {
  /** 0-based index of its first letter among the letters. */
  readonly index: number;
  /** 0-based offset of its first letter in the text. */
  readonly offset: number;
}

/** What a record holds besides its header. */
export interface Letters {
  /** All letters in order, as given; anything but white space and position numbers counts as a letter. */
  readonly letters: string;
  /** 0-based offsets in the text of position numbers that were left out, as in GenBank and UniProt pages. */
  readonly numbering: readonly number[];
  /** Finds letters in the text again; ascending. */
  readonly runs: readonly Run[];
}

/** White space, and the invisible characters that come along when text is copied from pages. */
const TOKEN = /[^\s\u200B-\u200D\u2060\uFEFF]+/g;
const PLAIN_LINE = /^[A-Za-z]+$/;

/**
 * Gathers the letters of some lines. Position numbers are left out where they stand alone or at an edge of a line
 * (`1 atggcc`, `ATGGCC60`); a digit among letters stays, for the caller to refuse.
 *
 * @param lines each with the 0-based offset of its first character in the text
 */
export function gatherLetters(
  lines: readonly { readonly text: string; readonly offset: number }[],
): Letters {
  const parts: string[] = [];
  const runs: Run[] = [];
  const numbering: number[] = [];
  let index = 0;
  const add = (part: string, offset: number): void => {
    parts.push(part);
    runs.push({ index, offset });
    index += part.length;
  };
  for (const { text, offset } of lines) {
    if (PLAIN_LINE.test(text)) {
      add(text, offset);
      continue;
    }
    const tokens = [...text.matchAll(TOKEN)];
    for (const [i, token] of tokens.entries()) {
      const { before, middle, after } = edgeDigits(token[0]);
      const at = offset + token.index;
      const numberBefore = before !== '' && (i === 0 || middle === '') ? before : '';
      const numberAfter = after !== '' && i === tokens.length - 1 ? after : '';
      if (numberBefore !== '') numbering.push(at);
      if (numberAfter !== '') numbering.push(at + before.length + middle.length);
      const letters = token[0].slice(
        numberBefore.length,
        token[0].length - (numberBefore === token[0] ? 0 : numberAfter.length),
      );
      if (letters !== '') add(letters, at + numberBefore.length);
    }
  }
  return { letters: parts.join(''), numbering, runs };
}

/** Digits at both ends of a token; one of digits alone is all `before`. */
function edgeDigits(token: string): { before: string; middle: string; after: string } {
  const isDigit = (i: number): boolean => token[i]! >= '0' && token[i]! <= '9';
  let begin = 0;
  while (begin < token.length && isDigit(begin)) begin++;
  let end = token.length;
  while (end > begin && isDigit(end - 1)) end--;
  return {
    before: token.slice(0, begin),
    middle: token.slice(begin, end),
    after: token.slice(end),
  };
}

/**
 * Where a letter stands in the text.
 *
 * @param letters what {@link gatherLetters} made
 * @param index 0-based letter
 * @returns 0-based offset in the text
 */
export function offsetOf(letters: Letters, index: number): number {
  const { runs } = letters;
  let [low, high] = [0, runs.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (runs[middle]!.index <= index) low = middle;
    else high = middle - 1;
  }
  const run = runs[low];
  return run ? run.offset + index - run.index : 0;
}
