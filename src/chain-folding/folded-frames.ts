import { NUM_DISTOGRAM_BINS } from '#layers/heads/distogram';
import { NUM_TORSION_BINS, SECONDARY_STRUCTURE_STATES } from '#layers/heads/local-structure';
import { emptyChain, placeChain } from '#structure/backbone/torsion-chain';
import { quaternionOf } from '#structure/geometry/quaternion';
import type { HostTensor } from '#tensor/tensor';
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

/** What a batch of chains is folded by. */
export interface PredictedChains {
  /** `[B, N, N, 64]` logits */
  readonly distogram: HostTensor;
  /** `[4160]` */
  readonly reference: HostTensor;
  /** `[B, N, 2, 2]` */
  readonly likelyTorsions: HostTensor;
  /** `[B, N, 324]` */
  readonly torsionLogits: HostTensor;
  /** `[B, N, 8]` */
  readonly secondaryStructureLogits: HostTensor;
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

/**
 * Frames that the structure module starts from, as inputs of `startFrames`: those of the chains that suit what is predicted.
 *
 * @param residues `aatype` and `mask`, `[B, N]`; padding comes last
 * @param scaffold where residues of a single chain are known to lie
 * @returns padding lies at the origin, unturned
 */
export function foldedStarts(
  { aatype, mask }: Readonly<Record<'aatype' | 'mask', HostTensor>>,
  predicted: PredictedChains,
  scaffold?: Scaffold,
): Record<'startQuaternion' | 'startTranslation', HostTensor> {
  const [numRows, size] = aatype.shape as [number, number];
  const quaternions = Float32Array.from({ length: numRows * size * 4 }, (_, k) =>
    Number(k % 4 === 0),
  );
  const translations = new Float32Array(numRows * size * 3);
  for (let row = 0; row < numRows; row++) {
    const count = mask.data.subarray(row * size, (row + 1) * size).indexOf(0);
    const numResidues = count < 0 ? size : count;
    const ofRow = ({ data }: HostTensor, each: number) =>
      data.subarray(row * size * each, (row * size + numResidues) * each);
    const ofChain = {
      distogram: cornerOf(predicted.distogram, row, numResidues),
      reference: predicted.reference.data,
      torsionLogits: ofRow(predicted.torsionLogits, NUM_TORSION_BINS ** 2),
      torsions: ofRow(predicted.likelyTorsions, 4),
      secondaryStructureLogits: ofRow(
        predicted.secondaryStructureLogits,
        SECONDARY_STRUCTURE_STATES.length,
      ),
    };
    const { quaternion, translation } = foldedFrames(ofChain, ofRow(aatype, 1), scaffold);
    quaternions.set(quaternion, row * size * 4);
    translations.set(translation, row * size * 3);
  }
  return {
    startQuaternion: { shape: [numRows, size, 4], data: quaternions },
    startTranslation: { shape: [numRows, size, 3], data: translations },
  };
}

/** `[count, count, 64]` of one row of `[B, N, N, 64]`: without padding. */
function cornerOf({ shape, data }: HostTensor, row: number, count: number): Float32Array {
  const size = shape[1]!;
  const ofRow = data.subarray(row * size ** 2 * NUM_DISTOGRAM_BINS) as Float32Array;
  if (count === size) return ofRow.subarray(0, size ** 2 * NUM_DISTOGRAM_BINS);
  const corner = new Float32Array(count * count * NUM_DISTOGRAM_BINS);
  for (let i = 0; i < count; i++) {
    const start = i * size * NUM_DISTOGRAM_BINS;
    const line = ofRow.subarray(start, start + count * NUM_DISTOGRAM_BINS);
    corner.set(line, i * count * NUM_DISTOGRAM_BINS);
  }
  return corner;
}
