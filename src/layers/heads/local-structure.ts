import { layerNormLayer, linearLayer } from '#layers/elementary';
import type { Parameters } from '#layers/parameters';
import { constant, divide, gelu, matmul, multiply, norm, reshape, softmax } from '#tensor/ops';
import { assertShape } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';

/** Bins of each backbone torsion; phi and psi are binned together, on a grid. */
export const NUM_TORSION_BINS = 18;
/** DSSP's states, in the order of the logits. */
export const SECONDARY_STRUCTURE_STATES = 'HBEGITS-';
const NUM_PAIRS = NUM_TORSION_BINS * NUM_TORSION_BINS;
/** Raises probabilities before angles are averaged, so that the mean stays near the likeliest bin. */
const SHARPNESS = 4;

/** What the sequence alone says of each residue's backbone. */
export interface LocalStructure {
  /** `[B, N, 324]` of the grid of phi (rows) and psi (columns). */
  readonly torsionLogits: Tensor;
  /** `[B, N, 8]` of the DSSP states. */
  readonly secondaryStructureLogits: Tensor;
}

/**
 * Reads backbone torsions and secondary structure off the language model.
 *
 * @param parameters scope `local_structure_head`
 * @param mixed `[B, N, C]` mixed hidden states of the residues
 */
export function localStructureHead(parameters: Parameters, mixed: Tensor): LocalStructure {
  const { C } = assertShape(mixed, ['B', 'N', 'C'], 'mixed');
  const normalised = layerNormLayer(parameters.within('layer_norm'), mixed);
  const hidden = gelu(linearLayer(parameters.within('linear'), normalised, C));
  return {
    torsionLogits: linearLayer(parameters.within('torsion'), hidden, NUM_PAIRS, { start: 'zeros' }),
    secondaryStructureLogits: linearLayer(
      parameters.within('secondary_structure'),
      hidden,
      SECONDARY_STRUCTURE_STATES.length,
      { start: 'zeros' },
    ),
  };
}

/** Bin of an angle in radians: 0 starts at -π. */
export function torsionBin(angle: number): number {
  const turn = angle / (2 * Math.PI) + 0.5;
  return Math.floor((turn - Math.floor(turn)) * NUM_TORSION_BINS) % NUM_TORSION_BINS;
}

/** Sines and cosines of the middle of each bin pair: phi sin, phi cos, psi sin, psi cos. */
const PAIR_CENTRES = constant(
  Array.from({ length: NUM_PAIRS }, (_, pair) => {
    const middle = (bin: number) => ((bin + 0.5) / NUM_TORSION_BINS - 0.5) * 2 * Math.PI;
    const [phi, psi] = [
      middle(Math.floor(pair / NUM_TORSION_BINS)),
      middle(pair % NUM_TORSION_BINS),
    ];
    return [Math.sin(phi), Math.cos(phi), Math.sin(psi), Math.cos(psi)];
  }).flat(),
  [NUM_PAIRS, 4],
);

/**
 * The likeliest phi and psi: the mean over bins of the sharpened distribution.
 *
 * @param torsionLogits `[B, N, 324]`
 * @returns `[B, N, 2, 2]` (sin, cos) of phi and psi, of length 1
 */
export function likelyTorsions(torsionLogits: Tensor): Tensor {
  const { B, N } = assertShape(torsionLogits, ['B', 'N', NUM_PAIRS], 'torsionLogits');
  const sharpened = softmax(multiply(torsionLogits, SHARPNESS));
  const means = reshape(matmul(sharpened, PAIR_CENTRES), [B, N, 2, 2]);
  return divide(means, norm(means, 1e-12));
}
