import { refusedLetter } from '#sequence/sequence-error';

/** Bit of each base; an ambiguous letter is the union of what it may be. */
export const BASE_BITS = { T: 1, C: 2, A: 4, G: 8 } as const;

const { T, C, A, G } = BASE_BITS;
/** @source IUPAC-IUB nomenclature for incompletely specified bases (1984), Table 1; U is read as T */
const LETTER_BITS: Readonly<Record<string, number>> = {
  T,
  U: T,
  C,
  A,
  G,
  R: A | G,
  Y: C | T,
  S: C | G,
  W: A | T,
  K: G | T,
  M: A | C,
  B: C | G | T,
  D: A | G | T,
  H: A | C | T,
  V: A | C | G,
  N: A | C | G | T,
};

const BITS_OF_CHAR_CODE = new Uint8Array(128);
/** Letters of 1-15 base bits, T for U. */
const LETTER_OF_BITS: string[] = [];
for (const [letter, bits] of Object.entries(LETTER_BITS)) {
  BITS_OF_CHAR_CODE[letter.charCodeAt(0)] = bits;
  BITS_OF_CHAR_CODE[letter.toLowerCase().charCodeAt(0)] = bits;
  if (letter !== 'U') LETTER_OF_BITS[bits] = letter;
}

/** Is the letter, in either case, an IUPAC nucleotide? */
export function isNucleotide(letter: string): boolean {
  return (BITS_OF_CHAR_CODE[letter.charCodeAt(0)] ?? 0) > 0;
}

/**
 * Base bits of nucleotides, see {@link BASE_BITS}.
 *
 * @param nucleotides IUPAC letters in either case, T or U
 * @param begin 0-based place of the first of L letters to read
 * @param end 0-based place after the last
 * @returns `[L]` 1-15
 * @throws SequenceLetterError for any other letter
 */
export function encodeNucleotides(
  nucleotides: string,
  begin = 0,
  end = nucleotides.length,
): Uint8Array {
  const bits = new Uint8Array(end - begin);
  for (let i = 0; i < bits.length; i++) {
    const value = BITS_OF_CHAR_CODE[nucleotides.charCodeAt(begin + i)] ?? 0;
    if (value === 0) throw refusedLetter(nucleotides, begin + i, 'nucleotide');
    bits[i] = value;
  }
  return bits;
}

/**
 * Letters of base bits: the inverse of {@link encodeNucleotides}, with T for U.
 *
 * @param bits `[L]` 1-15
 */
export function decodeNucleotides(bits: Uint8Array): string {
  return Array.from(bits, (value) => LETTER_OF_BITS[value]!).join('');
}

/**
 * The other strand, read from its own 5' end.
 *
 * @param bits `[L]` base bits
 * @returns `[L]`
 */
export function reverseComplement(bits: Uint8Array): Uint8Array {
  // A pairs with T and G with C: both lie two bits apart.
  return bits.map((value) => ((value & (T | C)) << 2) | (value >> 2)).reverse();
}
