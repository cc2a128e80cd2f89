import { linearLayer } from '#layers/elementary';
import type { Parameters } from '#layers/parameters';
import type { Tensor } from '#tensor/tensor';

/** Bins of the distance from the N of one residue to the O of another. */
const NUM_HYDROGEN_BOND_BINS = 17;
const FIRST_LIMIT = 2.5;
const BIN_WIDTH = 0.5;

/** Upper limits of all bins but the last, Å: fine enough to tell a bond from its neighbours, and nothing beyond 10 Å. */
export const HYDROGEN_BOND_LIMITS: readonly number[] = Array.from(
  { length: NUM_HYDROGEN_BOND_BINS - 1 },
  (_, bin) => FIRST_LIMIT + bin * BIN_WIDTH,
);

/**
 * Logits of the distance from the N of residue i, which may give a hydrogen bond, to the O of residue j. Training alone asks
 * for them: what they teach the pair representation, how residues are turned to each other, serves the other heads.
 *
 * @param parameters scope `hydrogen_bond_head`
 * @param pair `[B, N, N, cZ]`
 * @returns `[B, N, N, 17]`
 * @source after Yang et al. 2020 (trRosetta), who predict orientations beside distances; distances between atoms off the
 * axis say the same
 */
export function hydrogenBondLogits(parameters: Parameters, pair: Tensor): Tensor {
  return linearLayer(parameters, pair, NUM_HYDROGEN_BOND_BINS, { start: 'zeros' });
}
