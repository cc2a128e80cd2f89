import { FoldError } from '#errors';

/**
 * Where codons begin: 1, 2, 3 at the first, second, third nucleotide of the input; -1, -2, -3 at the first, second,
 * third nucleotide of its reverse complement, that is, at the last, last but one, last but two of the input.
 */
export type ReadingFrame = 1 | 2 | 3 | -1 | -2 | -3;

/** All six, in the order in which ties between them are decided. */
export const READING_FRAMES: readonly ReadingFrame[] = [1, 2, 3, -1, -2, -3];

/**
 * The frame of a codon.
 *
 * @param place 0-based place of its first letter on its strand
 * @param isReverse whether that is the reverse strand
 */
export function frameOfPlace(place: number, isReverse: boolean): ReadingFrame {
  const frame = (place % 3) + 1;
  return (isReverse ? -frame : frame) as ReadingFrame;
}

/**
 * Where a codon lies on its strand.
 *
 * @param start 1-based position in the input of its first letter
 * @param frame the frame that was asked for; its sign names the strand, `auto` the forward one
 * @param numNucleotides length L of the input
 * @returns frame, and 0-based place on the frame's strand
 * @throws FoldError `READING_FRAME` where the input ends before, or the position is in another frame
 */
export function placeOfStart(
  start: number,
  frame: 'auto' | ReadingFrame,
  numNucleotides: number,
): { readonly frame: ReadingFrame; readonly begin: number } {
  const isReverse = frame !== 'auto' && frame < 0;
  const begin = isReverse ? numNucleotides - start : start - 1;
  if (start < 1 || start > numNucleotides)
    throw new FoldError(
      'READING_FRAME',
      `there is no position ${start}: the input has ${numNucleotides} nucleotides`,
      { hint: 'start is the position of the first letter of the first codon, counted from 1' },
    );
  const found = frameOfPlace(begin, isReverse);
  if (frame !== 'auto' && frame !== found)
    throw new FoldError(
      'READING_FRAME',
      `a codon that begins at position ${start} is in frame ${found}, not in frame ${frame}`,
      { hint: 'give the start alone, or a frame with a start that the list of candidates names' },
    );
  return { frame: found, begin };
}
