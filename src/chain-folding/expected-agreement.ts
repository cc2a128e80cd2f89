import {
  DISTOGRAM_BIN_WIDTH,
  FIRST_DISTOGRAM_CENTRE,
  NUM_DISTOGRAM_BINS,
} from '#layers/heads/distogram';
import { INCLUSION_RADIUS, THRESHOLDS } from '#structure/comparison/lddt';

const LAST_COUNTED = Math.floor((INCLUSION_RADIUS - FIRST_DISTOGRAM_CENTRE) / DISTOGRAM_BIN_WIDTH);
/** Wider and softer limits than lDDT's: a slope is needed to follow. */
const BLUR = { widening: 1.5, softness: 0.25 };

/** Share of the limits that two distances so many bins apart stay within, softened. */
function agreement(bins: number): number {
  const difference = Math.abs(bins) * DISTOGRAM_BIN_WIDTH;
  const each = THRESHOLDS.map((threshold) => {
    const limit = threshold * BLUR.widening;
    return 1 / (1 + Math.exp((difference - limit) / (limit * BLUR.softness)));
  });
  return each.reduce((a, b) => a + b) / THRESHOLDS.length;
}

const AGREEMENT = Float64Array.from({ length: 2 * NUM_DISTOGRAM_BINS - 1 }, (_, i) =>
  agreement(i - NUM_DISTOGRAM_BINS + 1),
);

/**
 * What a pair of residues placed at a distance can be expected to add to lDDT: how well that distance agrees with the
 * true one, over all that the true one may be.
 *
 * @param probabilities `[64]` of the true distance, or how far they lie above others
 * @param bin of the distance at which they are placed
 * @returns 0-1 for probabilities
 * @source Mariani et al. 2013 "lDDT", softened; its expectation over a predicted distribution is our own
 */
export function expectedAgreement(probabilities: Float64Array, bin: number): number {
  let total = 0;
  const offset = bin + NUM_DISTOGRAM_BINS - 1;
  for (let truth = 0; truth <= LAST_COUNTED; truth++) {
    total += probabilities[truth]! * AGREEMENT[offset - truth]!;
  }
  return total;
}
