/**
 * Probabilities of the bins of one row of logits.
 *
 * @param logits `[..., K]`
 * @param row which K of them
 * @param probabilities `[K]` written
 */
export function binProbabilities(
  logits: ArrayLike<number>,
  row: number,
  probabilities: Float64Array,
): void {
  const start = row * probabilities.length;
  let top = -Infinity;
  for (let k = 0; k < probabilities.length; k++) top = Math.max(top, logits[start + k]!);
  let total = 0;
  for (let k = 0; k < probabilities.length; k++) {
    total += probabilities[k] = Math.exp(logits[start + k]! - top);
  }
  for (let k = 0; k < probabilities.length; k++) probabilities[k]! /= total;
}
