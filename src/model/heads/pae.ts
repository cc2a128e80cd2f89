import { linearLayer } from '#model/layers';
import type { Parameters } from '#model/parameters';
import { constant, divide, expandAxis, matmul, max, multiply, reshape, sum } from '#tensor/ops';
import { assertShape } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';

/** Bins of aligned error. */
export const NUM_PAE_BINS = 64;
/** Lower limit of the last bin, Å. */
const LAST_LIMIT = 31;
/** Width of a bin, Å. */
export const PAE_BIN_WIDTH = LAST_LIMIT / (NUM_PAE_BINS - 2);
/** Middle of each bin, Å. */
const BIN_CENTRES = Array.from({ length: NUM_PAE_BINS }, (_, bin) => (bin + 0.5) * PAE_BIN_WIDTH);
/** Largest error that can be predicted, Å. */
export const MAX_PAE: number = BIN_CENTRES.at(-1)!;
/** Length below which the scale of the TM-score shrinks no further. */
const LEAST_TM_LENGTH = 19;

/**
 * Logits of the error of residue j when aligned on the frame of residue i.
 *
 * @param parameters scope `ptm_head`
 * @param pair `[B, N, N, cZ]`
 * @returns `[B, N, N, 64]`
 * @source AlphaFold2 SI 1.9.7 "TM-score prediction"
 */
export function paeLogits(parameters: Parameters, pair: Tensor): Tensor {
  return linearLayer(parameters, pair, NUM_PAE_BINS, { start: 'zeros' });
}

/**
 * Expected aligned error.
 *
 * @param probabilities `[B, N, N, 64]`
 * @returns `[B, N, N]` Å
 */
export function expectedAlignedError(probabilities: Tensor): Tensor {
  return expectation(probabilities, BIN_CENTRES);
}

/**
 * Predicted TM-score: the best expected score over all frames to align on.
 *
 * @param probabilities `[B, N, N, 64]`
 * @param mask `[B, N]`
 * @param numResidues length that sets the scale of the score
 * @returns `[B]` 0-1
 * @source AlphaFold2 SI equation 39
 */
export function predictedTmScore(probabilities: Tensor, mask: Tensor, numResidues: number): Tensor {
  const { B, N } = assertShape(mask, ['B', 'N'], 'mask');
  const scale = 1.24 * Math.cbrt(Math.max(numResidues, LEAST_TM_LENGTH) - 15) - 1.8;
  const scores = expectation(
    probabilities,
    BIN_CENTRES.map((error) => 1 / (1 + (error / scale) ** 2)),
  ); // [B, N, N]
  const weights = expandAxis(mask, 1); // [B, 1, N]
  const perFrame = divide(sum(multiply(scores, weights), -1), sum(weights, -1)); // [B, N]
  return reshape(max(multiply(reshape(perFrame, [B, N]), mask), -1), [B]);
}

function expectation(probabilities: Tensor, values: readonly number[]): Tensor {
  const rows = matmul(probabilities, constant(values, [values.length, 1]));
  return reshape(rows, probabilities.shape.slice(0, -1));
}
