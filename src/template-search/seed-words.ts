import { BLOSUM62 } from '#sequence/blosum62.generated';

/** Letters of a word. */
export const WORD_LETTERS = 3;
/** Two words that score less with each other are no neighbours; half bits, as BLASTP has it for its searches. */
const LEAST_WORD_SCORE = 11;
/** Amino acids; X and all else begin no word. */
const NUM_TYPES = 20;
/** A word is a number of five bits a letter, so that the next one is had by a shift. */
const LETTER_BITS = 5;
const NUM_WORDS = 1 << (WORD_LETTERS * LETTER_BITS);
const WORD_MASK = NUM_WORDS - 1;

/** Where the words that resemble those of a query lie in it. */
export interface SeedWords {
  /** `[32768 + 1]` where the places of each word begin in `places`. */
  readonly starts: Int32Array;
  /** Places of the query's words, word by word. */
  readonly places: Int32Array;
}

/** The word that follows another when one letter more is read. */
export function nextWord(word: number, type: number): number {
  return ((word << LETTER_BITS) | type) & WORD_MASK;
}

/**
 * For every word of three letters the places of a query whose words resemble it.
 *
 * @param query `[N]` types 0-20
 * @source Altschul et al. 1990 "Basic local alignment search tool": neighbourhood words
 */
export function seedWords(query: ArrayLike<number>): SeedWords {
  const found: [word: number, place: number][] = [];
  for (let place = 0; place + WORD_LETTERS <= query.length; place++) {
    const types = [query[place]!, query[place + 1]!, query[place + 2]!];
    if (types.some((type) => type >= NUM_TYPES)) continue;
    const [first, second, third] = types.map((type) => BLOSUM62[type]!);
    for (let a = 0; a < NUM_TYPES; a++)
      for (let b = 0; b < NUM_TYPES; b++)
        for (let c = 0; c < NUM_TYPES; c++)
          if (first![a]! + second![b]! + third![c]! >= LEAST_WORD_SCORE)
            found.push([nextWord(nextWord(nextWord(0, a), b), c), place]);
  }
  const starts = new Int32Array(NUM_WORDS + 1);
  for (const [word] of found) starts[word + 1]!++;
  for (let word = 0; word < NUM_WORDS; word++) starts[word + 1]! += starts[word]!;
  const next = starts.slice();
  const places = new Int32Array(found.length);
  for (const [word, place] of found) places[next[word]!++] = place;
  return { starts, places };
}
