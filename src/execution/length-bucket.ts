/** Below this, lengths are so short that padding to it costs nothing. */
const SMALLEST = 32;
/** Lengths between one power of two and the next: a padded pair representation is at most 1.6 times as large. */
const STEPS = 4;

/**
 * The length to which a sequence is padded, so that many lengths share few graphs.
 *
 * @param numResidues of the sequence
 * @returns at least as many
 */
export function lengthBucket(numResidues: number): number {
  if (numResidues <= SMALLEST) return SMALLEST;
  const step = 2 ** Math.floor(Math.log2(numResidues - 1)) / STEPS;
  return Math.ceil(numResidues / step) * step;
}
