import { emptyChain, placeChain, torsionGradient } from '#structure/backbone/torsion-chain';
import { Descent } from './descent.js';
import { addPairEnergy, type PairPotential } from './pair-potential.js';
import { addRepulsion } from './repulsion.js';
import { addTorsionEnergy, type TorsionPotential } from './torsion-potential.js';

/** What a chain folds by. */
export interface ChainPotential {
  readonly distances: PairPotential;
  readonly torsions: TorsionPotential;
}

/** Half as many leave the chain less folded; repulsion makes the way longer. */
const NUM_STEPS = 400;
/** Part of the steps over which the repulsion grows to its full strength: a chain must pass through itself to fold. */
const SOFT_PART = 0.8;
/** Radians that a step moves at most, at first. */
const STEP_SIZE = 0.05;

/** Angles from (sin, cos) pairs. */
export function anglesOf(sinCos: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: sinCos.length / 2 }, (_, k) =>
    Math.atan2(sinCos[2 * k]!, sinCos[2 * k + 1]!),
  );
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

/**
 * Folds a chain by its torsions so that distances and torsions become likely. Bonds stay ideal throughout, so what
 * comes out is a possible chain.
 *
 * @param potential of the residues
 * @param start `[N, 2]` phi and psi, radians
 * @param aatype `[N]`
 * @returns `[N, 2]` phi and psi, radians
 * @source after Senior et al. 2020 (AlphaFold 1): gradient descent on predicted distances and torsions, by Adam
 */
export function foldChain(
  potential: ChainPotential,
  start: Float64Array,
  aatype: ArrayLike<number>,
): Float64Array {
  const { distances, torsions } = potential;
  const angles = start.slice();
  const chain = emptyChain(aatype.length);
  const byAtoms = new Float64Array(chain.atoms.length);
  const slope = new Float64Array(angles.length);
  const descent = new Descent(angles.length, NUM_STEPS, STEP_SIZE);
  for (let step = 1; step <= NUM_STEPS; step++) {
    byAtoms.fill(0);
    placeChain(chain, angles, aatype);
    addPairEnergy(distances, chain.atoms, byAtoms);
    addRepulsion(chain.atoms, byAtoms, Math.min(1, step / (SOFT_PART * NUM_STEPS)));
    torsionGradient(chain, byAtoms, slope);
    addTorsionEnergy(torsions, angles, slope);
    for (const [k, move] of descent.next(slope).entries()) angles[k]! += move;
  }
  return angles;
}
