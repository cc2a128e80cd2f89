import { FoldError } from '#errors';

/** The error for a record that is no gene where only genes make sense. */
export function refusedProtein(name: string): FoldError {
  return new FoldError('READING_FRAME', `${name} is a protein: it has no codons`, {
    hint: '--type dna or --type rna, if its letters are nucleotides',
  });
}
