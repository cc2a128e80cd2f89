/** @file The letters of a record, freed from line ends, spaces and numbering, each traceable to its place in the text. */

import type { TextLine } from './lines.js';

/** Where a letter stands in a text. */
export interface TextPlace {
  /** 0-based, in the whole text. */
  readonly offset: number;
  /** 1-based. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
}

/** A run of letters that stand together in the text; its place is that of the first. */
export interface Run extends TextPlace {
  /** 0-based index of its first letter among the letters. */
  readonly index: number;
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
const POSITION_NUMBER = /^[0-9]+$/;

/**
 * Gathers the letters of some lines. Numbers that blanks part from the letters are positions and are left out
 * (`1 atggcc`, `ATGGCC 60`); a digit that touches a letter stays, for the caller to refuse.
 *
 * @param lines in order
 */
export function gatherLetters(lines: readonly TextLine[]): Letters {
  const parts: string[] = [];
  const runs: Run[] = [];
  const numbering: number[] = [];
  let index = 0;
  const add = (part: string, line: TextLine, at: number): void => {
    parts.push(part);
    runs.push({ index, offset: line.offset + at, line: line.number, column: at + 1 });
    index += part.length;
  };
  for (const line of lines) {
    if (PLAIN_LINE.test(line.text)) {
      add(line.text, line, 0);
      continue;
    }
    for (const { 0: token, index: at } of line.text.matchAll(TOKEN)) {
      if (POSITION_NUMBER.test(token)) numbering.push(line.offset + at);
      else add(token, line, at);
    }
  }
  return { letters: parts.join(''), numbering, runs };
}

/**
 * Where a letter stands in the text.
 *
 * @param letters what {@link gatherLetters} made
 * @param index 0-based letter
 */
export function placeOf({ runs }: Letters, index: number): TextPlace {
  let [low, high] = [0, runs.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (runs[middle]!.index <= index) low = middle;
    else high = middle - 1;
  }
  const run = runs[low];
  if (!run) return { offset: 0, line: 1, column: 1 };
  const after = index - run.index;
  return { offset: run.offset + after, line: run.line, column: run.column + after };
}
