import { BLOSUM62 } from '#sequence/blosum62.generated';
import { nextWord, seedWords, WORD_LETTERS, type SeedWords } from './seed-words.js';

/** Two words on one diagonal are further apart by no more than this. */
const WINDOW = 40;
/** An extension ends when its score has fallen by this, half bits: 7 bits. */
const DROP = 16;
/** An ungapped alignment counts from here, half bits: 20 bits, 2 below what BLASTP asks for. */
const LEAST_SCORE = 36;
const NUM_LETTERS = 21;
/** Residues; the longest known protein has 36,000. */
const LONGEST = 1 << 17;

/**
 * Looks for ungapped alignments of one query with many sequences, one after the other: where two words that resemble
 * words of the query lie on one diagonal, the alignment there is extended to both sides.
 *
 * @source Altschul et al. 1997 "Gapped BLAST and PSI-BLAST": the two-hit method
 */
export class DiagonalScan {
  readonly #query: Uint8Array;
  readonly #words: SeedWords;
  /** `[N, 21]` what each place of the query scores with each type. */
  readonly #profile: Int8Array;
  /** By diagonal: where in all that was scanned its last word or extension ended. */
  readonly #last: Int32Array;
  /** Where the present sequence begins in all that was scanned; `WINDOW` lies between two sequences. */
  #origin = 2 * WINDOW;

  /** @param query `[N]` types 0-20 */
  constructor(query: Uint8Array) {
    this.#query = query;
    this.#words = seedWords(query);
    this.#profile = Int8Array.from(
      { length: NUM_LETTERS * query.length },
      (_, at) => BLOSUM62[query[Math.floor(at / NUM_LETTERS)]!]![at % NUM_LETTERS]!,
    );
    this.#last = new Int32Array(query.length + LONGEST);
  }

  /**
   * The best ungapped alignment with a sequence.
   *
   * @param types `[M]` 0-20
   * @param begin where in `types` the sequence begins
   * @param end where it ends
   * @returns its score in half bits; 0 where there is none worth extending
   */
  best(types: Uint8Array, begin: number, end: number): number {
    const { starts, places } = this.#words;
    const last = this.#last;
    const length = Math.min(end - begin, LONGEST);
    const numPlaces = this.#query.length;
    if (this.#origin > 2 ** 31 - 2 * LONGEST) this.#restart();
    const origin = this.#origin;
    let best = 0;
    let word = 0;
    for (let at = 0; at < length; at++) {
      const type = types[begin + at]!;
      word = nextWord(word, type);
      if (at < WORD_LETTERS - 1) continue;
      const place = at - WORD_LETTERS + 1;
      const stop = starts[word + 1]!;
      for (let k = starts[word]!; k < stop; k++) {
        const first = places[k]!;
        const diagonal = place - first + numPlaces;
        const here = origin + place;
        const apart = here - last[diagonal]!;
        if (apart < WORD_LETTERS) continue; // overlaps the word before, or lies within what was extended
        if (apart > WINDOW) {
          last[diagonal] = here;
          continue;
        }
        const { score, reached } = this.#extend(types, begin, length, first, place);
        last[diagonal] = origin + reached;
        if (score > best) best = score;
      }
    }
    this.#origin = origin + length + WINDOW + 1;
    return best >= LEAST_SCORE ? best : 0;
  }

  #extend(types: Uint8Array, begin: number, length: number, first: number, second: number) {
    const profile = this.#profile;
    const most = Math.min(this.#query.length - first, length - second);
    let [score, top, reached] = [0, 0, 0];
    for (let k = 0; k < most && score > top - DROP; k++) {
      score += profile[NUM_LETTERS * (first + k) + types[begin + second + k]!]!;
      if (score <= top) continue;
      top = score;
      reached = k;
    }
    score = top;
    const least = -Math.min(first, second);
    for (let k = -1; k >= least && score > top - DROP; k--) {
      score += profile[NUM_LETTERS * (first + k) + types[begin + second + k]!]!;
      if (score > top) top = score;
    }
    return { score: top, reached: second + reached };
  }

  #restart() {
    this.#last.fill(0);
    this.#origin = 2 * WINDOW;
  }
}
