import { linearLayer } from '#layers/elementary';
import type { Parameters } from '#layers/parameters';
import {
  add,
  constant,
  divide,
  exp,
  expandAxis,
  log,
  matmul,
  max,
  maximum,
  multiply,
  reciprocal,
  reshape,
  square,
  subtract,
  sum,
} from '#tensor/ops';
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
  const rows = matmul(probabilities, constant(BIN_CENTRES, [NUM_PAE_BINS, 1]));
  return reshape(rows, probabilities.shape.slice(0, -1));
}

/**
 * Predicted TM-score: the best expected score over all frames to align on.
 *
 * @param probabilities `[B, N, N, 64]`
 * @param mask `[B, N]`; how many residues it marks sets the scale of the score
 * @returns `[B]` 0-1
 * @source AlphaFold2 SI equation 39
 */
export function predictedTmScore(probabilities: Tensor, mask: Tensor): Tensor {
  const { B, N } = assertShape(mask, ['B', 'N'], 'mask');
  const scale = tmScale(sum(mask, -1, { keepAxes: true })); // [B, 1]
  const relative = divide(constant(BIN_CENTRES), scale); // [B, 64]
  const values = reciprocal(add(square(relative), 1));
  const scores = matmul(
    reshape(probabilities, [B, N * N, NUM_PAE_BINS]),
    reshape(values, [B, NUM_PAE_BINS, 1]),
  ); // [B, N², 1]
  const weights = expandAxis(mask, 1); // [B, 1, N]
  const perFrame = divide(sum(multiply(reshape(scores, [B, N, N]), weights), -1), sum(weights, -1));
  return reshape(max(multiply(reshape(perFrame, [B, N]), mask), -1), [B]);
}

/** Error at which a residue scores ½, for chains of the given lengths. */
function tmScale(length: Tensor): Tensor {
  const beyond = subtract(maximum(length, LEAST_TM_LENGTH), 15);
  const cubeRoot = exp(multiply(log(beyond), 1 / 3));
  return subtract(multiply(cubeRoot, 1.24), 1.8);
}
