/** One-letter codes in the order of `aatype`: 0-19 the amino acids, 20 = X for any other residue. */
export const RESIDUE_LETTERS = 'ARNDCQEGHILKMFPSTWYVX';
/** Types that have rules of their own: no side chain, and a side chain that is bonded to its own N. */
export const GLYCINE = RESIDUE_LETTERS.indexOf('G');
export const PROLINE = RESIDUE_LETTERS.indexOf('P');

/** `aatype` of X. */
export const UNKNOWN_AATYPE = 20;

/** Three-letter codes in the order of `aatype`, as written to structure files. */
export const RESIDUE_NAMES =
  'ALA ARG ASN ASP CYS GLN GLU GLY HIS ILE LEU LYS MET PHE PRO SER THR TRP TYR VAL UNK'.split(
    ' ',
  ) as readonly string[];

const AATYPE_OF_CHAR_CODE = new Uint8Array(128).fill(UNKNOWN_AATYPE);
for (let aatype = 0; aatype < RESIDUE_LETTERS.length; aatype++)
  AATYPE_OF_CHAR_CODE[RESIDUE_LETTERS.charCodeAt(aatype)] = aatype;
const AATYPE_OF_NAME = new Map(RESIDUE_NAMES.map((name, aatype) => [name, aatype]));

/**
 * Residue types of a sequence.
 *
 * @param sequence N one-letter codes, upper case; a letter that is not an amino acid counts as X
 * @returns `[N]` 0-20 in the order of {@link RESIDUE_LETTERS}
 */
export function aatypeOf(sequence: string): Uint8Array {
  const aatype = new Uint8Array(sequence.length);
  for (let i = 0; i < sequence.length; i++)
    aatype[i] = AATYPE_OF_CHAR_CODE[sequence.charCodeAt(i)] ?? UNKNOWN_AATYPE;
  return aatype;
}

/**
 * The sequence that residue types stand for: the inverse of {@link aatypeOf}.
 *
 * @param aatype `[N]` 0-20
 * @returns N one-letter codes
 */
export function sequenceOf(aatype: ArrayLike<number>): string {
  return Array.from(aatype, (type) => RESIDUE_LETTERS[type] ?? 'X').join('');
}

/**
 * Three-letter code of a residue.
 *
 * @param letter one-letter code, upper case
 * @returns for example `ALA`; `UNK` for X and whatever is not an amino acid
 */
export function threeLetter(letter: string): string {
  return RESIDUE_NAMES[AATYPE_OF_CHAR_CODE[letter.charCodeAt(0)] ?? UNKNOWN_AATYPE]!;
}

/**
 * One-letter code of a residue.
 *
 * @param name three-letter code, upper case
 * @returns for example `A`; `X` for `UNK` and whatever is not one of the 20 amino acids
 */
export function oneLetter(name: string): string {
  return RESIDUE_LETTERS[AATYPE_OF_NAME.get(name) ?? UNKNOWN_AATYPE]!;
}
