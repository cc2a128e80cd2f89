import { FoldError } from '#errors';
import type { Engine } from '#tensor/engine/engine';
import { checkedFeeds, inputsOf } from '#tensor/engine/feeds';
import { ancestors } from '#tensor/graph';
import type { BinaryKind, OperationKind, UnaryKind } from '#tensor/operation';
import { sizeOf, stridesOf, type Shape } from '#tensor/shape';
import type { HostTensor, Tensor } from '#tensor/tensor';

/** Computes a node from the values of its inputs. */
type Evaluation<Kind extends OperationKind> = (
  node: Tensor<Kind>,
  inputs: readonly Float64Array[],
) => Float64Array;

/**
 * Values of tensors in float64, by plain loops: the oracle that engines and gradients are measured against.
 *
 * @param targets what to compute
 * @param feeds numbers for each input, by name
 */
export function evaluate(
  targets: readonly Tensor[],
  feeds: Readonly<Record<string, ArrayLike<number>>>,
): Float64Array[] {
  const values = new Map<Tensor, Float64Array>();
  for (const node of ancestors(targets)) {
    const { operation } = node;
    if (operation.kind === 'input') values.set(node, Float64Array.from(feeds[operation.name]!));
    else {
      const evaluation = EVALUATIONS[operation.kind] as Evaluation<OperationKind>;
      const inputs = node.inputs.map((source) => values.get(source)!);
      values.set(node, evaluation(node, inputs));
    }
  }
  return targets.map((target) => values.get(target)!);
}

/** An engine that is slow and right. */
export function referenceEngine(): Engine {
  return {
    name: 'reference',
    compile(graph) {
      let isDisposed = false;
      // eslint-disable-next-line @typescript-eslint/require-await -- so that what it throws is a rejection
      async function run(feeds: Readonly<Record<string, HostTensor>>) {
        if (isDisposed) throw new FoldError('ENGINE_FAILED', 'the graph was disposed');
        const numbers = checkedFeeds(inputsOf(graph), feeds).map(
          ([name, { data }]) => [name, data] as const,
        );
        const outputs = Object.entries<Tensor>(graph.outputs);
        const tensors = outputs.map(([, tensor]) => tensor);
        const values = evaluate(tensors, Object.fromEntries(numbers));
        return Object.fromEntries(
          outputs.map(([name, { shape, dtype }], i) => [
            name,
            { shape, data: (dtype === 'int32' ? Int32Array : Float32Array).from(values[i]!) },
          ]),
        ) as Record<keyof typeof graph.outputs, HostTensor>;
      }
      return Promise.resolve({
        run,
        dispose() {
          isDisposed = true;
          return Promise.resolve();
        },
      });
    },
  };
}

/** A tensor of the given shape whose element at each index is `element(index)`. */
function fill(shape: Shape, element: (index: number[]) => number): Float64Array {
  const strides = stridesOf(shape);
  return Float64Array.from({ length: sizeOf(shape) }, (_, flat) =>
    element(shape.map((size, axis) => Math.floor(flat / strides[axis]!) % size)),
  );
}

/** Where a tensor keeps the element of an index; axes of size 1 ignore theirs, missing leading axes too. */
function positions(shape: Shape): (index: readonly number[]) => number {
  const strides = stridesOf(shape).map((stride, axis) => (shape[axis] === 1 ? 0 : stride));
  return (index) => {
    const skipped = index.length - shape.length;
    return strides.reduce((sum, stride, axis) => sum + stride * index[skipped + axis]!, 0);
  };
}

function broadcast(x: Float64Array, from: Shape, to: Shape): Float64Array {
  const position = positions(from);
  return fill(to, (index) => x[position(index)]!);
}

const unary =
  (f: (x: number) => number): Evaluation<UnaryKind> =>
  (_, [x]) =>
    x!.map(f);

const binary =
  (f: (a: number, b: number) => number): Evaluation<BinaryKind> =>
  (node, inputs) => {
    const [a, b] = inputs.map((x, i) => broadcast(x, node.inputs[i]!.shape, node.shape));
    return a!.map((x, i) => f(x, b![i]!));
  };

const reduction =
  (start: number, f: (so: number, x: number) => number): Evaluation<'sum' | 'max'> =>
  (node, [x]) => {
    const reduced = new Float64Array(sizeOf(node.shape)).fill(start);
    const target = fill(node.inputs[0]!.shape, positions(node.shape));
    target.forEach((to, from) => {
      reduced[to] = f(reduced[to]!, x![from]!);
    });
    return reduced;
  };

/** Applies `f` to each row along the last axis and joins what it returns. */
function byRows(x: Float64Array, { shape }: Tensor, f: (row: Float64Array) => Iterable<number>) {
  const size = shape.at(-1)!;
  const rows = Array.from({ length: x.length / size }, (_, i) => x.slice(i * size, (i + 1) * size));
  return Float64Array.from(rows.flatMap((row) => [...f(row)]));
}

function logSumExp(row: Float64Array): number {
  const largest = Math.max(...row);
  return largest + Math.log(row.reduce((sum, x) => sum + Math.exp(x - largest), 0));
}

function rowStatistics(row: Float64Array, epsilon: number) {
  const mean = row.reduce((sum, x) => sum + x, 0) / row.length;
  const variance = row.reduce((sum, x) => sum + (x - mean) ** 2, 0) / row.length;
  return { mean, inverseDeviation: 1 / Math.sqrt(variance + epsilon) };
}

/** @source Abramowitz & Stegun 7.1.6: a series of positive terms, so nothing cancels */
function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let total = x;
  for (let n = 1; Math.abs(term) > 1e-18; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    total += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * total;
}

const EVALUATIONS: { [Kind in Exclude<OperationKind, 'input'>]: Evaluation<Kind> } = {
  constant: (node) => Float64Array.from(node.operation.data),
  negate: unary((x) => -x),
  abs: unary(Math.abs),
  sign: unary(Math.sign),
  sqrt: unary(Math.sqrt),
  reciprocal: unary((x) => 1 / x),
  exp: unary(Math.exp),
  log: unary(Math.log),
  sigmoid: unary((x) => 1 / (1 + Math.exp(-x))),
  relu: unary((x) => Math.max(x, 0)),
  erf: unary(erf),
  softplus: unary((x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
  sin: unary(Math.sin),
  cos: unary(Math.cos),
  add: binary((a, b) => a + b),
  subtract: binary((a, b) => a - b),
  multiply: binary((a, b) => a * b),
  divide: binary((a, b) => a / b),
  maximum: binary(Math.max),
  minimum: binary(Math.min),
  greater: binary((a, b) => Number(a > b)),
  equal: binary((a, b) => Number(a === b)),
  select: (node, inputs) => {
    const [condition, a, b] = inputs.map((x, i) => broadcast(x, node.inputs[i]!.shape, node.shape));
    return condition!.map((isSet, i) => (isSet === 0 ? b![i]! : a![i]!));
  },
  stopGradient: (_, [x]) => x!,
  toFloat: (_, [x]) => x!,
  sum: reduction(0, (total, x) => total + x),
  max: reduction(-Infinity, Math.max),
  softmax: (node, [x]) =>
    byRows(x!, node, (row) => {
      const total = logSumExp(row);
      return row.map((value) => Math.exp(value - total));
    }),
  logSoftmax: (node, [x]) =>
    byRows(x!, node, (row) => {
      const total = logSumExp(row);
      return row.map((value) => value - total);
    }),
  layerNorm: (node, [x, scale, offset]) =>
    byRows(x!, node, (row) => {
      const { mean, inverseDeviation } = rowStatistics(row, node.operation.epsilon);
      return row.map((value, i) => (value - mean) * inverseDeviation * scale![i]! + offset![i]!);
    }),
  layerNormStatistic: (node, [, x]) => {
    const [normalised, source] = node.inputs as [Tensor<'layerNorm'>, Tensor];
    const { epsilon } = normalised.operation;
    return byRows(x!, source, (row) => [rowStatistics(row, epsilon)[node.operation.which]]);
  },
  matmul: (node, [a, b]) => {
    const { transposeA, transposeB, scale } = node.operation;
    const [shapeA, shapeB] = node.inputs.map(({ shape }) => shape) as [Shape, Shape];
    const inner = shapeA.at(transposeA ? -2 : -1)!;
    const [positionA, positionB] = [matrixPositions(shapeA), matrixPositions(shapeB)];
    return fill(node.shape, (index) => {
      const [row, column] = index.slice(-2) as [number, number];
      const leading = index.slice(0, -2);
      let total = 0;
      for (let k = 0; k < inner; k++) {
        const x = a![positionA(leading, transposeA ? [k, row] : [row, k])]!;
        const y = b![positionB(leading, transposeB ? [column, k] : [k, column])]!;
        total += x * y;
      }
      return scale * total;
    });
  },
  reshape: (_, [x]) => x!,
  transpose: (node, [x]) => {
    const { permutation } = node.operation;
    const { shape } = node.inputs[0]!;
    const position = positions(shape);
    return fill(node.shape, (index) => {
      const source = shape.map((_, axis) => index[permutation.indexOf(axis)]!);
      return x![position(source)]!;
    });
  },
  broadcastTo: (node, [x]) => broadcast(x!, node.inputs[0]!.shape, node.shape),
  concat: (node, inputs) => {
    const { axis } = node.operation;
    const position = node.inputs.map(({ shape }) => positions(shape));
    return fill(node.shape, (index) => {
      let [part, along] = [0, index[axis]!];
      for (let size; along >= (size = node.inputs[part]!.shape[axis]!); part++) along -= size;
      return inputs[part]![position[part]!(index.with(axis, along))]!;
    });
  },
  slice: (node, [x]) => {
    const { axis, start } = node.operation;
    const position = positions(node.inputs[0]!.shape);
    return fill(node.shape, (index) => x![position(index.with(axis, index[axis]! + start))]!);
  },
  pad: (node, [x]) => {
    const { axis, before } = node.operation;
    const { shape } = node.inputs[0]!;
    const position = positions(shape);
    return fill(node.shape, (index) => {
      const along = index[axis]! - before;
      const isInside = along >= 0 && along < shape[axis]!;
      return isInside ? x![position(index.with(axis, along))]! : 0;
    });
  },
  gather: (node, [x, indices]) => {
    const [source, picks] = node.inputs as [Tensor, Tensor];
    const rank = picks.shape.length;
    const [pick, position] = [positions(picks.shape), positions(source.shape)];
    return fill(node.shape, (index) => {
      const row = indices![pick(index.slice(0, rank))]!;
      return x![position([row, ...index.slice(rank)])]!;
    });
  },
  scatterAdd: (node, [updates, indices]) => {
    const added = new Float64Array(sizeOf(node.shape));
    const rowSize = sizeOf(node.shape.slice(1));
    updates!.forEach((value, i) => {
      const row = indices![Math.floor(i / rowSize)]!;
      added[row * rowSize + (i % rowSize)]! += value;
    });
    return added;
  },
};

/** Where a tensor of matrices keeps an element, given the matrix's (broadcast) index and the element's. */
function matrixPositions(shape: Shape) {
  const matrix = positions(shape.slice(0, -2));
  const [rows, columns] = shape.slice(-2) as [number, number];
  return (leading: readonly number[], [row, column]: readonly [number, number]) =>
    (matrix(leading) * rows + row) * columns + column;
}
