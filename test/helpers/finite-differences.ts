import { sum } from '#tensor/ops';
import type { HostTensor, Tensor } from '#tensor/tensor';
import { evaluate } from './reference-engine.js';

/** Step at which rounding (1e-16 / step) and curvature (step²) cost about the same in float64. */
const STEP = 1e-5;

/**
 * Derivative of the sum of a tensor by one input, measured in float64 by central differences.
 *
 * @param loss any tensor
 * @param name the input to move
 * @param feeds numbers for all inputs
 */
export function centralDifferences(
  loss: Tensor,
  name: string,
  feeds: Readonly<Record<string, HostTensor>>,
): { shape: readonly number[]; data: Float64Array } {
  const numbers = numbersOf(feeds);
  const total = sum(loss);
  const start = Float64Array.from(numbers[name]!);
  const at = (i: number, step: number) => {
    const moved = { ...numbers, [name]: start.with(i, start[i]! + step) };
    return evaluate([total], moved)[0]![0]!;
  };
  const data = start.map((_, i) => (at(i, STEP) - at(i, -STEP)) / (2 * STEP));
  return { shape: feeds[name]!.shape, data };
}

/** Only the numbers of each feed. */
export function numbersOf(
  feeds: Readonly<Record<string, HostTensor>>,
): Record<string, ArrayLike<number>> {
  return Object.fromEntries(Object.entries(feeds).map(([name, { data }]) => [name, data]));
}
