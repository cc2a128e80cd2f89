import type { BinaryKind, UnaryKind } from '#tensor/operation';
import { broadcastShapes } from '#tensor/shape';
import { makeTensor, type Tensor } from '#tensor/tensor';
import { asTensor, type Operand } from './leaves.js';

const unary =
  (kind: UnaryKind) =>
  (x: Tensor): Tensor =>
    makeTensor<UnaryKind>({ kind }, [x], x.shape);

const binary =
  (kind: BinaryKind) =>
  (a: Operand, b: Operand): Tensor => {
    const inputs = [asTensor(a), asTensor(b)] as const;
    return makeTensor<BinaryKind>(
      { kind },
      inputs,
      broadcastShapes(inputs[0].shape, inputs[1].shape),
    );
  };

/** `-x` */
export const negate = unary('negate');
/** `|x|` */
export const abs = unary('abs');
/** -1, 0 or 1; its gradient is zero. */
export const sign = unary('sign');
/** `√x` */
export const sqrt = unary('sqrt');
/** `1 / x` */
export const reciprocal = unary('reciprocal');
/** `eˣ` */
export const exp = unary('exp');
/** Natural logarithm. */
export const log = unary('log');
/** `1 / (1 + e⁻ˣ)` */
export const sigmoid = unary('sigmoid');
/** `max(x, 0)` */
export const relu = unary('relu');
/** Gauss error function. */
export const erf = unary('erf');
/** `log(1 + eˣ)` */
export const softplus = unary('softplus');
/** Sine of radians. */
export const sin = unary('sin');
/** Cosine of radians. */
export const cos = unary('cos');

/** `a + b`, broadcast. */
export const add = binary('add');
/** `a - b`, broadcast. */
export const subtract = binary('subtract');
/** `a b` element by element, broadcast. */
export const multiply = binary('multiply');
/** `a / b`, broadcast. */
export const divide = binary('divide');
/** The larger of both, broadcast; where equal the gradient goes to `a`. */
export const maximum = binary('maximum');
/** The smaller of both, broadcast; where equal the gradient goes to `a`. */
export const minimum = binary('minimum');
/** 1 where `a > b`, else 0. */
export const greater = binary('greater');
/** 1 where `a = b`, else 0. */
export const equal = binary('equal');

/** `a` where `condition` is not 0, else `b`; all three broadcast. */
export function select(condition: Tensor, a: Operand, b: Operand): Tensor {
  const [x, y] = [asTensor(a), asTensor(b)];
  const shape = broadcastShapes(condition.shape, broadcastShapes(x.shape, y.shape));
  return makeTensor<'select'>({ kind: 'select' }, [condition, x, y], shape);
}

/** The same value, through which no gradient flows. */
export function stopGradient(x: Tensor): Tensor {
  return makeTensor<'stopGradient'>({ kind: 'stopGradient' }, [x], x.shape, x.dtype);
}

/** Integers as float32. */
export function toFloat(x: Tensor): Tensor {
  return x.dtype === 'float32' ? x : makeTensor<'toFloat'>({ kind: 'toFloat' }, [x], x.shape);
}
