import type { OnnxBuilder } from './builder.js';

/**
 * π as a sum of three numbers. The first two have so few digits that their product with a count of half-turns up to 2¹²
 * is exact in float32, so nothing is lost when a large angle is reduced.
 *
 * @source Cody & Waite 1980, Software Manual for the Elementary Functions, chapter 8
 */
const PI_PARTS = [3.140625, 9.67502593994140625e-4, 1.509957990978376432e-7] as const;
/** Coefficients of `r³, r⁵, …, r¹¹` in the series of the sine; up to π/2 the rest is below 6e-8. */
const SERIES = [-1 / 6, 1 / 120, -1 / 5040, 1 / 362_880, -1 / 39_916_800] as const;

/**
 * Says sine or cosine in sums and products, for engines whose own are rough or fail for large angles: the nearest
 * half-turn is taken off, and the series of what is left is summed. True to 1e-5 up to 1,000 rad.
 *
 * @param x name of the angles in radians
 */
export function lowerSine(kind: 'sin' | 'cos', x: string, onnx: OnnxBuilder): string {
  const number = (value: number) => onnx.constant(Float32Array.of(value), []);
  const call = (operator: string, ...inputs: string[]) => onnx.node(operator, inputs);
  // cos x = sin(x + π/2): half-turns are counted from there, without rounding the sum.
  const [shift, restoring] = kind === 'sin' ? [0.5, 0] : [1, -0.5];
  const turns = call('Floor', call('Add', call('Mul', x, number(1 / Math.PI)), number(shift)));
  const taken = restoring === 0 ? turns : call('Add', turns, number(restoring));
  const rest = PI_PARTS.reduce(
    (left, part) => call('Sub', left, call('Mul', taken, number(part))),
    x,
  );
  const square = call('Mul', rest, rest);
  const series = SERIES.reduceRight(
    (sum, coefficient) => call('Add', call('Mul', sum, square), number(coefficient)),
    number(0),
  );
  const sine = call('Add', rest, call('Mul', call('Mul', rest, square), series));
  // Each half-turn changes the sign: 1 − 2 · (turns mod 2).
  const pairs = call('Floor', call('Mul', turns, number(0.5)));
  const odd = call('Sub', turns, call('Add', pairs, pairs));
  return call('Mul', sine, call('Sub', number(1), call('Add', odd, odd)));
}
