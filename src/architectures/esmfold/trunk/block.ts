import { attentionWithPairBias } from '#layers/attention';
import { layerNormLayer, linearLayer, transition } from '#layers/elementary';
import type { Parameters } from '#layers/parameters';
import { inRowChunks } from '#layers/row-chunks';
import { triangleAttention, type TriangleNode } from '#layers/triangle-attention';
import { triangleMultiplication, type TriangleDirection } from '#layers/triangle-multiplication';
import { add, expandAxis, multiply, slice, transpose } from '#tensor/ops';
import { assertShape } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';
import { sequenceToPair } from './sequence-to-pair.js';
import type { TrunkConfig } from './trunk.js';

/** The two representations that a trunk updates. */
export interface Representations {
  /** `[B, N, cS]` */
  readonly single: Tensor;
  /** `[B, N, N, cZ]` */
  readonly pair: Tensor;
}

/**
 * One block of the folding trunk.
 *
 * @param parameters scope of the block
 * @param mask `[B, N]`
 * @returns updated representations, and the attention weights `[B, H, N, N]` over residues
 * @source ESMFold "TriangularSelfAttentionBlock"; AlphaFold2 SI Algorithm 6 "EvoformerStack" for one sequence
 */
export function trunkBlock(
  parameters: Parameters,
  { single, pair }: Representations,
  mask: Tensor,
  config: TrunkConfig,
): Representations & { readonly attention: Tensor } {
  const sizes = assertShape(single, ['B', 'N', config.singleChannels], 'single');
  assertShape(pair, ['B', 'N', 'N', config.pairChannels], 'pair', sizes);
  const numHeads = config.singleChannels / config.singleHeadChannels;
  const bias = pairBias(parameters.within('pair_to_sequence'), pair, numHeads);
  const attention = attentionWithPairBias(
    parameters.within('seq_attention'),
    layerNormLayer(parameters.within('layernorm_1'), single),
    bias,
    mask,
    config.singleHeadChannels,
  );
  const attended = add(single, attention.update);
  const newSingle = transition(parameters.within('mlp_seq'), attended);
  const withSequence = add(
    pair,
    sequenceToPair(parameters.within('sequence_to_pair'), newSingle, config.pairChannels),
  );
  const newPair = updatePair(parameters, withSequence, mask, config);
  return { single: newSingle, pair: newPair, attention: attention.weights };
}

/** Logits that the pair representation gives to residue attention: `[B, H, N, N]`. */
function pairBias(parameters: Parameters, pair: Tensor, numHeads: number): Tensor {
  const normalised = layerNormLayer(parameters.within('layernorm'), pair);
  const perHead = linearLayer(parameters.within('linear'), normalised, numHeads, { bias: false });
  return transpose(perHead, [0, 3, 1, 2]);
}

function updatePair(
  parameters: Parameters,
  start: Tensor,
  mask: Tensor,
  config: TrunkConfig,
): Tensor {
  const pairMask = multiply(expandAxis(mask, 1), expandAxis(mask, 2)); // [B, N, N]
  const within = (part: string) => parameters.within(part);
  const { pairChannels, pairHeadChannels: headChannels, chunkSize } = config;
  const attention = { numHeads: pairChannels / headChannels, headChannels, chunkSize };
  const multiplied = (from: Tensor, part: string, direction: TriangleDirection) =>
    add(from, triangleMultiplication(within(part), from, pairMask, direction, { chunkSize }));
  const attended = (from: Tensor, part: string, node: TriangleNode) =>
    add(from, triangleAttention(within(part), from, pairMask, node, attention));
  let pair = start;
  pair = multiplied(pair, 'tri_mul_out', 'outgoing');
  pair = multiplied(pair, 'tri_mul_in', 'incoming');
  if (config.triangleAttention) {
    pair = attended(pair, 'tri_att_start', 'starting');
    pair = attended(pair, 'tri_att_end', 'ending');
  }
  return inRowChunks(pair.shape[1]!, chunkSize, (from, to) =>
    transition(within('mlp_pair'), slice(pair, 1, from, to), config.pairTransitionFactor),
  );
}
