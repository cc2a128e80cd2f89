import type { Letters, TextPlace } from './letters.js';

/** Finds the sequences of a structured text in it again, in the order in which they stand there. */
export class LetterFinder {
  readonly #text: string;
  #offset = 0;
  #line = 1;
  #lineBegin = 0;

  /** @param text whole file */
  constructor(text: string) {
    this.#text = text;
  }

  /**
   * The place of a sequence behind those found before; the end of the text where it is written otherwise, with escapes.
   *
   * @param sequence as it was read
   */
  find(sequence: string): TextPlace {
    const found = sequence === '' ? -1 : this.#text.indexOf(sequence, this.#offset);
    // what is not found would be looked for to the end of the text each time
    this.#moveTo(found < 0 ? this.#text.length : found);
    const place = {
      offset: this.#offset,
      line: this.#line,
      column: this.#offset - this.#lineBegin + 1,
    };
    if (found >= 0) this.#moveTo(found + sequence.length);
    return place;
  }

  #moveTo(offset: number): void {
    for (let at = this.#text.indexOf('\n', this.#offset); at >= 0 && at < offset;) {
      this.#line++;
      this.#lineBegin = at + 1;
      at = this.#text.indexOf('\n', at + 1);
    }
    this.#offset = offset;
  }
}

/** A chain as read, with the place of its first letter. */
export interface PlacedChain {
  readonly letters: string;
  readonly place: TextPlace;
}

/**
 * Chains as the letters of one record, `:` between them.
 *
 * @param chains in order
 */
export function joinChains(chains: readonly PlacedChain[]): Letters {
  let index = 0;
  const runs = chains.map(({ letters, place }) => {
    const run = { index, ...place };
    index += letters.length + 1;
    return run;
  });
  return { letters: chains.map(({ letters }) => letters).join(':'), numbering: [], runs };
}
