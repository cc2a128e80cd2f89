/** The codon that a residue came from, in the letters and positions of the input as it was given. */
export interface CodonLink {
  /** Three letters as read on the coding strand, upper case, T for U. */
  readonly codon: string;
  /** 1-based positions of these letters in the input's nucleotides; descending on the reverse strand. */
  readonly positions: readonly [number, number, number];
}

/** One protein chain, ready for a model. */
export interface Chain {
  /** Chain identifier as written to structure files: A, B, … */
  readonly id: string;
  /** Residues in one-letter code: the 20 amino acids and X. */
  readonly sequence: string;
  /** One link for each residue where the chain was translated from DNA or RNA. */
  readonly codons?: readonly CodonLink[];
}

const CHAIN_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/**
 * Identifier of a chain by its place: A to Z, a to z, 0 to 9 as PDB files allow, then AA, AB, … as mmCIF files do.
 *
 * @param index 0-based
 */
export function chainIdOf(index: number): string {
  if (index < CHAIN_LETTERS.length) return CHAIN_LETTERS.charAt(index);
  const rest = index - CHAIN_LETTERS.length;
  return chainIdOf(Math.floor(rest / 26)) + CHAIN_LETTERS.charAt(rest % 26);
}

/** Residues of all chains together. */
export function countResidues(chains: readonly Pick<Chain, 'sequence'>[]): number {
  return chains.reduce((sum, { sequence }) => sum + sequence.length, 0);
}
