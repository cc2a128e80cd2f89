import { linearLayer } from '#layers/elementary';
import type { Parameters } from '#layers/parameters';
import { add, multiply, slice, softmax, sum, transpose } from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';

/** Bins of the distance between pseudo-betas. */
export const NUM_DISTOGRAM_BINS = 64;
const FIRST_LIMIT = 2.3125;
const LAST_LIMIT = 21.6875;

/** Upper limits of all bins but the last, Å. */
export const DISTOGRAM_LIMITS: readonly number[] = Array.from(
  { length: NUM_DISTOGRAM_BINS - 1 },
  (_, bin) => FIRST_LIMIT + (bin * (LAST_LIMIT - FIRST_LIMIT)) / (NUM_DISTOGRAM_BINS - 2),
);

/** Width of a bin, Å. */
export const DISTOGRAM_BIN_WIDTH: number = DISTOGRAM_LIMITS[1]! - DISTOGRAM_LIMITS[0]!;
/** Middle of the first bin, Å. */
export const FIRST_DISTOGRAM_CENTRE: number = DISTOGRAM_LIMITS[0]! - DISTOGRAM_BIN_WIDTH / 2;

/**
 * Logits of the distance between pseudo-betas, the same for (i, j) and (j, i).
 *
 * @param parameters scope `distogram_head`
 * @param pair `[B, N, N, cZ]`
 * @returns `[B, N, N, 64]`
 * @source AlphaFold2 SI 1.9.8 "Distogram prediction": the sum of both directions; ESMFold takes their mean
 */
export function distogramLogits(
  parameters: Parameters,
  pair: Tensor,
  { joinedBy = 'mean' }: { joinedBy?: 'mean' | 'sum' } = {},
): Tensor {
  const logits = linearLayer(parameters, pair, NUM_DISTOGRAM_BINS, { start: 'zeros' });
  const joined = add(logits, transpose(logits, [0, 2, 1, 3]));
  return joinedBy === 'sum' ? joined : multiply(joined, 0.5);
}

/** Pairs this far apart in sequence and further share a row of {@link distanceReference}. */
export const REFERENCE_SEPARATIONS = 64;
export const REFERENCE_SHAPE = [REFERENCE_SEPARATIONS + 1, NUM_DISTOGRAM_BINS] as const;

/**
 * How often distances occur between residues so far apart in sequence, whatever they are: what a prediction must beat
 * to say anything.
 *
 * @param parameters scope `distogram_head`
 * @param values logarithms of frequencies; zeros where they come from a checkpoint
 * @returns `[4160]`, rows of 64 bins for 0 to 64 residues
 */
export function distanceReference(
  parameters: Parameters,
  values: Float32Array = new Float32Array(REFERENCE_SHAPE[0] * REFERENCE_SHAPE[1]),
): Tensor {
  return parameters.fixed('reference', values);
}

/**
 * Probability that two pseudo-betas lie within 8 Å.
 *
 * @param logits `[B, N, N, 64]`
 * @returns `[B, N, N]`
 */
export function contactProbability(logits: Tensor): Tensor {
  const numBins = DISTOGRAM_LIMITS.filter((limit) => limit <= 8).length;
  return sum(slice(softmax(logits), -1, 0, numBins), -1);
}
