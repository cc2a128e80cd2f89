/** @file What the reference implementations share: plain loops over float64, one line for each of the paper. */

/** Learned numbers by name. */
export type Weights = Readonly<Record<string, ArrayLike<number>>>;
/** Rows of numbers: `[I][J][C]`. */
export type Pair = readonly (readonly (readonly number[])[])[];

export const range = (count: number): number[] => [...Array(count).keys()];
export const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, x, i) => sum + x * b[i]!, 0);
export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** `W x + b`, or `W x` where there is no bias. */
export function linear(weights: Weights, name: string, x: readonly number[]): number[] {
  const matrix = weights[`${name}.weight`]!;
  const bias = weights[`${name}.bias`];
  return range(matrix.length / x.length).map((row) =>
    x.reduce((sum, value, i) => sum + matrix[row * x.length + i]! * value, bias?.[row] ?? 0),
  );
}

export function layerNorm(weights: Weights, name: string, x: readonly number[]): number[] {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
  return x.map((value, i) => {
    const normalised = (value - mean) / Math.sqrt(variance + 1e-5);
    return normalised * weights[`${name}.weight`]![i]! + weights[`${name}.bias`]![i]!;
  });
}

/** Softmax over the entries that `isUsed` marks; 0 for the others. */
export function softmax(logits: readonly number[], isUsed: readonly boolean[]): number[] {
  const largest = Math.max(...logits.filter((_, i) => isUsed[i]));
  const powers = logits.map((logit, i) => (isUsed[i] ? Math.exp(logit - largest) : 0));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

/** Cuts a flat tensor into rows: `[I, J, C]`. */
export function pairOf(flat: ArrayLike<number>, size: number): Pair {
  const channels = flat.length / size ** 2;
  const numbers = Array.from(flat);
  return range(size).map((i) =>
    range(size).map((j) => {
      const start = (i * size + j) * channels;
      return numbers.slice(start, start + channels);
    }),
  );
}
