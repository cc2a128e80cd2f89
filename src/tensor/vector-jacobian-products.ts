import type { OperationKind } from './operation.js';
import * as ops from './ops.js';
import { add, multiply, negate, subtract, sum } from './ops.js';
import { layerNormStatistic } from './ops/normalise.js';
import { sameShape, type Shape } from './shape.js';
import type { Tensor } from './tensor.js';

/** One gradient for each input, in order; nothing for inputs that need none. */
type Contributions = readonly (Tensor | undefined)[];
type Rule<Kind extends OperationKind> = (
  node: Tensor<Kind>,
  gradient: Tensor,
  needs: (input: Tensor) => boolean,
) => Contributions;

/**
 * Pulls a gradient back through one node.
 *
 * @param node the operation
 * @param gradient of the loss by the node's value, of its shape
 * @param needs whether an input's gradient is wanted at all
 * @returns the gradients by the node's inputs
 */
export function vectorJacobianProduct(
  node: Tensor,
  gradient: Tensor,
  needs: (input: Tensor) => boolean,
): Contributions {
  const rule = RULES[node.operation.kind] as Rule<OperationKind>;
  return rule(node, gradient, needs);
}

/** Sums a gradient over the axes along which its source was repeated. */
function unbroadcast(gradient: Tensor, shape: Shape): Tensor {
  if (sameShape(gradient.shape, shape)) return gradient;
  const added = gradient.shape.length - shape.length;
  const axes = gradient.shape.flatMap((size, axis) =>
    axis < added || (shape[axis - added] === 1 && size !== 1) ? [axis] : [],
  );
  return ops.reshape(sum(gradient, axes, { keepAxes: true }), shape);
}

/** A rule of a unary function from its derivative, given `x` and `f(x)`. */
const unary =
  (derivative: (x: Tensor, y: Tensor) => Tensor): Rule<OperationKind> =>
  (node, gradient) => [multiply(gradient, derivative(node.inputs[0]!, node))];

/** A rule of a broadcasting function from the two products, each taken only where it is needed. */
const binary =
  (
    byA: (gradient: Tensor, a: Tensor, b: Tensor, y: Tensor) => Tensor,
    byB: (gradient: Tensor, a: Tensor, b: Tensor, y: Tensor) => Tensor,
  ): Rule<OperationKind> =>
  (node, gradient, needs) => {
    const [a, b] = node.inputs as [Tensor, Tensor];
    return [
      needs(a) ? unbroadcast(byA(gradient, a, b, node), a.shape) : undefined,
      needs(b) ? unbroadcast(byB(gradient, a, b, node), b.shape) : undefined,
    ];
  };

const none = (): Contributions => [];

const TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);

const RULES: { [Kind in OperationKind]: Rule<Kind> } = {
  input: none,
  constant: none,
  sign: none,
  greater: none,
  equal: none,
  toFloat: none,
  stopGradient: none,

  negate: (_, gradient) => [negate(gradient)],
  abs: unary((x) => ops.sign(x)),
  sqrt: unary((_, y) => ops.divide(0.5, y)),
  reciprocal: unary((_, y) => negate(ops.square(y))),
  exp: unary((_, y) => y),
  log: unary((x) => ops.reciprocal(x)),
  sigmoid: unary((_, y) => multiply(y, subtract(1, y))),
  relu: unary((_, y) => ops.greater(y, 0)),
  erf: unary((x) => multiply(ops.exp(negate(ops.square(x))), TWO_OVER_ROOT_PI)),
  softplus: unary((x) => ops.sigmoid(x)),
  sin: unary((x) => ops.cos(x)),
  cos: unary((x) => negate(ops.sin(x))),

  add: binary(
    (gradient) => gradient,
    (gradient) => gradient,
  ),
  subtract: binary(
    (gradient) => gradient,
    (gradient) => negate(gradient),
  ),
  multiply: binary(
    (gradient, _, b) => multiply(gradient, b),
    (gradient, a) => multiply(gradient, a),
  ),
  divide: binary(
    (gradient, _, b) => ops.divide(gradient, b),
    (gradient, _, b, y) => negate(ops.divide(multiply(gradient, y), b)),
  ),
  maximum: binary(
    (gradient, a, b) => multiply(gradient, subtract(1, ops.greater(b, a))),
    (gradient, a, b) => multiply(gradient, ops.greater(b, a)),
  ),
  minimum: binary(
    (gradient, a, b) => multiply(gradient, subtract(1, ops.greater(a, b))),
    (gradient, a, b) => multiply(gradient, ops.greater(a, b)),
  ),
  select: (node, gradient, needs) => {
    const [condition, a, b] = node.inputs as [Tensor, Tensor, Tensor];
    return [
      undefined,
      needs(a) ? unbroadcast(ops.select(condition, gradient, 0), a.shape) : undefined,
      needs(b) ? unbroadcast(ops.select(condition, 0, gradient), b.shape) : undefined,
    ];
  },

  sum: (node, gradient) => [ops.broadcastTo(gradient, node.inputs[0]!.shape)],
  max: (node, gradient) => [multiply(ops.equal(node.inputs[0]!, node), gradient)],
  softmax: (node, gradient) => {
    const weighted = multiply(gradient, node);
    return [subtract(weighted, multiply(node, sum(weighted, -1, { keepAxes: true })))];
  },
  logSoftmax: (node, gradient) => [
    subtract(gradient, multiply(ops.exp(node), sum(gradient, -1, { keepAxes: true }))),
  ],
  layerNorm: layerNormRule,
  layerNormStatistic: (node, gradient) => {
    const x = node.inputs[1]!;
    const share = multiply(gradient, 1 / x.shape.at(-1)!);
    if (node.operation.which === 'mean') return [undefined, ops.broadcastTo(share, x.shape)];
    const mean = ops.mean(x, -1, { keepAxes: true });
    const cube = multiply(node, ops.square(node));
    return [undefined, multiply(multiply(share, cube), subtract(mean, x))];
  },

  matmul: matmulRule,
  reshape: (node, gradient) => [ops.reshape(gradient, node.inputs[0]!.shape)],
  transpose: (node, gradient) => {
    const { permutation } = node.operation;
    return [
      ops.transpose(
        gradient,
        permutation.map((_, axis) => permutation.indexOf(axis)),
      ),
    ];
  },
  broadcastTo: (node, gradient) => [unbroadcast(gradient, node.inputs[0]!.shape)],
  concat: (node, gradient) => {
    const { axis } = node.operation;
    return ops.split(
      gradient,
      axis,
      node.inputs.map((part) => part.shape[axis]!),
    );
  },
  slice: (node, gradient) => {
    const { axis, start, end } = node.operation;
    return [ops.pad(gradient, axis, start, node.inputs[0]!.shape[axis]! - end)];
  },
  pad: (node, gradient) => {
    const { axis, before } = node.operation;
    return [ops.slice(gradient, axis, before, before + node.inputs[0]!.shape[axis]!)];
  },
  gather: (node, gradient) => {
    const [source, indices] = node.inputs as [Tensor, Tensor];
    return [ops.scatterAdd(gradient, indices, source.shape[0]!)];
  },
  scatterAdd: (node, gradient) => [ops.gather(gradient, node.inputs[1]!)],
};

/**
 * The means over channels are products with the scale, so that no further tensor of the input's size is made.
 *
 * @source Ba, Kiros & Hinton 2016; the derivative in terms of the normalised input
 */
function layerNormRule(
  node: Tensor<'layerNorm'>,
  gradient: Tensor,
  needs: (input: Tensor) => boolean,
): Contributions {
  const [x, scale, offset] = node.inputs as [Tensor, Tensor, Tensor];
  const inverseDeviation = layerNormStatistic(node, 'inverseDeviation');
  const centred = subtract(x, layerNormStatistic(node, 'mean'));
  const normalised = multiply(centred, inverseDeviation);
  const along = multiply(gradient, normalised);
  const scaledMean = (values: Tensor) => {
    const channels = values.shape.at(-1)!;
    const rows = ops.reshape(values, [-1, channels]);
    const mean = ops.matmul(rows, ops.reshape(scale, [channels, 1]), { scale: 1 / channels });
    return ops.reshape(mean, values.shape.with(-1, 1));
  };
  const byX = () => {
    const projection = add(scaledMean(gradient), multiply(normalised, scaledMean(along)));
    return multiply(inverseDeviation, subtract(multiply(gradient, scale), projection));
  };
  return [
    needs(x) ? byX() : undefined,
    needs(scale) ? unbroadcast(along, scale.shape) : undefined,
    needs(offset) ? unbroadcast(gradient, offset.shape) : undefined,
  ];
}

/** `y = s a b`: `∂a = s g bᵀ`, `∂b = s aᵀ g`, with the transposes folded into each product. */
function matmulRule(
  node: Tensor<'matmul'>,
  gradient: Tensor,
  needs: (input: Tensor) => boolean,
): Contributions {
  const [a, b] = node.inputs as [Tensor, Tensor];
  const { transposeA, transposeB, scale } = node.operation;
  const byA = () =>
    transposeA
      ? ops.matmul(b, gradient, { transposeA: transposeB, transposeB: true, scale })
      : ops.matmul(gradient, b, { transposeB: !transposeB, scale });
  const byB = () =>
    transposeB
      ? ops.matmul(gradient, a, { transposeA: true, transposeB: transposeA, scale })
      : ops.matmul(a, gradient, { transposeA: !transposeA, scale });
  return [
    needs(a) ? unbroadcast(byA(), a.shape) : undefined,
    needs(b) ? unbroadcast(byB(), b.shape) : undefined,
  ];
}
