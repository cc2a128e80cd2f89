import { layerNormLayer, linearLayer } from '#layers/elementary';
import { maskBias } from '#layers/masks';
import type { Parameters } from '#layers/parameters';
import {
  add,
  divide,
  equal,
  expandAxis,
  gather,
  gelu,
  matmul,
  maximum,
  multiply,
  reshape,
  slice,
  softmax,
  subtract,
  sum,
  toFloat,
  transpose,
} from '#tensor/ops';
import { assertShape } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';
import { rotaryAngles, rotaryFrequencies, rotatePositions } from './rotary.js';
import { MASK_TOKEN, PADDING_TOKEN, TOKENS } from './tokens.js';

/** Sizes of an ESM-2 language model. */
export interface LanguageModelConfig {
  readonly numLayers: number;
  readonly channels: number;
  readonly numHeads: number;
  readonly transitionChannels: number;
  readonly layerNormEpsilon: number;
  /** Whether embeddings are scaled as if 12% of the tokens had been masked. */
  readonly tokenDropout: boolean;
}

/** Options of its layers: nearly all its time goes into them. */
const ROUNDED = { mayRound: true } as const;
/** 15% of the tokens are chosen in training, and 80% of these become the mask token. */
const TRAINING_MASK_RATIO = 0.15 * 0.8;

/**
 * 1 for every token but padding.
 *
 * @param tokens int32 `[B, T]`
 */
export function tokenMask(tokens: Tensor): Tensor {
  return subtract(1, equal(toFloat(tokens), PADDING_TOKEN));
}

/**
 * The embedding of each token.
 *
 * @param parameters scope `esm`
 * @returns `[33, C]`
 */
export function tokenTable(parameters: Parameters, channels: number): Tensor {
  return parameters
    .within('embeddings.word_embeddings')
    .get('weight', [TOKENS.length, channels], 'embedding');
}

/**
 * Looks tokens up. Masked tokens are zeroed and the rest scaled up, so that the sum stays as in training.
 *
 * @param tokens int32 `[B, T]`
 * @returns `[B, T, C]`
 * @source Lin et al. 2022 "ESM-2", token dropout
 */
export function embedTokens(
  parameters: Parameters,
  tokens: Tensor,
  { channels, tokenDropout }: LanguageModelConfig,
): Tensor {
  const { T } = assertShape(tokens, ['B', 'T'], 'tokens');
  const embedded = gather(tokenTable(parameters, channels), tokens); // [B, T, C]
  const present = tokenMask(tokens);
  if (!tokenDropout) return multiply(embedded, expandAxis(present, -1));
  const isMasked = equal(toFloat(tokens), MASK_TOKEN);
  const count = (which: Tensor) => sum(which, -1, { keepAxes: true }); // [B, 1]
  const observed = divide(count(isMasked), maximum(count(present), 1)); // a row of padding has none
  const scale = divide(1 - TRAINING_MASK_RATIO, subtract(1, observed));
  const weight = multiply(multiply(present, subtract(1, isMasked)), scale);
  return multiply(embedded, reshape(weight, [-1, T, 1]));
}

/**
 * One transformer layer: pre-norm self-attention with rotary positions, then a transition.
 *
 * @param parameters scope of the layer
 * @param hidden `[B, T, C]`
 * @param mask `[B, T]`
 * @returns new `hidden` `[B, T, C]`, and the `attention` weights `[B, H, T, T]`, row i summing to 1 over j
 */
export function languageModelLayer(
  parameters: Parameters,
  hidden: Tensor,
  mask: Tensor,
  config: LanguageModelConfig,
): { hidden: Tensor; attention: Tensor } {
  const { update, weights } = selfAttention(parameters.within('attention'), hidden, mask, config);
  const attended = add(hidden, update);
  const normalised = layerNormLayer(
    parameters.within('LayerNorm'),
    attended,
    config.layerNormEpsilon,
  );
  const wide = linearLayer(
    parameters.within('intermediate.dense'),
    normalised,
    config.transitionChannels,
    ROUNDED,
  );
  const narrowed = linearLayer(
    parameters.within('output.dense'),
    gelu(wide),
    config.channels,
    ROUNDED,
  );
  return { hidden: add(attended, narrowed), attention: weights };
}

function selfAttention(
  parameters: Parameters,
  hidden: Tensor,
  mask: Tensor,
  { channels, numHeads, layerNormEpsilon }: LanguageModelConfig,
): { update: Tensor; weights: Tensor } {
  const { B, T } = assertShape(hidden, ['B', 'T', channels], 'hidden');
  const headChannels = channels / numHeads;
  const normalised = layerNormLayer(parameters.within('LayerNorm'), hidden, layerNormEpsilon);
  const self = parameters.within('self');
  const heads = (name: string) => {
    const projected = linearLayer(self.within(name), normalised, channels, ROUNDED);
    return transpose(reshape(projected, [B, T, numHeads, headChannels]), [0, 2, 1, 3]); // [B, H, T, D]
  };
  const frequencies = self.fixed('rotary_embeddings.inv_freq', rotaryFrequencies(headChannels));
  const angles = rotaryAngles(frequencies, T);
  const query = rotatePositions(heads('query'), angles);
  const key = rotatePositions(heads('key'), angles);
  const logits = matmul(query, key, { transposeB: true, scale: headChannels ** -0.5 }); // [B, H, T, T]
  const weights = softmax(add(logits, reshape(maskBias(mask), [B, 1, 1, T])));
  const values = transpose(matmul(weights, heads('value')), [0, 2, 1, 3]); // [B, T, H, D]
  const gathered = reshape(values, [B, T, channels]);
  const update = linearLayer(parameters.within('output.dense'), gathered, channels, ROUNDED);
  return { update, weights };
}

/** What a language model makes of its tokens. */
export interface LanguageModelPass {
  /** `numLayers + 1` hidden states `[B, T, C]`, after the embedding and each layer; the last is normalised. */
  readonly states: readonly Tensor[];
  /** `numLayers` attention weights `[B, H, T, T]`. */
  readonly attention: readonly Tensor[];
}

/**
 * All layers.
 *
 * @param parameters scope `esm`
 * @param tokens int32 `[B, T]`
 */
export function languageModelPass(
  parameters: Parameters,
  tokens: Tensor,
  config: LanguageModelConfig,
): LanguageModelPass {
  const mask = tokenMask(tokens);
  let hidden = embedTokens(parameters, tokens, config);
  const [states, maps] = [[hidden], [] as Tensor[]];
  for (let layer = 0; layer < config.numLayers; layer++) {
    const scope = parameters.within(`encoder.layer.${layer}`);
    const { hidden: next, attention } = languageModelLayer(scope, hidden, mask, config);
    states.push(next);
    maps.push(attention);
    hidden = next;
  }
  return { states: states.with(-1, finalNorm(parameters, hidden, config)), attention: maps };
}

/**
 * Attention between residues, as a trunk starts from it: entry (i, j) is how much residue j attends to residue i.
 *
 * @param attention `[B, H, N + 2, N + 2]` with start and end tokens
 * @returns `[B, N, N, H]`
 */
export function mapsOfResidues(attention: Tensor): Tensor {
  const rows = slice(attention, 2, 1, -1);
  return transpose(slice(rows, 3, 1, -1), [0, 3, 2, 1]);
}

/**
 * The layer norm after the last layer.
 *
 * @param parameters scope `esm`
 */
export function finalNorm(
  parameters: Parameters,
  hidden: Tensor,
  { layerNormEpsilon }: LanguageModelConfig,
): Tensor {
  return layerNormLayer(
    parameters.within('encoder.emb_layer_norm_after'),
    hidden,
    layerNormEpsilon,
  );
}
