import { invariant } from '#errors';
import { layerNormLayer, linearLayer } from '#layers/elementary';
import type { Parameters } from '#layers/parameters';
import { add, gather, multiply, relu, slice, softmax } from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';

/** Residue types of the embedding table: 20, X, and two that ESMFold keeps for masking. */
const NUM_TYPES = 23;

/** Shares of the hidden states in their mix: `[numStates]`, adding up to 1. Scope: whole model. */
export function mixWeights(parameters: Parameters, numStates: number): Tensor {
  return softmax(parameters.get('esm_s_combine', [numStates], 'zeros'));
}

/**
 * Adds one hidden state to the mix.
 *
 * @param mixed `[B, T, C]`; absent for the first state
 * @param state `[B, T, C]`
 * @param weight `[1]`
 */
export function addToMix(mixed: Tensor | undefined, state: Tensor, weight: Tensor): Tensor {
  const share = multiply(state, weight);
  return mixed ? add(mixed, share) : share;
}

/**
 * Mean of the language model's hidden states with learned weights.
 *
 * @param parameters whole model
 * @param states `numLayers + 1` tensors `[B, T, C]`
 * @returns `[B, T, C]`
 * @source ESMFold "esm_s_combine"
 */
export function mixStates(parameters: Parameters, states: readonly Tensor[]): Tensor {
  const weights = mixWeights(parameters, states.length);
  let mixed: Tensor | undefined;
  for (const [i, state] of states.entries())
    mixed = addToMix(mixed, state, slice(weights, 0, i, i + 1));
  invariant(mixed !== undefined, 'a language model has a state');
  return mixed;
}

/**
 * The single representation that a trunk starts from: what the language model says, and the residue type.
 *
 * @param parameters whole model
 * @param mixed `[B, N, C]` mixed hidden states of the residues, without start and end tokens
 * @param aatype int32 `[B, N]`
 * @returns `[B, N, cS]`
 */
export function embedSequence(
  parameters: Parameters,
  mixed: Tensor,
  aatype: Tensor,
  singleChannels: number,
): Tensor {
  const mlp = parameters.within('esm_s_mlp');
  const normalised = layerNormLayer(mlp.within('0'), mixed);
  const hidden = relu(linearLayer(mlp.within('1'), normalised, singleChannels, { start: 'he' }));
  const fromLanguageModel = linearLayer(mlp.within('3'), hidden, singleChannels);
  const table = parameters
    .within('embedding')
    .get('weight', [NUM_TYPES, singleChannels], 'embedding');
  return add(fromLanguageModel, gather(table, aatype));
}

/**
 * The pair representation that a trunk starts from, where it starts from the language model's attention maps.
 *
 * @param parameters whole model
 * @param maps `[B, N, N, F]`, one channel for each head of each layer
 * @returns `[B, N, N, cZ]`
 * @source ESMFold "esm_z_mlp"
 */
export function embedAttentionMaps(
  parameters: Parameters,
  maps: Tensor,
  pairChannels: number,
): Tensor {
  const mlp = parameters.within('esm_z_mlp');
  const normalised = layerNormLayer(mlp.within('0'), maps);
  const hidden = relu(linearLayer(mlp.within('1'), normalised, pairChannels, { start: 'he' }));
  return linearLayer(mlp.within('3'), hidden, pairChannels);
}
