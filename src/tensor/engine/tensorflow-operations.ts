import type * as tensorflow from '@tensorflow/tfjs-core';
import type { BinaryKind, OperationKind, UnaryKind } from '#tensor/operation';
import { broadcastShapes, sizeOf } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';

type TensorFlow = typeof tensorflow;
type Value = tensorflow.Tensor;

/** As many as an operation takes. */
type Inputs<Kind extends OperationKind> = Kind extends 'concat'
  ? readonly Value[]
  : Kind extends 'select' | 'layerNorm'
    ? readonly [Value, Value, Value]
    : Kind extends BinaryKind | 'matmul' | 'layerNormStatistic' | 'gather' | 'scatterAdd'
      ? readonly [Value, Value]
      : readonly [Value];

/** Says a node in TensorFlow.js operations. */
type Evaluation<Kind extends OperationKind> = (
  tf: TensorFlow,
  inputs: Inputs<Kind>,
  node: Tensor<Kind>,
) => Value;

type ComputedKind = Exclude<OperationKind, 'input' | 'constant'>;

/**
 * Computes one node.
 *
 * @param tf the module
 * @param node any operation but an input or a constant
 * @param inputs the values of the node's inputs
 * @returns a new tensor, also where the node changes nothing
 */
export function evaluateNode(tf: TensorFlow, node: Tensor, inputs: readonly Value[]): Value {
  const evaluation = EVALUATIONS[node.operation.kind as ComputedKind] as Evaluation<OperationKind>;
  return evaluation(tf, inputs, node);
}

const unary =
  (name: Exclude<UnaryKind, 'negate'> | 'neg'): Evaluation<UnaryKind> =>
  (tf, [x]) =>
    tf[name](x);

const binary =
  (name: 'add' | 'sub' | 'mul' | 'div' | 'maximum' | 'minimum'): Evaluation<BinaryKind> =>
  (tf, [a, b]) =>
    tf[name](a, b);

const comparison =
  (name: 'greater' | 'equal'): Evaluation<BinaryKind> =>
  (tf, [a, b]) =>
    toFloat(tf, tf[name](a, b));

const toFloat = (tf: TensorFlow, x: Value) => tf.cast(x, 'float32');

const EVALUATIONS: { [Kind in ComputedKind]: Evaluation<Kind> } = {
  negate: unary('neg'),
  abs: unary('abs'),
  sign: unary('sign'),
  sqrt: unary('sqrt'),
  reciprocal: unary('reciprocal'),
  exp: unary('exp'),
  log: unary('log'),
  sigmoid: unary('sigmoid'),
  relu: unary('relu'),
  erf: unary('erf'),
  softplus: unary('softplus'),
  sin: unary('sin'),
  cos: unary('cos'),
  add: binary('add'),
  subtract: binary('sub'),
  multiply: binary('mul'),
  divide: binary('div'),
  maximum: binary('maximum'),
  minimum: binary('minimum'),
  greater: comparison('greater'),
  equal: comparison('equal'),
  select: (tf, [condition, a, b]) => tf.where(tf.cast(condition, 'bool'), a, b),
  stopGradient: (_, [x]) => x.clone(),
  toFloat: (tf, [x]) => toFloat(tf, x),
  // Axis by axis: the WebAssembly backend loses precision when it adds a whole tensor at once.
  sum: (tf, [x], node) =>
    node.operation.axes.reduceRight((sum, axis) => tf.sum(sum, axis, true), x.clone()),
  max: (tf, [x], node) => tf.max(x, [...node.operation.axes], true),
  softmax: (tf, [x]) => tf.softmax(x),
  logSoftmax: (tf, [x]) => tf.logSoftmax(x),
  layerNorm: (tf, [x, scale, offset], node) => {
    const { mean, inverseDeviation } = statistics(tf, x, node);
    const normalised = tf.mul(tf.sub(x, mean), inverseDeviation);
    return tf.add(tf.mul(normalised, scale), offset);
  },
  layerNormStatistic: (tf, [, x], node) =>
    statistics(tf, x, node.inputs[0] as Tensor<'layerNorm'>)[node.operation.which],
  matmul: evaluateMatmul,
  reshape: (tf, [x], node) => tf.reshape(x, [...node.shape]),
  transpose: (tf, [x], node) => tf.transpose(x, [...node.operation.permutation]),
  broadcastTo: (tf, [x], node) => tf.broadcastTo(x, [...node.shape]),
  concat: (tf, inputs, node) => tf.concat([...inputs], node.operation.axis),
  slice: (tf, [x], node) => {
    const { axis, start } = node.operation;
    const begin = node.shape.map((_, i) => (i === axis ? start : 0));
    return tf.slice(x, begin, [...node.shape]);
  },
  pad: (tf, [x], node) => {
    const { axis, before, after } = node.operation;
    return tf.pad(
      x,
      node.shape.map((_, i): [number, number] => (i === axis ? [before, after] : [0, 0])),
    );
  },
  gather: (tf, [x, indices]) => tf.gather(x, indices),
  scatterAdd: (tf, [updates, indices], node) => {
    const numRows = indices.size;
    const rows = tf.reshape(updates, [numRows, ...node.shape.slice(1)]);
    return tf.scatterND(tf.reshape(indices, [numRows, 1]), rows, [...node.shape]);
  },
};

function statistics(tf: TensorFlow, x: Value, { operation }: Tensor<'layerNorm'>) {
  const { mean, variance } = tf.moments(x, -1, true);
  return { mean, inverseDeviation: tf.rsqrt(tf.add(variance, operation.epsilon)) };
}

/** Leading axes are repeated by hand: tfjs's CPU backend mixes batches up when both sides need it. */
function evaluateMatmul(tf: TensorFlow, [a, b]: Inputs<'matmul'>, node: Tensor<'matmul'>): Value {
  const { transposeA, transposeB, scale } = node.operation;
  const leading = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const batch = (x: Value): tensorflow.Tensor3D => {
    const matrix = x.shape.slice(-2) as [number, number];
    return tf.reshape(tf.broadcastTo(x, [...leading, ...matrix]), [sizeOf(leading), ...matrix]);
  };
  const product = tf.matMul(batch(a), batch(b), transposeA, transposeB);
  return tf.mul(tf.reshape(product, [...node.shape]), scale);
}
