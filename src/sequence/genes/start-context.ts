/**
 * Do the bases around a start codon make ribosomes begin there: a purine three before it and a G behind it?
 *
 * @param before the three nucleotides before the start codon, on its strand; undefined where there are none
 * @param after those behind it
 * @source Kozak 1987 "An analysis of 5'-noncoding sequences from 699 vertebrate messenger RNAs"
 */
export function isStrongContext(before: string | undefined, after: string | undefined): boolean {
  return /^[AGR]/.test(before ?? '') && /^G/.test(after ?? '');
}
