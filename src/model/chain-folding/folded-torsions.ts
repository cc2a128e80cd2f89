import { anglesOf, foldChain, sinesAndCosines } from './fold-chain.js';
import { pairPotential } from './pair-potential.js';
import { torsionPotential } from './torsion-potential.js';

/** What a model says of a chain before it is placed. */
export interface ChainPrediction {
  /** `[N, N, 64]` logits */
  readonly distogram: Float32Array;
  /** `[65, 64]` logarithms of the frequencies of distances, by separation in sequence */
  readonly reference: ArrayLike<number>;
  /** `[N, 324]` */
  readonly torsionLogits: ArrayLike<number>;
  /** `[N, 2, 2]` (sin, cos) of the likeliest phi and psi */
  readonly torsions: ArrayLike<number>;
}

/**
 * Torsions of the chain that suits what is predicted, from the likeliest on.
 *
 * @param predicted of the chain
 * @param aatype `[N]`
 * @returns `[N, 2, 2]` (sin, cos) of phi and psi
 */
export function foldedTorsions(
  { distogram, reference, torsionLogits, torsions }: ChainPrediction,
  aatype: ArrayLike<number>,
): Float32Array {
  const potential = {
    distances: pairPotential(distogram, reference, aatype.length),
    torsions: torsionPotential(torsionLogits),
  };
  return sinesAndCosines(foldChain(potential, anglesOf(torsions), aatype));
}
