import { emptyChain, placeChain, torsionGradient } from '#structure/backbone/torsion-chain';
import { TorsionInertia } from '#structure/backbone/torsion-inertia';
import { addPairEnergy, type PairPotential } from './pair-potential.js';
import { addTorsionEnergy, type TorsionPotential } from './torsion-potential.js';

/** What a chain folds by. */
export interface ChainPotential {
  readonly distances: PairPotential;
  readonly torsions: TorsionPotential;
}

const NUM_STEPS = 400;
/** Part of the steps after which all pairs count: what is near in sequence folds first, so that it is settled by then. */
const GROWTH_PART = 0.6;
/** Residues apart in sequence that count at the start. */
const FIRST_REACH = 6;
/** Below 1 the reach grows fast at first: short helices and turns settle at once. */
const GROWTH_POWER = 0.7;

/** Å²; of a torsion by itself. Much less, and short crankshafts swing; much more, and the chain's ends do. */
const OWN_INERTIA = 800;
/** What a step takes of the way that the slope asks for, and how much of the last step goes on. */
const STEP = 4;
const MOMENTUM = 0.9;
/** Å; atoms are not asked to go much further than this, however steep it is. */
const LONGEST_STEP = 1;

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
 * comes out is a possible chain; its parts may lie in each other, which {@link relaxChain} mends.
 *
 * What rounding changes must not decide the fold, as it differs from engine to engine. So each step is small against
 * where the slope changes, the slope has no jumps, and pairs come in by their separation in sequence: at each stage there is
 * one way down, and two starts that differ a little end up closer.
 *
 * @param potential of the residues
 * @param start `[N, 2]` phi and psi, radians
 * @param aatype `[N]`
 * @returns `[N, 2]` phi and psi, radians
 * @source after Senior et al. 2020 (AlphaFold 1): gradient descent on predicted distances and torsions
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
  const turns = new Float64Array(angles.length);
  const moves = new Float64Array(angles.length);
  const inertia = new TorsionInertia(aatype.length, OWN_INERTIA);
  for (let step = 1; step <= NUM_STEPS; step++) {
    byAtoms.fill(0);
    placeChain(chain, angles, aatype);
    addPairEnergy(distances, chain.atoms, byAtoms, 1, reachAt(step, aatype.length));
    torsionGradient(chain, byAtoms, slope);
    addTorsionEnergy(torsions, angles, slope);
    inertia.yieldTo(chain, slope, turns);
    const rate = stepRate(slope, turns);
    for (let k = 0; k < angles.length; k++) {
      moves[k] = MOMENTUM * moves[k]! + rate * turns[k]!;
      angles[k]! += moves[k]!;
    }
  }
  return angles;
}

/** Residues apart in sequence at which pairs no longer count: more than the chain has, once it has grown. */
function reachAt(step: number, numResidues: number): number {
  const grown = step / (GROWTH_PART * NUM_STEPS);
  return FIRST_REACH * ((numResidues + FIRST_REACH) / FIRST_REACH) ** (grown ** GROWTH_POWER);
}

/** Full where the slope is gentle, and less where atoms would be flung. */
function stepRate(slope: Float64Array, turns: Float64Array): number {
  let power = 0;
  for (let k = 0; k < slope.length; k++) power -= slope[k]! * turns[k]!;
  const way = STEP * Math.sqrt((2 * power) / slope.length);
  return STEP / Math.hypot(1, way / LONGEST_STEP);
}
