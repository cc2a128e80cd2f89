import type { Letters, Run } from './letters.js';

/** Pieces of text, apart from what may part the letters of a sequence: white space, and line ends as JSON writes them. */
const PIECES = /\\[nrt]|((?:[^\s\\]|\\(?![nrt]))+)/g;

/** Finds the sequences of a structured text in it again, in the order in which they stand there. */
export class LetterFinder {
  readonly #text: string;
  /** The text without what may part letters, and where in the text each of its characters stands. */
  readonly #squeezed: string;
  readonly #offsets: Uint32Array;
  /** In the squeezed text, behind what was found last. */
  #next = 0;
  #line = 1;
  #lineBegin = 0;
  #lineEnd: number;

  /** @param text whole file */
  constructor(text: string) {
    this.#text = text;
    this.#lineEnd = this.#endFrom(0);
    this.#offsets = new Uint32Array(text.length);
    const pieces: string[] = [];
    let count = 0;
    for (const { 1: piece, index } of text.matchAll(PIECES)) {
      if (piece === undefined) continue;
      for (let k = 0; k < piece.length; k++) this.#offsets[count++] = index + k;
      pieces.push(piece);
    }
    this.#squeezed = pieces.join('');
  }

  /**
   * The places of a sequence behind those found before: a run for each piece that blanks or line ends part from the others.
   * The end of the text where it is written otherwise, with other escapes.
   *
   * @param letters as they were read, without white space
   */
  find(letters: string): Run[] {
    const found = letters === '' ? -1 : this.#squeezed.indexOf(letters, this.#next);
    // what is not found would be looked for to the end of the text each time
    this.#next = found < 0 ? this.#squeezed.length : found + letters.length;
    if (found < 0) return [this.#runAt(0, this.#text.length)];
    const runs: Run[] = [];
    for (let index = 0; index < letters.length; index++) {
      const offset = this.#offsets[found + index]!;
      if (index === 0 || offset !== this.#offsets[found + index - 1]! + 1)
        runs.push(this.#runAt(index, offset));
    }
    return runs;
  }

  #runAt(index: number, offset: number): Run {
    for (; this.#lineEnd < offset; this.#lineEnd = this.#endFrom(this.#lineBegin)) {
      this.#line++;
      this.#lineBegin = this.#lineEnd + 1;
    }
    return { index, offset, line: this.#line, column: offset - this.#lineBegin + 1 };
  }

  #endFrom(offset: number): number {
    const end = this.#text.indexOf('\n', offset);
    return end < 0 ? Infinity : end;
  }
}

/** A chain as read, with the places of its letters. */
export interface PlacedChain {
  readonly letters: string;
  readonly runs: readonly Run[];
}

/**
 * Chains as the letters of one record, `:` between them.
 *
 * @param chains in order
 */
export function joinChains(chains: readonly PlacedChain[]): Letters {
  let begin = 0;
  const runs = chains.flatMap(({ letters, runs }) => {
    const placed = runs.map((run) => ({ ...run, index: begin + run.index }));
    begin += letters.length + 1;
    return placed;
  });
  return { letters: chains.map(({ letters }) => letters).join(':'), numbering: [], runs };
}
