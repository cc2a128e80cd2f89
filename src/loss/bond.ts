import {
  abs,
  add,
  maskedMean,
  relu,
  slice,
  sqrt,
  square,
  subtract,
  sum,
  reshape,
} from '#tensor/ops';
import { assertShape } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';

const EPSILON = 1e-6;

/** Distances between consecutive residues that must hold in any chain, Å. */
export const CA_STEP = { distance: 3.8, tolerance: 0.05 };
export const PEPTIDE_BOND = { distance: 1.33, tolerance: 0.03 };

/**
 * How far consecutive atoms lie from their ideal distance, beyond a tolerance.
 *
 * @param from `[B, N, 3]` atom of residue i
 * @param to `[B, N, 3]` atom of residue i + 1
 * @param bonded `[B, N]` 1 where residue i + 1 follows i
 * @param ideal `distance` and `tolerance` in Å
 * @returns scalar, Å
 * @source AlphaFold2 SI 1.9.11 "Structural violations", equation 44
 */
export function bondLoss(
  from: Tensor,
  to: Tensor,
  bonded: Tensor,
  { distance, tolerance }: { distance: number; tolerance: number },
): Tensor {
  const { B, N } = assertShape(from, ['B', 'N', 3], 'from');
  const step = subtract(slice(to, 1, 1, N), slice(from, 1, 0, N - 1));
  const length = sqrt(add(sum(square(step), -1), EPSILON)); // [B, N - 1]
  const excess = relu(subtract(abs(subtract(length, distance)), tolerance));
  return maskedMean(reshape(excess, [B, N - 1]), slice(bonded, 1, 0, N - 1));
}
