import type { Graph } from '#tensor/graph';
import { int8Factors } from '#tensor/int8-products';
import {
  narrowInputs,
  scalesOf,
  type Feed,
  type NarrowInputs,
  type NarrowType,
} from '#tensor/narrow';
import type { BinaryKind, OperationKind, UnaryKind } from '#tensor/operation';
import { sizeOf } from '#tensor/shape';
import { isKind, type Tensor } from '#tensor/tensor';
import { inputName, OnnxBuilder } from './builder.js';
import { lowerInt8Product } from './int8-product.js';
import { lowerTiles, type LowerNode } from './lower-tiles.js';
import { CONTRIB_DOMAIN, ONNX_TYPE, type OnnxGraph } from './model.js';
import { tileRows } from './row-tiles.js';
import { lowerSine } from './sine.js';

/** What an engine has beyond the operators of ONNX, or lacks of them. */
export interface OperatorSupport {
  /** Whether it has onnxruntime's FusedMatMul. */
  readonly fusedMatmul: boolean;
  /** Bytes that an operation may read and write where rows are computed a few at a time; absent where that gains nothing. */
  readonly tileBytes?: number;
  /** Whether products that may be rounded are computed from int8 factors, which is then what their weights are fed as. */
  readonly int8Products?: boolean;
  /** Whether its Sin and Cos are true to 1e-5 for angles up to 1,000 rad. */
  readonly preciseSines: boolean;
}

/** What the engine that will run the model can do, and what it will be fed. */
export interface LoweringOptions extends OperatorSupport {
  /** Inputs that will be fed in less precision; none where absent. */
  readonly narrow?: NarrowInputs;
  /** Inputs whose numbers become part of the model, and scales of those that are int8; none where absent. */
  readonly fixed?: Readonly<Record<string, Feed>>;
}

/** What the lowering of a node may ask. */
interface NodeOptions extends LoweringOptions {
  /** Right factors of int8 products, by the names of their values. */
  readonly factors: ReadonlyMap<string, Tensor>;
}

/** Says a node in ONNX operators and returns the name of its value. */
type Lowering<Kind extends OperationKind> = (
  node: Tensor<Kind>,
  inputs: readonly string[],
  onnx: OnnxBuilder,
  options: NodeOptions,
) => string;

/** Translates a graph into ONNX operators with static shapes. */
export function lowerToOnnx(graph: Graph, options: LoweringOptions): OnnxGraph {
  const onnx = new OnnxBuilder(options.fixed);
  const narrow = new Map([...(options.narrow ?? []), ...narrowInputs(options.fixed ?? {})]);
  const names = new Map<Tensor, string>();
  const widened = new Map<Tensor, string>();
  const factors = factorsOf(graph, narrow, options);
  const valueOf = (tensor: Tensor): string => {
    const name = names.get(tensor)!;
    const type = narrowTypeOf(tensor, narrow);
    if (type === undefined || factors.has(name)) return name;
    const known = widened.get(tensor);
    if (known !== undefined) return known;
    const wide = widen(tensor, name, type, onnx);
    widened.set(tensor, wide);
    return wide;
  };
  const lowerNode: LowerNode = (node, value, to) => {
    const lowering = LOWERINGS[node.operation.kind] as Lowering<OperationKind>;
    const picked = isKind(node, 'gather') && narrowTypeOf(node.inputs[0]!, narrow);
    return picked
      ? gatherNarrow(node, picked, value(node.inputs[1]!), to, options)
      : lowering(node, node.inputs.map(value), to, { ...options, narrow, factors });
  };
  const { tileBytes = 0 } = options;
  for (const step of tileBytes > 0 ? tileRows(graph, tileBytes) : graph.nodes) {
    if ('tile' in step)
      for (const [node, name] of lowerTiles(step, valueOf, onnx, lowerNode)) names.set(node, name);
    else names.set(step, lowerNode(step, valueOf, onnx));
  }
  for (const [name, tensor] of Object.entries(graph.outputs)) {
    onnx.output(name, valueOf(tensor), tensor);
  }
  return onnx.graph();
}

/** The inputs that are factors of int8 products, by the names of their values; none where they are fed otherwise. */
function factorsOf(
  graph: Graph,
  narrow: NarrowInputs,
  { int8Products = false }: LoweringOptions,
): ReadonlyMap<string, Tensor> {
  const names = int8Products ? [...int8Factors(graph)] : [];
  const fed = names.filter((name) => narrow.get(name) === 'int8');
  return new Map(fed.map((name) => [inputName(name), graph.inputs.get(name)!]));
}

function narrowTypeOf(tensor: Tensor, narrow: NarrowInputs): NarrowType | undefined {
  return isKind(tensor, 'input') ? narrow.get(tensor.operation.name) : undefined;
}

/** A narrow input as float32. */
function widen(tensor: Tensor, name: string, type: NarrowType, onnx: OnnxBuilder): string {
  if (type === 'float16') return onnx.node('Cast', [name], { to: ONNX_TYPE.float32 });
  return onnx.node('DequantizeLinear', [name, scalesName(tensor)], { axis: 0 });
}

/** Entries of a narrow input as float32: picked while they are narrow, so that the others need not become wide. */
function gatherNarrow(
  node: Tensor<'gather'>,
  type: NarrowType,
  indices: string,
  onnx: OnnxBuilder,
  { fixed }: LoweringOptions,
): string {
  const [table, places] = node.inputs as [Tensor, Tensor];
  const pick = (from: string) => onnx.node('Gather', [from, indices], { axis: 0 });
  const picked = onnx.node('Cast', [pick(inputName(nameOf(table)))], { to: ONNX_TYPE.float32 });
  if (type === 'float16') return picked;
  const [, ...within] = fixed?.[scalesOf(nameOf(table))]?.shape ?? table.shape.slice(0, 1);
  const ofEach = [...node.shape].fill(1, places.shape.length + within.length);
  const scales = onnx.node('Reshape', [pick(scalesName(table)), onnx.int64(ofEach)]);
  return onnx.node('Mul', [picked, scales]);
}

const nameOf = (tensor: Tensor): string => (tensor as Tensor<'input'>).operation.name;
const scalesName = (tensor: Tensor): string => inputName(scalesOf(nameOf(tensor)));

const unary =
  (operator: string): Lowering<UnaryKind> =>
  (_, inputs, onnx) =>
    onnx.node(operator, inputs);

const binary =
  (operator: string): Lowering<BinaryKind> =>
  (_, inputs, onnx) =>
    onnx.node(operator, inputs);

const comparison =
  (operator: string): Lowering<BinaryKind> =>
  (_, inputs, onnx) =>
    onnx.node('Cast', [onnx.node(operator, inputs)], { to: ONNX_TYPE.float32 });

const sine =
  (operator: 'Sin' | 'Cos'): Lowering<'sin' | 'cos'> =>
  (node, [x], onnx, { preciseSines }) =>
    preciseSines ? onnx.node(operator, [x!]) : lowerSine(node.operation.kind, x!, onnx);

const LOWERINGS: { [Kind in OperationKind]: Lowering<Kind> } = {
  input: (node, _, onnx, { narrow, factors }) => {
    const { name } = node.operation;
    const isFactor = factors.has(inputName(name));
    return onnx.input(
      name,
      node,
      narrow?.get(name),
      isFactor ? node.shape.toReversed() : undefined,
    );
  },
  constant: (node, _, onnx) => onnx.constant(node.operation.data, node.shape),
  negate: unary('Neg'),
  abs: unary('Abs'),
  sign: unary('Sign'),
  sqrt: unary('Sqrt'),
  reciprocal: unary('Reciprocal'),
  exp: unary('Exp'),
  log: unary('Log'),
  sigmoid: unary('Sigmoid'),
  relu: unary('Relu'),
  erf: unary('Erf'),
  softplus: unary('Softplus'),
  sin: sine('Sin'),
  cos: sine('Cos'),
  add: binary('Add'),
  subtract: binary('Sub'),
  multiply: binary('Mul'),
  divide: binary('Div'),
  maximum: binary('Max'),
  minimum: binary('Min'),
  greater: comparison('Greater'),
  equal: comparison('Equal'),
  select: (_, [condition, a, b], onnx) =>
    onnx.node('Where', [onnx.node('Cast', [condition!], { to: ONNX_TYPE.bool }), a!, b!]),
  stopGradient: (_, [x]) => x!,
  toFloat: (_, inputs, onnx) => onnx.node('Cast', inputs, { to: ONNX_TYPE.float32 }),
  sum: lowerSum,
  max: (node, inputs, onnx) =>
    onnx.node('ReduceMax', inputs, { axes: node.operation.axes, keepdims: 1 }),
  softmax: (_, inputs, onnx) => onnx.node('Softmax', inputs, { axis: -1 }),
  logSoftmax: (_, inputs, onnx) => onnx.node('LogSoftmax', inputs, { axis: -1 }),
  layerNorm: (node, inputs, onnx) =>
    onnx.nodeWithOutputs('LayerNormalization', inputs, ['', 'mean', 'inverseDeviation'], {
      axis: -1,
      epsilon: { float: node.operation.epsilon },
    }),
  layerNormStatistic: (node, [normalised], onnx) =>
    onnx.namedOutput(normalised!, node.operation.which),
  matmul: lowerMatmul,
  reshape: (node, [x], onnx) => onnx.node('Reshape', [x!, onnx.int64(node.shape)]),
  transpose: (node, inputs, onnx) =>
    onnx.node('Transpose', inputs, { perm: node.operation.permutation }),
  broadcastTo: (node, [x], onnx) => onnx.node('Expand', [x!, onnx.int64(node.shape)]),
  concat: (node, inputs, onnx) => onnx.node('Concat', inputs, { axis: node.operation.axis }),
  slice: (node, [x], onnx) => {
    const { axis, start, end } = node.operation;
    return onnx.node('Slice', [x!, onnx.int64([start]), onnx.int64([end]), onnx.int64([axis])]);
  },
  pad: (node, [x], onnx) => {
    const { axis, before, after } = node.operation;
    const rank = node.shape.length;
    const pads = new Array<number>(2 * rank)
      .fill(0)
      .with(axis, before)
      .with(rank + axis, after);
    return onnx.node('Pad', [x!, onnx.int64(pads)]);
  },
  gather: (_, inputs, onnx) => onnx.node('Gather', inputs, { axis: 0 }),
  scatterAdd: (node, [updates, indices], onnx) => {
    const zeros = onnx.node('ConstantOfShape', [onnx.int64(node.shape)]);
    const rows = onnx.node('Cast', [indices!], { to: ONNX_TYPE.int64 });
    const paths = onnx.node('Unsqueeze', [rows, onnx.int64([-1])]);
    return onnx.node('ScatterND', [zeros, paths, updates!], { reduction: 'add' });
  },
};

/** A sum over everything goes axis by axis: onnxruntime loses precision when it adds a whole tensor at once. */
function lowerSum(node: Tensor<'sum'>, inputs: readonly string[], onnx: OnnxBuilder): string {
  const { axes } = node.operation;
  const reduce = (x: string, over: readonly number[]) =>
    onnx.node('ReduceSum', [x, onnx.int64(over)], { keepdims: 1 });
  const [x] = inputs as [string];
  const isWhole = axes.length === node.shape.length && axes.length > 1;
  if (isWhole) return reduce(reduce(x, axes.slice(-1)), axes.slice(0, -1));
  const { shape } = node.inputs[0]!;
  const leading = shape.slice(0, axes.at(-1)! + 1);
  const isLeading = leading.every((size, axis) => size === 1 || axes.includes(axis));
  return isLeading ? sumOfRows(node, x, onnx) : reduce(x, axes);
}

/** A sum over the first axes (but for those of size 1) as a product with ones, which runs on all cores where ReduceSum does not. */
function sumOfRows(node: Tensor<'sum'>, x: string, onnx: OnnxBuilder): string {
  const { shape } = node.inputs[0]!;
  const numRows = sizeOf(shape.slice(0, node.operation.axes.at(-1)! + 1));
  const rows = onnx.node('Reshape', [x, onnx.int64([numRows, sizeOf(node.shape)])]);
  const ones = onnx.node('Expand', [
    onnx.constant(Float32Array.of(1), []),
    onnx.int64([1, numRows]),
  ]);
  return onnx.node('Reshape', [onnx.node('MatMul', [ones, rows]), onnx.int64(node.shape)]);
}

function lowerMatmul(
  node: Tensor<'matmul'>,
  inputs: readonly string[],
  onnx: OnnxBuilder,
  { fusedMatmul, factors }: NodeOptions,
): string {
  const { transposeA, transposeB, scale } = node.operation;
  const factor = factors.get(inputs[1]!);
  if (factor) {
    const [x, values] = inputs as [string, string];
    const shape = factor.shape.toReversed();
    return lowerInt8Product(x, { values, scales: scalesName(factor), shape }, onnx);
  }
  if (!transposeA && !transposeB && scale === 1) return onnx.node('MatMul', inputs);
  if (fusedMatmul) {
    const attributes = {
      transA: Number(transposeA),
      transB: Number(transposeB),
      alpha: { float: scale },
    };
    return onnx.node('FusedMatMul', inputs, attributes, CONTRIB_DOMAIN);
  }
  const operands = inputs.map((name, i) =>
    (i === 0 ? transposeA : transposeB)
      ? onnx.node('Transpose', [name], { perm: swapLastAxes(node.inputs[i]!) })
      : name,
  );
  const product = onnx.node('MatMul', operands);
  return scale === 1
    ? product
    : onnx.node('Mul', [product, onnx.constant(Float32Array.of(scale), [])]);
}

function swapLastAxes({ shape }: Tensor): number[] {
  const axes = shape.map((_, axis) => axis);
  const [row, column] = axes.slice(-2) as [number, number];
  return [...axes.slice(0, -2), column, row];
}
