import { linearLayer } from '#layers/elementary';
import type { Parameters } from '#layers/parameters';
import {
  add,
  constant,
  divide,
  exp,
  log,
  matmul,
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
 * What residue j is expected to add to the TM-score when the prediction is aligned on the frame of residue i: the
 * expected `1 / (1 + (e / d0)²)`. Means and maxima over it give pTM and ipTM, see `predictedTmScores`.
 *
 * @param probabilities `[B, N, N, 64]`
 * @param scored `[B, N]` 1 for residues that count; how many they are sets d0
 * @returns `[B, N, N]` 0-1
 * @source AlphaFold2 SI equation 39, before its mean and maximum
 */
export function expectedTmTerms(probabilities: Tensor, scored: Tensor): Tensor {
  const { B, N } = assertShape(scored, ['B', 'N'], 'scored');
  const scale = tmScale(sum(scored, -1, { keepAxes: true })); // [B, 1]
  const relative = divide(constant(BIN_CENTRES), scale); // [B, 64]
  const terms = reciprocal(add(square(relative), 1));
  const expected = matmul(
    reshape(probabilities, [B, N * N, NUM_PAE_BINS]),
    reshape(terms, [B, NUM_PAE_BINS, 1]),
  ); // [B, N², 1]
  return reshape(expected, [B, N, N]);
}

/** Error at which a residue scores ½, for chains of the given lengths. */
function tmScale(length: Tensor): Tensor {
  const beyond = subtract(maximum(length, LEAST_TM_LENGTH), 15);
  const cubeRoot = exp(multiply(log(beyond), 1 / 3));
  return subtract(multiply(cubeRoot, 1.24), 1.8);
}
