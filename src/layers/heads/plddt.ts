import { layerNormLayer, linearLayer } from '#layers/elementary';
import type { Parameters } from '#layers/parameters';
import { constant, matmul, reshape, softmax } from '#tensor/ops';
import { assertShape } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';

/** Bins of lDDT between 0 and 1. */
export const NUM_LDDT_BINS = 50;
const NUM_ATOMS = 37;

/**
 * Logits of the lDDT of each atom37.
 *
 * @param parameters scope `lddt_head`
 * @param state `[B, N, cS]` of the structure module
 * @returns `[B, N, 37, 50]`
 * @source AlphaFold2 SI Algorithm 29 "predictPerResidueLDDT_Ca", for all atoms and without relu as in ESMFold
 */
export function lddtLogits(parameters: Parameters, state: Tensor, hiddenChannels: number): Tensor {
  const { B, N } = assertShape(state, ['B', 'N', 'cS'], 'state');
  const normalised = layerNormLayer(parameters.within('0'), state);
  const first = linearLayer(parameters.within('1'), normalised, hiddenChannels);
  const second = linearLayer(parameters.within('2'), first, hiddenChannels);
  const logits = linearLayer(parameters.within('3'), second, NUM_ATOMS * NUM_LDDT_BINS, {
    start: 'zeros',
  });
  return reshape(logits, [B, N, NUM_ATOMS, NUM_LDDT_BINS]);
}

/**
 * Expected lDDT of each atom37.
 *
 * @param logits `[B, N, 37, 50]`
 * @returns `[B, N, 37]` 0-100
 */
export function plddtFromLogits(logits: Tensor): Tensor {
  const centres = Array.from(
    { length: NUM_LDDT_BINS },
    (_, bin) => (100 * (bin + 0.5)) / NUM_LDDT_BINS,
  );
  const expected = matmul(softmax(logits), constant(centres, [NUM_LDDT_BINS, 1]));
  return reshape(expected, logits.shape.slice(0, -1));
}
