import { FoldError } from '#errors';

/** Where a refused letter stands. */
export interface LetterPlace {
  readonly letter: string;
  /** 1-based position in the letters of its chain. */
  readonly position: number;
  /** Name of the record, where there is one. */
  readonly record?: string;
  /** 0-based offset in the whole text, for marking. */
  readonly offset?: number;
  /** 1-based line and column in the whole text. */
  readonly line?: number;
  readonly column?: number;
}

/** A letter that no rule can read; says which and where, so that a form can mark it. */
export class SequenceLetterError extends FoldError {
  override readonly name = 'SequenceLetterError';
  readonly place: LetterPlace;

  constructor(message: string, place: LetterPlace, hint?: string) {
    super('SEQUENCE_LETTER', message, { hint, details: { ...place } });
    this.place = place;
  }
}

const READABLE = {
  residue: 'residues are the 20 amino acids, X, and U, O, B, Z, J, which are replaced',
  nucleotide: 'nucleotides are A, C, G, T, U and the IUPAC letters R, Y, S, W, K, M, B, D, H, V, N',
};
const LAST_ASCII = 0x7f;
const GAP = 'remove the gaps: an aligned sequence is not a chain';
const DIGIT = 'position numbers stand apart from the letters, with a blank between';
const FOREIGN =
  'it only looks like a letter from A to Z: type it again (word processors and translators put such letters in)';
const TABLE =
  'separate chains with ":"; a table needs a heading such as "id,sequence" where its columns do not speak for themselves';
/** Hints for signs that people do write into sequences. */
const HINTS: Readonly<Record<string, string>> = {
  '-': GAP,
  '.': GAP,
  '*': 'a stop mark * may only end a protein',
  ',': TABLE,
  ';': TABLE,
  '/': 'separate chains with ":"',
  '>': 'start each record on a line of its own',
  ...Object.fromEntries(Array.from('0123456789', (digit) => [digit, DIGIT])),
};

/**
 * The error for a letter that is neither residue nor nucleotide.
 *
 * @param letters of one chain, as given
 * @param index 0-based place of the letter
 * @param wanted what it should have been
 */
export function refusedLetter(
  letters: string,
  index: number,
  wanted: 'residue' | 'nucleotide',
): SequenceLetterError {
  const code = letters.codePointAt(index) ?? 0;
  const letter = String.fromCodePoint(code);
  const isForeign = code > LAST_ASCII && /\p{L}/u.test(letter);
  const shown = isForeign ? `"${letter}" (${unicodeName(code)})` : `"${letter}"`;
  return new SequenceLetterError(
    `${shown} at position ${index + 1} is not a ${wanted}`,
    { letter, position: index + 1 },
    isForeign ? FOREIGN : (HINTS[letter] ?? READABLE[wanted]),
  );
}

/** Such as U+039C, which tells a Greek letter from the one that looks the same. */
function unicodeName(code: number): string {
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}
