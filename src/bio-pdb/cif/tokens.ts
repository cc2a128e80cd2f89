/** @file Cuts a CIF 1.1 text into tokens. */

import type { CifErrorAt } from './table.js';

/** What a token is; `data`, `save` and `loop` are the words with an underscore. */
export type CifTokenKind = 'data' | 'save' | 'loop' | 'tag' | 'value' | 'end';

const TAB = 9;
const LINE_FEED = 10;
const RETURN = 13;
const SPACE = 32;
const DOUBLE_QUOTE = 34;
const HASH = 35;
const SINGLE_QUOTE = 39;
const SEMICOLON = 59;
const UNDERSCORE = 95;
const RESERVED = /^(?:(data_)|(save_)|(loop_)$|(?:global_|stop_)$)/i;

/** Walks through the text; after `next` the token spans `start` to `end`, without quotes and prefixes. */
export class CifTokens {
  start = 0;
  end = 0;
  private position: number;
  private readonly text: string;
  private readonly errorAt: CifErrorAt;

  constructor(text: string, errorAt: CifErrorAt) {
    this.text = text;
    this.errorAt = errorAt;
    this.position = text.startsWith('\uFEFF') ? 1 : 0;
  }

  /** Goes to the next token. */
  next(): CifTokenKind {
    this.skipBlanks();
    const first = this.text.charCodeAt(this.position);
    if (Number.isNaN(first)) {
      this.start = this.end = this.text.length;
      return 'end';
    }
    if (first === SINGLE_QUOTE || first === DOUBLE_QUOTE) return this.readQuoted(first);
    if (first === SEMICOLON && this.isLineStart(this.position)) return this.readTextField();
    return this.readWord(first);
  }

  private skipBlanks(): void {
    const { text } = this;
    for (;;) {
      const code = text.charCodeAt(this.position);
      if (code === SPACE || code === LINE_FEED || code === RETURN || code === TAB) {
        this.position++;
      } else if (code === HASH) {
        while (this.position < text.length && !isLineEnd(text.charCodeAt(this.position))) {
          this.position++;
        }
      } else {
        return;
      }
    }
  }

  private readWord(first: number): CifTokenKind {
    const { text } = this;
    let end = this.position;
    while (end < text.length && !isBlank(text.charCodeAt(end))) end++;
    this.start = this.position;
    this.end = this.position = end;
    if (first === UNDERSCORE) return 'tag';
    // Only d, s, l and g begin a reserved word.
    return 'dslg'.includes(text.charAt(this.start).toLowerCase()) ? this.readReserved() : 'value';
  }

  private readReserved(): CifTokenKind {
    // No reserved word is longer than 7 characters, names of blocks apart.
    const match = RESERVED.exec(this.text.slice(this.start, Math.min(this.end, this.start + 8)));
    if (match === null) return 'value';
    const kind = match[1] ? 'data' : match[2] ? 'save' : match[3] ? 'loop' : undefined;
    if (kind === undefined) throw this.errorAt(`${match[0]} is not allowed in mmCIF`, this.start);
    if (kind !== 'loop') this.start += 5;
    return kind;
  }

  /** A quote closes the value only where a blank follows, so `'5'-end'` is one value. */
  private readQuoted(quote: number): CifTokenKind {
    const { text } = this;
    this.start = this.position + 1;
    for (let end = this.start; end < text.length; end++) {
      const code = text.charCodeAt(end);
      if (isLineEnd(code)) break;
      if (code === quote && (end + 1 === text.length || isBlank(text.charCodeAt(end + 1)))) {
        this.end = end;
        this.position = end + 1;
        return 'value';
      }
    }
    throw this.errorAt('the quoted value does not end on its line', this.position);
  }

  /** From a semicolon that begins a line to the next one that does. */
  private readTextField(): CifTokenKind {
    const { text } = this;
    this.start = this.position + 1;
    let close = text.indexOf(';', this.start);
    while (close >= 0 && !this.isLineStart(close)) close = text.indexOf(';', close + 1);
    if (close < 0) {
      throw this.errorAt('the text that begins with a semicolon never ends', this.position);
    }
    this.position = close + 1;
    const isPair =
      text.charCodeAt(close - 1) === LINE_FEED && text.charCodeAt(close - 2) === RETURN;
    this.end = Math.max(this.start, close - (isPair ? 2 : 1));
    return 'value';
  }

  private isLineStart(position: number): boolean {
    return position === 0 || isLineEnd(this.text.charCodeAt(position - 1));
  }
}

function isLineEnd(code: number): boolean {
  return code === LINE_FEED || code === RETURN;
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB || isLineEnd(code);
}
