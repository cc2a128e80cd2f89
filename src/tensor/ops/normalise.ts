import { assertShape } from '#tensor/shape';
import { makeTensor, type Tensor } from '#tensor/tensor';

/** `eˣ / Σ eˣ` over the last axis. */
export function softmax(x: Tensor): Tensor {
  return makeTensor<'softmax'>({ kind: 'softmax' }, [x], x.shape);
}

/** `x - log Σ eˣ` over the last axis. */
export function logSoftmax(x: Tensor): Tensor {
  return makeTensor<'logSoftmax'>({ kind: 'logSoftmax' }, [x], x.shape);
}

/**
 * Shifts and scales the last axis to mean 0 and variance 1, then by learned scale and offset.
 *
 * @param x `[..., C]`
 * @param scale `[C]`
 * @param offset `[C]`
 */
export function layerNorm(x: Tensor, scale: Tensor, offset: Tensor, epsilon = 1e-5): Tensor {
  const channels = x.shape.at(-1) ?? 1;
  assertShape(scale, [channels], 'scale');
  assertShape(offset, [channels], 'offset');
  return makeTensor<'layerNorm'>({ kind: 'layerNorm', epsilon }, [x, scale, offset], x.shape);
}

/**
 * Mean or inverse standard deviation that a layer norm found, for its gradient. The second input is what was
 * normalised, through which the statistic itself has a gradient.
 *
 * @returns `[..., 1]`
 */
export function layerNormStatistic(
  normalised: Tensor<'layerNorm'>,
  which: 'mean' | 'inverseDeviation',
): Tensor {
  const shape = normalised.shape.with(-1, 1);
  return makeTensor<'layerNormStatistic'>(
    { kind: 'layerNormStatistic', which },
    [normalised, normalised.inputs[0]!],
    shape,
  );
}
