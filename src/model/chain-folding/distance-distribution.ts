import { DISTOGRAM_LIMITS, NUM_DISTOGRAM_BINS } from '#model/heads/distogram';

/** Width of a distogram bin, Å. */
export const BIN_WIDTH = DISTOGRAM_LIMITS[1]! - DISTOGRAM_LIMITS[0]!;
/** Middle of the first bin, Å. */
export const FIRST_CENTRE = DISTOGRAM_LIMITS[0]! - BIN_WIDTH / 2;

/**
 * Probabilities of one pair's distance bins.
 *
 * @param logits `[N, N, 64]`
 * @param pair row i, column j as i N + j
 * @param probabilities `[64]` written
 */
export function distanceProbabilities(
  logits: Float32Array,
  pair: number,
  probabilities: Float64Array,
): void {
  const row = logits.subarray(pair * NUM_DISTOGRAM_BINS, (pair + 1) * NUM_DISTOGRAM_BINS);
  let top = -Infinity;
  for (const logit of row) top = Math.max(top, logit);
  let total = 0;
  for (let bin = 0; bin < NUM_DISTOGRAM_BINS; bin++) {
    total += probabilities[bin] = Math.exp(row[bin]! - top);
  }
  for (let bin = 0; bin < NUM_DISTOGRAM_BINS; bin++) probabilities[bin]! /= total;
}
