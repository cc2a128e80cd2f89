/** @file Rows as they stand in a text, and what each of their signs means. */
import type { AlignmentText } from './alignment-error.js';

/** Where a row stands in the bytes of a text. */
export interface RowPlace {
  readonly titleStart: number;
  readonly titleEnd: number;
  /** Its signs: start and end of one stretch of bytes, start and end of the next, … */
  readonly body: readonly number[];
}

/** No model could read more rows, and what is kept for each must stay small. */
export const MAX_ROWS = 4_000_000;

/** In a3m lower case is an insertion; in aligned text every sign is a column. */
export type RowLayout = 'a3m' | 'aligned';

/** Rows that belong together, in a text. */
export interface TextRows extends AlignmentText {
  /** The rows in order, as often as they are asked for. */
  readonly rows: () => Iterable<RowPlace>;
  /** Which of the two it is; found out where it is not given. */
  readonly layout?: RowLayout;
}

/** Kinds of signs. */
export const REFUSED = 0;
export const BLANK = 1;
/** A letter in upper case. */
export const RESIDUE = 2;
/** An insertion in a3m, a residue in aligned text. */
export const LOWER_CASE = 3;
export const DASH = 4;
/** Nothing in a3m, where it stands opposite another row's insertion; a gap in aligned text. */
export const DOT = 5;
/** Some residue inside a row, nothing at its end. */
export const STOP_MARK = 6;
export const NUM_KINDS = 7;

/** `[256]` kind of each byte. */
export const KIND = new Uint8Array(256).fill(REFUSED);
for (const blank of ' \t\n\v\f\r') KIND[blank.charCodeAt(0)] = BLANK;
for (let letter = 0; letter < 26; letter++) {
  KIND[0x41 + letter] = RESIDUE;
  KIND[0x61 + letter] = LOWER_CASE;
}
for (const gap of '-_~') KIND[gap.charCodeAt(0)] = DASH;
KIND['.'.charCodeAt(0)] = DOT;
KIND['*'.charCodeAt(0)] = STOP_MARK;
