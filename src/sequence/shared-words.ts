/** @file How alike proteins are by the short words that they share: quick enough to look through many. */
import { aatypeOf, UNKNOWN_AATYPE } from './amino-acids.js';

/** Places of a word's three letters, apart from its first: with and without a gap, so that one mutation spoils fewer. */
const PATTERNS = [
  [1, 2],
  [1, 3],
  [2, 3],
] as const;

/** Above this two proteins resemble each other: of 1,000 pairs of different families fewer than 2 do. */
export const RELATED = 0.1;

/**
 * The words of a protein, each a number. Words with a residue that is none of the 20 are left out.
 *
 * @param sequences of all its chains, in one-letter code
 */
export function wordsOf(sequences: readonly string[]): Set<number> {
  const words = new Set<number>();
  for (const sequence of sequences) {
    const aatype = aatypeOf(sequence);
    for (const [pattern, [second, third]] of PATTERNS.entries())
      for (let first = 0; first + third < aatype.length; first++) {
        const letters = [aatype[first]!, aatype[first + second]!, aatype[first + third]!];
        if (letters.includes(UNKNOWN_AATYPE)) continue;
        words.add(letters.reduce((word, letter) => word * UNKNOWN_AATYPE + letter, pattern));
      }
  }
  return words;
}

/**
 * How many words two proteins share, as the cosine of the angle between their sets.
 *
 * @returns 0 where they share none, 1 where they have the same
 */
export function sharedWords(one: ReadonlySet<number>, other: ReadonlySet<number>): number {
  if (one.size === 0 || other.size === 0) return 0;
  let shared = 0;
  for (const word of one) shared += Number(other.has(word));
  return shared / Math.sqrt(one.size * other.size);
}
