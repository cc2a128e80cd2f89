import type { SequenceKind } from './interpretation.js';
import { isNucleotide } from '#sequence/genes/nucleotides';

/** Below this share of A, C, G, T, U and N, letters that could be nucleotides are taken for a protein. */
const MIN_PLAIN_SHARE = 0.9;

/**
 * Decides what letters stand for.
 *
 * 1. A letter that is no IUPAC nucleotide (E, F, I, L, P, Q, …) makes it a protein.
 * 2. If at least nine letters in ten are A, C, G, T, U or N, it is nucleotides, however short: `GATTACA` is DNA.
 *    A random protein of ten residues passes with a chance near 1 in 100,000.
 * 3. Else it is a protein: `MARK` could be four ambiguous nucleotides, but nobody writes those.
 *
 * Nucleotides are RNA where U is more frequent than T, else DNA.
 *
 * @param letters in either case, at least one
 * @returns the kind, and what was assumed in words unless rule 1 settled it
 */
export function recogniseKind(letters: string): { kind: SequenceKind; assumed?: string } {
  const counts = new Map<string, number>();
  for (const letter of letters.toUpperCase()) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  if ([...counts.keys()].some((letter) => !isNucleotide(letter))) return { kind: 'protein' };
  const count = (letter: string): number => counts.get(letter) ?? 0;
  const plain = ['A', 'C', 'G', 'T', 'U', 'N'].reduce((sum, letter) => sum + count(letter), 0);
  const share = plain / letters.length;
  const of = 'of its letters are A, C, G, T, U or N';
  const percent = `${Math.floor(100 * share)}%`;
  if (share < MIN_PLAIN_SHARE)
    return {
      kind: 'protein',
      assumed: `read as a protein, since ${share === 0 ? 'none' : `only ${percent}`} ${of}; if it is a gene, set the type to dna or rna`,
    };
  const kind = count('U') > count('T') ? 'rna' : 'dna';
  return {
    kind,
    assumed: `read as ${kind.toUpperCase()}, since ${percent} ${of}; if it is a protein, set the type to protein`,
  };
}
