import type { OperationKind } from '#tensor/operation';
import * as ops from '#tensor/ops';
import { layerNormStatistic } from '#tensor/ops/normalise';
import { sizeOf } from '#tensor/shape';
import type { HostTensor, Tensor } from '#tensor/tensor';
import { randomIndices, randomTensor } from './random.js';

/** One way to use an operation, with numbers to try it on. */
export interface OperationCase {
  readonly title: string;
  readonly feeds: readonly HostTensor[];
  readonly build: (...inputs: Tensor[]) => Tensor;
  /** Positions of the inputs by which it can be differentiated; all float32 inputs where absent. */
  readonly differentiable?: readonly number[];
}

/** The symbolic inputs of a case, named `x0`, `x1`…, its result, and the feeds by name. */
export function traceCase({ feeds, build }: OperationCase) {
  const inputs = feeds.map(({ shape, data }, i) =>
    ops.input(`x${i}`, shape, data instanceof Int32Array ? 'int32' : 'float32'),
  );
  const named = Object.fromEntries(feeds.map((feed, i) => [`x${i}`, feed]));
  return { inputs, output: build(...inputs), feeds: named };
}

const of = (data: readonly number[], shape = [data.length]): HostTensor => ({
  shape,
  data: Float32Array.from(data),
});
/** 0, 1, 2… in a shape: no element may be lost or moved unseen. */
const counting = (...shape: number[]): HostTensor => ({
  shape,
  data: Int32Array.from({ length: sizeOf(shape) }, (_, i) => i),
});

const unary = (build: (x: Tensor) => Tensor, range?: [number, number]): OperationCase[] => [
  { title: 'a block', feeds: [randomTensor([3, 5, 7], 1, range ?? [-3, 3])], build },
  { title: 'a scalar', feeds: [randomTensor([], 2, range ?? [-3, 3])], build },
];

const binary = (
  build: (a: ops.Operand, b: ops.Operand) => Tensor,
  range: [number, number] = [-2, 2],
): OperationCase[] => [
  {
    title: 'one shape',
    feeds: [randomTensor([3, 5], 3, range), randomTensor([3, 5], 4, range)],
    build,
  },
  {
    title: 'a row against a block',
    feeds: [randomTensor([5], 5, range), randomTensor([2, 3, 5], 6, range)],
    build,
  },
  {
    title: 'both sides repeated',
    feeds: [randomTensor([3, 1, 5], 7, range), randomTensor([2, 1, 7, 1], 8, range)],
    build,
  },
  { title: 'a number', feeds: [randomTensor([2, 3], 9, range)], build: (a) => build(a, 1.25) },
  {
    title: 'a number first',
    feeds: [randomTensor([2, 3], 9, range)],
    build: (b) => build(1.25, b),
  },
];

const comparison = (build: (a: ops.Operand, b: ops.Operand) => Tensor): OperationCase[] => [
  {
    title: 'less, the same, more',
    feeds: [of([1, 2, 3]), of([2, 2, 2])],
    build,
    differentiable: [],
  },
  ...binary(build),
];

const reduction = (
  build: (x: Tensor, axes?: number | number[], o?: { keepAxes: boolean }) => Tensor,
): OperationCase[] => {
  const feeds = [randomTensor([2, 3, 5, 7], 11)];
  return [
    { title: 'everything', feeds, build: (x) => build(x) },
    { title: 'the last axis', feeds, build: (x) => build(x, -1) },
    { title: 'an inner axis, kept', feeds, build: (x) => build(x, 1, { keepAxes: true }) },
    { title: 'axes apart, in any order', feeds, build: (x) => build(x, [2, 0]) },
    { title: 'no axis', feeds, build: (x) => build(ops.negate(x), []) },
    { title: 'an axis of size one', feeds: [randomTensor([3, 1], 12)], build: (x) => build(x, 1) },
  ];
};

const rows = (build: (x: Tensor) => Tensor): OperationCase[] => [
  { title: 'rows of a block', feeds: [randomTensor([2, 3, 7], 13, [-4, 4])], build },
  { title: 'one row', feeds: [randomTensor([5], 14)], build },
  {
    title: 'large logits',
    feeds: [of([1000, 1001, 999, -1000, -1002, -1001], [2, 3])],
    build,
    differentiable: [], // a step of 1e-5 is below what float64 resolves there
  },
];

const normalisations = (build: (x: Tensor, scale: Tensor, offset: Tensor) => Tensor) =>
  [[2, 3, 7], [7]].map((shape): OperationCase => ({
    title: `over ${shape.length} axes`,
    feeds: [randomTensor(shape, 15, [-2, 4]), randomTensor([7], 16), randomTensor([7], 17)],
    build,
  }));

const matmul = (
  title: string,
  a: number[],
  b: number[],
  options?: Parameters<typeof ops.matmul>[2],
): OperationCase => ({
  title,
  feeds: [randomTensor(a, 18), randomTensor(b, 19)],
  build: (x, y) => ops.matmul(x, y, options),
});

/** For an operation that moves elements without looking at them: also with integers. */
const movement = (title: string, shape: number[], build: (x: Tensor) => Tensor) =>
  [
    { title, feeds: [randomTensor(shape, 20)], build },
    { title: `${title}, integers`, feeds: [counting(...shape)], build },
  ] satisfies OperationCase[];

/** At least one use of every operation; a new operation does not compile until it is here. */
export const OPERATION_CASES: Readonly<Record<OperationKind, readonly OperationCase[]>> = {
  input: movement('as it is', [2, 3], (x) => x),
  constant: [
    {
      title: 'numbers',
      feeds: [],
      build: () => ops.constant([1.5, -2, 3e-30, 4, 5, 6], [2, 3]),
    },
    { title: 'integers', feeds: [], build: () => ops.constant(Int32Array.of(-7, 2 ** 31 - 1)) },
    { title: 'a filled shape', feeds: [], build: () => ops.full([3, 2], 0.25) },
    {
      title: 'a view into a larger buffer',
      feeds: [],
      build: () => ops.constant(Float32Array.of(9, 9, 1, 2, 9).subarray(2, 4)),
    },
    {
      title: 'scalars that differ in type and sign of zero',
      feeds: [],
      build: () =>
        ops.concat(
          [
            ops.divide(1, ops.asTensor(-0)),
            ops.divide(1, ops.asTensor(0)),
            ops.toFloat(ops.constant(Int32Array.of(0), [])),
          ].map((x) => ops.reshape(x, [1])),
          0,
        ),
    },
  ],
  negate: unary(ops.negate),
  abs: unary(ops.abs),
  sign: unary(ops.sign),
  sqrt: unary(ops.sqrt, [0.1, 3]),
  reciprocal: unary(ops.reciprocal, [0.2, 3]),
  exp: unary(ops.exp),
  log: unary(ops.log, [0.1, 3]),
  sigmoid: unary(ops.sigmoid),
  relu: unary(ops.relu),
  erf: unary(ops.erf),
  softplus: unary(ops.softplus),
  sin: unary(ops.sin),
  cos: unary(ops.cos),
  add: binary(ops.add),
  subtract: binary(ops.subtract),
  multiply: binary(ops.multiply),
  divide: binary(ops.divide, [0.5, 2]),
  maximum: binary(ops.maximum),
  minimum: binary(ops.minimum),
  greater: comparison(ops.greater),
  equal: comparison(ops.equal),
  select: [
    {
      title: 'one shape',
      feeds: [of([0, 1, 1, 0, 1, 0], [2, 3]), randomTensor([2, 3], 21), randomTensor([2, 3], 22)],
      build: ops.select,
      differentiable: [1, 2],
    },
    {
      title: 'all three repeated',
      feeds: [of([0, 1, 1], [3, 1]), randomTensor([5], 23), randomTensor([2, 1, 1], 24)],
      build: ops.select,
      differentiable: [1, 2],
    },
    {
      title: 'a choice that hides what is not finite',
      feeds: [of([0, 1]), of([Infinity, 2])],
      build: (condition, x) => ops.select(condition, x, 0),
      differentiable: [],
    },
  ],
  stopGradient: [
    {
      title: 'the value',
      feeds: [randomTensor([2, 3], 25)],
      build: ops.stopGradient,
      differentiable: [],
    },
    { title: 'integers', feeds: [counting(2, 3)], build: ops.stopGradient },
  ],
  toFloat: [{ title: 'integers', feeds: [counting(3, 5)], build: ops.toFloat }],
  sum: reduction(ops.sum),
  max: reduction(ops.max),
  softmax: rows(ops.softmax),
  logSoftmax: rows(ops.logSoftmax),
  layerNorm: [
    ...normalisations((x, scale, offset) => ops.layerNorm(x, scale, offset)),
    ...normalisations((x, scale, offset) => ops.layerNorm(x, scale, offset, 0.5)),
  ],
  layerNormStatistic: (['mean', 'inverseDeviation'] as const).flatMap((which) =>
    normalisations((x, scale, offset) =>
      layerNormStatistic(ops.layerNorm(x, scale, offset) as Tensor<'layerNorm'>, which),
    ),
  ),
  matmul: [
    matmul('two matrices', [2, 3], [3, 5]),
    matmul('the first transposed', [3, 2], [3, 5], { transposeA: true }),
    matmul('the second transposed', [2, 3], [5, 3], { transposeB: true, scale: 0.5 }),
    matmul('both transposed', [3, 2], [5, 3], { transposeA: true, transposeB: true, scale: -2 }),
    matmul('a batch', [2, 7, 5, 3], [2, 7, 3, 11], { scale: 3 }),
    matmul('a batch, transposed', [2, 3, 5], [2, 7, 3], { transposeA: true, transposeB: true }),
    matmul('a batch by one matrix', [2, 5, 3], [3, 7]),
    matmul('a batch by one matrix, transposed', [2, 3, 5], [7, 3], {
      transposeA: true,
      transposeB: true,
    }),
    matmul('one matrix by a batch', [5, 3], [2, 3, 7]),
    matmul('batches repeated on both sides', [2, 1, 5, 3], [7, 3, 2]),
    matmul('batches repeated on both sides, transposed', [2, 1, 3, 5], [7, 2, 3], {
      transposeA: true,
      transposeB: true,
    }),
  ],
  reshape: [
    ...movement('axes joined', [2, 3, 5], (x) => ops.reshape(x, [6, -1])),
    ...movement('to a scalar', [1, 1], (x) => ops.reshape(x, [])),
  ],
  transpose: [
    ...movement('reversed', [2, 3, 5], (x) => ops.transpose(x, [2, 1, 0])),
    ...movement('a cycle of axes', [2, 3, 5, 7], (x) => ops.transpose(x, [2, 0, 3, 1])),
  ],
  broadcastTo: [
    ...movement('an inner axis', [2, 1, 5], (x) => ops.broadcastTo(x, [2, 3, 5])),
    ...movement('new axes', [3, 1], (x) => ops.broadcastTo(x, [2, 3, 5])),
    ...movement('a scalar', [], (x) => ops.broadcastTo(x, [2, 3])),
  ],
  concat: [
    {
      title: 'an inner axis',
      feeds: [2, 3, 1].map((size, i) => randomTensor([2, size, 5], 26 + i)),
      build: (...parts) => ops.concat(parts, -2),
    },
    {
      title: 'integers',
      feeds: [counting(2, 3), counting(5, 3)],
      build: (...parts) => ops.concat(parts, 0),
    },
    {
      title: 'the same tensor twice',
      feeds: [randomTensor([2, 3], 29)],
      build: (x) => ops.stack([x, x], 1),
    },
  ],
  slice: [
    ...movement('an inner axis', [2, 7, 3], (x) => ops.slice(x, 1, 2, 5)),
    ...movement('up to one before the end', [5], (x) => ops.slice(x, -1, 1, -1)),
  ],
  pad: [
    ...movement('both ends of an inner axis', [2, 3, 5], (x) => ops.pad(x, 1, 2, 1)),
    ...movement('one end', [3], (x) => ops.pad(x, -1, 0, 4)),
  ],
  gather: [
    {
      title: 'rows, some twice, some never',
      feeds: [randomTensor([5, 3], 30), randomIndices([2, 7], 31, 4)],
      build: ops.gather,
    },
    {
      title: 'elements of a vector',
      feeds: [randomTensor([5], 32), randomIndices([3], 33, 5)],
      build: ops.gather,
    },
    {
      title: 'one row',
      feeds: [randomTensor([5, 2, 3], 34), { shape: [], data: Int32Array.of(3) }],
      build: ops.gather,
    },
    {
      title: 'integers',
      feeds: [counting(5, 3), randomIndices([7], 35, 5)],
      build: ops.gather,
    },
  ],
  scatterAdd: [
    {
      title: 'rows, some to the same place',
      feeds: [randomTensor([2, 7, 3], 36), randomIndices([2, 7], 37, 5)],
      build: (updates, indices) => ops.scatterAdd(updates, indices, 5),
    },
    {
      title: 'numbers',
      feeds: [randomTensor([11], 38), randomIndices([11], 39, 3)],
      build: (updates, indices) => ops.scatterAdd(updates, indices, 3),
    },
  ],
};

/** Every case with the operation it is of. */
export const ALL_OPERATION_CASES = Object.entries(OPERATION_CASES).flatMap(([kind, cases]) =>
  cases.map((operationCase) => ({
    kind,
    name: `${kind}: ${operationCase.title}`,
    ...operationCase,
  })),
);
