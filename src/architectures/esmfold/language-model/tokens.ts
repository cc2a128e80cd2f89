/** @file The alphabet of ESM-2 language models. */

/** Token of each letter: position in this list. */
export const TOKENS = [
  '<cls>', '<pad>', '<eos>', '<unk>',
  'L', 'A', 'G', 'V', 'S', 'E', 'R', 'T', 'I', 'D', 'P', 'K', 'Q', 'N', 'F', 'Y', 'M', 'H', 'W', 'C',
  'X', 'B', 'U', 'Z', 'O', '.', '-', '<null_1>', '<mask>',
] as const; // prettier-ignore

export const START_TOKEN = 0;
export const PADDING_TOKEN = 1;
export const END_TOKEN = 2;
export const MASK_TOKEN = 32;

const RESIDUES = 'ARNDCQEGHILKMFPSTWYVX';
/** Token of each residue type 0-20. */
export const TOKEN_OF_AATYPE: Int32Array = Int32Array.from(RESIDUES, (letter) =>
  TOKENS.findIndex((token) => token === letter),
);

/**
 * Tokens of one sequence: start, residues, end, then padding up to `numResidues + 2`.
 *
 * @param aatype residue types, at most `numResidues`
 */
export function tokenise(aatype: ArrayLike<number>, numResidues = aatype.length): Int32Array {
  const tokens = new Int32Array(numResidues + 2).fill(PADDING_TOKEN);
  tokens[0] = START_TOKEN;
  for (let i = 0; i < aatype.length; i++) tokens[i + 1] = TOKEN_OF_AATYPE[aatype[i]!]!;
  tokens[aatype.length + 1] = END_TOKEN;
  return tokens;
}
