import { emptyChain, placeChain, torsionGradient } from '#structure/torsion-chain';
import { addPairEnergy, addRepulsion, type PairPotential } from './pair-potential.js';

/** What the sequence says of each backbone torsion. */
export interface TorsionPreference {
  /** `[N, 2]` likeliest phi and psi, radians */
  readonly angles: Float64Array;
  /** `[N, 2]` how sure that is: strength of the spring that holds the angle */
  readonly strength: Float64Array;
}

/** Twice as many gain nothing. */
const NUM_STEPS = 150;
/** Part of the steps over which the repulsion grows to its full strength: a chain must pass through itself to fold. */
const SOFT_PART = 0.8;
/** Radians that a step moves at most, at first. */
const STEP_SIZE = 0.05;
/** Strength of the spring of a torsion whose distribution is as sharp as concentration 1. */
const SPRING = 1;
/** Certainty beyond which a torsion is held no more firmly. */
const MOST_CERTAIN = 0.97;

/**
 * Springs from a predicted distribution of torsions.
 *
 * @param sinCos `[N, 2, 2]` (sin, cos) of the likeliest phi and psi
 * @param certainty `[N, 2]` length of the mean direction, 0-1
 * @source Banerjee et al. 2005: concentration of a von Mises distribution from its mean length
 */
export function torsionPreference(
  sinCos: ArrayLike<number>,
  certainty: ArrayLike<number>,
): TorsionPreference {
  const angles = Float64Array.from(certainty, (_, k) =>
    Math.atan2(sinCos[2 * k]!, sinCos[2 * k + 1]!),
  );
  const strength = Float64Array.from(certainty, (length) => {
    const r = Math.min(length, MOST_CERTAIN);
    return (SPRING * r * (2 - r * r)) / (1 - r * r);
  });
  return { angles, strength };
}

/**
 * Angles as (sin, cos).
 *
 * @returns `[..., 2]`
 */
export function sinesAndCosines(angles: Float64Array): Float32Array {
  const result = new Float32Array(2 * angles.length);
  for (const [k, angle] of angles.entries()) result.set([Math.sin(angle), Math.cos(angle)], 2 * k);
  return result;
}

const BETA1 = 0.9;
const BETA2 = 0.99;

/**
 * Folds a chain by its torsions so that distances become likely, starting from the preferred torsions. Bonds stay
 * ideal throughout, so what comes out is a possible chain.
 *
 * @param aatype `[N]`
 * @returns `[N, 2]` phi and psi, radians
 * @source after Senior et al. 2020 (AlphaFold 1): gradient descent on predicted distances and torsions, by Adam
 */
export function foldChain(
  potential: PairPotential,
  preference: TorsionPreference,
  aatype: ArrayLike<number>,
): Float64Array {
  const angles = preference.angles.slice();
  const size = angles.length;
  const chain = emptyChain(size / 2);
  const [byCa, byBeta] = [new Float64Array(chain.ca.length), new Float64Array(chain.ca.length)];
  const [gradient, mean, square] = [0, 1, 2].map(() => new Float64Array(size)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let step = 1; step <= NUM_STEPS; step++) {
    byCa.fill(0);
    byBeta.fill(0);
    placeChain(chain, angles, aatype);
    addPairEnergy(potential, chain.beta, byBeta);
    addRepulsion(chain.ca, byCa, Math.min(1, step / (SOFT_PART * NUM_STEPS)));
    torsionGradient(chain, byCa, byBeta, gradient);
    const rate = STEP_SIZE * (1 - (step - 1) / NUM_STEPS);
    for (let k = 0; k < size; k++) {
      const strain = preference.strength[k]! * Math.sin(angles[k]! - preference.angles[k]!);
      const slope = gradient[k]! + strain;
      mean[k] = BETA1 * mean[k]! + (1 - BETA1) * slope;
      square[k] = BETA2 * square[k]! + (1 - BETA2) * slope * slope;
      const [m, v] = [mean[k]! / (1 - BETA1 ** step), square[k]! / (1 - BETA2 ** step)];
      angles[k]! -= (rate * m) / (Math.sqrt(v) + 1e-8);
    }
  }
  return angles;
}
