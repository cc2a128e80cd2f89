import { layerNorm, linear, relu, add } from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';
import type { Initialisation, Parameters } from './parameters.js';

interface LinearOptions {
  readonly bias?: boolean;
  /** Start of the weights; `zeros` for layers that end a residual branch. */
  readonly start?: Initialisation;
  /** Start of the bias; 1 opens gates. */
  readonly startBias?: Initialisation;
  /** Whether its factors may be rounded to int8 where that was asked for. */
  readonly mayRound?: boolean;
}

/**
 * Learned affine map of the last axis.
 *
 * @param x `[..., I]`
 * @returns `[..., outputs]`
 */
export function linearLayer(
  parameters: Parameters,
  x: Tensor,
  outputs: number,
  { bias = true, start = 'lecun', startBias = 'zeros', mayRound = false }: LinearOptions = {},
): Tensor {
  const weight = parameters.get('weight', [outputs, x.shape.at(-1)!], start);
  const offset = bias ? parameters.get('bias', [outputs], startBias) : undefined;
  return linear(x, weight, offset, { mayRound });
}

/** Options of a linear layer whose sigmoid gates something: it starts open. */
export const GATE = { start: 'zeros', startBias: 'ones' } as const satisfies LinearOptions;

/** Options of a linear layer that ends a residual branch: it starts by adding nothing. */
export const FINAL = { start: 'zeros' } as const satisfies LinearOptions;

/**
 * Layer norm with learned scale and offset.
 *
 * @param x `[..., C]`
 */
export function layerNormLayer(parameters: Parameters, x: Tensor, epsilon?: number): Tensor {
  const channels = x.shape.at(-1)!;
  const scale = parameters.get('weight', [channels], 'ones');
  const offset = parameters.get('bias', [channels], 'zeros');
  return layerNorm(x, scale, offset, epsilon);
}

/** What checkpoints call the layers of a transition: the norm, the one that widens, the one that narrows. */
type TransitionNames = readonly [norm: string, widen: string, narrow: string];

const ESMFOLD_TRANSITION: TransitionNames = ['mlp.0', 'mlp.1', 'mlp.3'];
/** In OpenFold's checkpoints. */
export const OPENFOLD_TRANSITION: TransitionNames = ['layer_norm', 'linear_1', 'linear_2'];

/**
 * A transition with its residual: layer norm, widen by `factor`, relu, narrow.
 *
 * @param x `[..., C]`
 * @source AlphaFold2 SI Algorithms 9 and 15 "MSATransition" and "PairTransition"
 */
export function transition(
  parameters: Parameters,
  x: Tensor,
  factor = 4,
  [norm, widen, narrow] = ESMFOLD_TRANSITION,
): Tensor {
  const channels = x.shape.at(-1)!;
  const normalised = layerNormLayer(parameters.within(norm), x);
  const wide = linearLayer(parameters.within(widen), normalised, factor * channels, {
    start: 'he',
    mayRound: true,
  });
  const narrowed = linearLayer(parameters.within(narrow), relu(wide), channels, {
    ...FINAL,
    mayRound: true,
  });
  return add(x, narrowed);
}
