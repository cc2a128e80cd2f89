import { SECONDARY_STRUCTURE_STATES } from '#layers/heads/local-structure';
import { emptyChain, placeChain } from '#structure/backbone/torsion-chain';
import { quaternionOf } from '#structure/geometry/quaternion';
import { binProbabilities } from './bin-probabilities.js';
import { anglesOf, foldChain, type ChainPotential } from './fold-chain.js';
import { laidOnScaffold } from './lay-on-scaffold.js';
import { leaveOut, pairPotential } from './pair-potential.js';
import { predictedByScaffold } from './predict-by-scaffold.js';
import { relaxChain } from './relax-chain.js';
import { closableScaffold, type Scaffold } from './scaffold.js';
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
  /** `[N, 8]` */
  readonly secondaryStructureLogits: ArrayLike<number>;
}

/** Backbone frames of a chain. */
export interface ChainFrames {
  /** `[N, 4]` unit quaternions (w, x, y, z) */
  readonly quaternion: Float32Array;
  /** `[N, 3]` Å */
  readonly translation: Float32Array;
}

/**
 * Frames of the chain that suits what is predicted: folded by its torsions from the likeliest on, then relaxed.
 *
 * @param predicted of the chain
 * @param aatype `[N]`
 * @param given where some residues are known to lie; the frames are in its frame then
 */
export function foldedFrames(
  predicted: ChainPrediction,
  aatype: ArrayLike<number>,
  given?: Scaffold,
): ChainFrames {
  const numResidues = aatype.length;
  const scaffold = given && closableScaffold(given);
  const potential = potentialOf(predicted, numResidues);
  const known = scaffold ? predictedByScaffold(predicted, scaffold) : predicted;
  const folded = foldedAtoms(
    scaffold ? potentialOf(known, numResidues) : potential,
    anglesOf(known.torsions),
    aatype,
  );
  const strand = strandProbabilities(predicted.secondaryStructureLogits);
  if (scaffold) {
    // Where the relative has residues says more of them than the network does.
    leaveOut(potential.distances, scaffold.isKnown);
    for (const [i, isKnown] of scaffold.isKnown.entries()) if (isKnown) strand[i] = 0;
  }
  const start = scaffold ? laidOnScaffold(folded, scaffold) : folded;
  const { rotations, origins } = relaxChain(potential, start, { strand, aatype, scaffold });
  const quaternion = Array.from({ length: numResidues }, (_, i) =>
    quaternionOf(rotations.subarray(9 * i, 9 * i + 9)),
  );
  return {
    quaternion: Float32Array.from(quaternion.flat()),
    translation: Float32Array.from(origins),
  };
}

function potentialOf(predicted: ChainPrediction, numResidues: number): ChainPotential {
  return {
    distances: pairPotential(predicted.distogram, predicted.reference, numResidues),
    torsions: torsionPotential(predicted.torsionLogits),
  };
}

/** `[N, 5, 3]` of the chain, folded by its torsions. */
function foldedAtoms(
  potential: ChainPotential,
  start: Float64Array,
  aatype: ArrayLike<number>,
): Float64Array {
  const folded = emptyChain(aatype.length);
  placeChain(folded, foldChain(potential, start, aatype), aatype);
  return folded.atoms;
}

const NUM_STATES = SECONDARY_STRUCTURE_STATES.length;
const [STRAND, BRIDGE] = ['E', 'B'].map((state) => SECONDARY_STRUCTURE_STATES.indexOf(state)) as [
  number,
  number,
];

/**
 * Probability that each residue is in a strand or bridge.
 *
 * @param logits `[N, 8]`
 */
function strandProbabilities(logits: ArrayLike<number>): Float64Array {
  const probabilities = new Float64Array(NUM_STATES);
  return Float64Array.from({ length: logits.length / NUM_STATES }, (_, i) => {
    binProbabilities(logits, i, probabilities);
    return probabilities[STRAND]! + probabilities[BRIDGE]!;
  });
}
