import { SECONDARY_STRUCTURE_STATES } from '#layers/heads/local-structure';
import { emptyChain, placeChain } from '#structure/backbone/torsion-chain';
import { quaternionOf } from '#structure/geometry/quaternion';
import { binProbabilities } from './bin-probabilities.js';
import { anglesOf, foldChain } from './fold-chain.js';
import { pairPotential } from './pair-potential.js';
import { relaxChain } from './relax-chain.js';
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
 */
export function foldedFrames(predicted: ChainPrediction, aatype: ArrayLike<number>): ChainFrames {
  const numResidues = aatype.length;
  const potential = {
    distances: pairPotential(predicted.distogram, predicted.reference, numResidues),
    torsions: torsionPotential(predicted.torsionLogits),
  };
  const folded = emptyChain(numResidues);
  placeChain(folded, foldChain(potential, anglesOf(predicted.torsions), aatype), aatype);
  const strand = strandProbabilities(predicted.secondaryStructureLogits);
  const { rotations, origins } = relaxChain(potential, folded.atoms, strand, aatype);
  const quaternion = Array.from({ length: numResidues }, (_, i) =>
    quaternionOf(rotations.subarray(9 * i, 9 * i + 9)),
  );
  return {
    quaternion: Float32Array.from(quaternion.flat()),
    translation: Float32Array.from(origins),
  };
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
