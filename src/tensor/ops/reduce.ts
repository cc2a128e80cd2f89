import { resolveAxis } from '#tensor/shape';
import { makeTensor, type Tensor } from '#tensor/tensor';
import { multiply } from './elementwise.js';
import { reshape } from './layout.js';

interface ReduceOptions {
  /** Keep reduced axes with size 1. */
  readonly keepAxes?: boolean;
}

function reduce(
  kind: 'sum' | 'max',
  x: Tensor,
  axes: number | readonly number[],
  { keepAxes = false }: ReduceOptions,
): Tensor {
  const list = typeof axes === 'number' ? [axes] : axes;
  if (list.length === 0) return x;
  const resolved = list.map((axis) => resolveAxis(axis, x.shape.length)).sort((a, b) => a - b);
  const kept = x.shape.map((size, axis) => (resolved.includes(axis) ? 1 : size));
  const reduced = makeTensor<'sum' | 'max'>({ kind, axes: resolved }, [x], kept);
  return keepAxes
    ? reduced
    : reshape(
        reduced,
        kept.filter((_, axis) => !resolved.includes(axis)),
      );
}

/** Sum over axes. */
export function sum(
  x: Tensor,
  axes: number | readonly number[] = x.shape.map((_, axis) => axis),
  options: ReduceOptions = {},
): Tensor {
  return reduce('sum', x, axes, options);
}

/** Largest element over axes. The gradient goes to every element that equals it. */
export function max(
  x: Tensor,
  axes: number | readonly number[] = x.shape.map((_, axis) => axis),
  options: ReduceOptions = {},
): Tensor {
  return reduce('max', x, axes, options);
}

/** Mean over axes. */
export function mean(
  x: Tensor,
  axes: number | readonly number[] = x.shape.map((_, axis) => axis),
  options: ReduceOptions = {},
): Tensor {
  const list = typeof axes === 'number' ? [axes] : axes;
  const count = list.reduce(
    (product, axis) => product * x.shape[resolveAxis(axis, x.shape.length)]!,
    1,
  );
  return multiply(sum(x, axes, options), 1 / count);
}
