import type { GeneticCode } from './genetic-code.js';

/** Character code of `*`, the mark of a stop codon. */
export const STOP = '*'.charCodeAt(0);

const ASCII = new TextDecoder();

/**
 * Residues of codons, one letter each.
 *
 * @param codons `[N]` base bits as `b1 << 8 | b2 << 4 | b3`
 * @param code genetic code
 * @param firstIsStart read the first codon as M, as the ribosome reads alternative start codons too
 * @returns N letters, `*` for stop, X where a codon leaves a choice
 */
export function readCodons(codons: Uint16Array, code: GeneticCode, firstIsStart = false): string {
  const residues = ASCII.decode(Uint8Array.from(codons, (codon) => code.residueOfBits[codon]!));
  return firstIsStart && residues !== '' ? `M${residues.slice(1)}` : residues;
}
