/** @file The heads of AlphaFold 2 that ESMFold has not, or has in another form. */
import { layerNormLayer, linearLayer } from '#layers/elementary';
import { NUM_LDDT_BINS } from '#layers/heads/plddt';
import type { Parameters } from '#layers/parameters';
import { relu } from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';
import { NUM_ALIGNMENT_LETTERS } from './features/network-input.js';

const NUM_ATOMS = 37;

/**
 * Logits of the lDDT of each residue's CA.
 *
 * @param parameters scope `aux_heads.plddt`
 * @param state `[B, N, cS]` of the structure module
 * @returns `[B, N, 50]`
 * @source AlphaFold2 SI Algorithm 29 "predictPerResidueLDDT_Ca"
 */
export function residueLddtLogits(
  parameters: Parameters,
  state: Tensor,
  hiddenChannels: number,
): Tensor {
  const layer = (name: string, x: Tensor) =>
    relu(linearLayer(parameters.within(name), x, hiddenChannels, { start: 'he' }));
  const normalised = layerNormLayer(parameters.within('layer_norm'), state);
  const hidden = layer('linear_2', layer('linear_1', normalised));
  return linearLayer(parameters.within('linear_3'), hidden, NUM_LDDT_BINS, { start: 'zeros' });
}

/**
 * Logits of whether a crystal structure shows each atom.
 *
 * @param parameters scope `aux_heads.experimentally_resolved.linear`
 * @param single `[B, N, cS]`
 * @returns `[B, N, 37]`
 * @source AlphaFold2 SI 1.9.10 "Experimentally resolved prediction"
 */
export function resolvedLogits(parameters: Parameters, single: Tensor): Tensor {
  return linearLayer(parameters, single, NUM_ATOMS, { start: 'zeros' });
}

/**
 * Logits of the letter of each place of the alignment: what stands where a letter was masked.
 *
 * @param parameters scope `aux_heads.masked_msa.linear`
 * @param msa `[B, S, N, cM]`
 * @returns `[B, S, N, 23]`
 * @source AlphaFold2 SI 1.9.9 "Masked MSA prediction"
 */
export function maskedMsaLogits(parameters: Parameters, msa: Tensor): Tensor {
  return linearLayer(parameters, msa, NUM_ALIGNMENT_LETTERS, { start: 'zeros' });
}
