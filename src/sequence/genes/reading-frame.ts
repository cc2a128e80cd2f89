/**
 * Where codons begin: 1, 2, 3 at the first, second, third nucleotide of the input; -1, -2, -3 at the first, second,
 * third nucleotide of its reverse complement, that is, at the last, last but one, last but two of the input.
 */
export type ReadingFrame = 1 | 2 | 3 | -1 | -2 | -3;

/** All six, in the order in which ties between them are decided. */
export const READING_FRAMES: readonly ReadingFrame[] = [1, 2, 3, -1, -2, -3];

/**
 * Where a codon's letters stand in the input.
 *
 * @param frame reading frame
 * @param index 0-based codon of that frame
 * @param numNucleotides length of the input
 * @returns three 1-based positions, descending on the reverse strand
 */
export function codonPositions(
  frame: ReadingFrame,
  index: number,
  numNucleotides: number,
): [number, number, number] {
  const read = Math.abs(frame) + 3 * index;
  return frame > 0
    ? [read, read + 1, read + 2]
    : [numNucleotides + 1 - read, numNucleotides - read, numNucleotides - 1 - read];
}
