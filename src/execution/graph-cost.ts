import type { Graph } from '#tensor/graph';
import type { OperationKind } from '#tensor/operation';
import { sizeOf } from '#tensor/shape';
import { isKind, type Tensor } from '#tensor/tensor';

const BYTES = 4;

/** What it takes to run a graph. */
export interface GraphCost {
  /** Floating-point operations of its matrix products; a multiplication with an addition counts as two. */
  readonly operations: number;
  /** Bytes that all other nodes read and write. */
  readonly movedBytes: number;
  /** Largest number of bytes that results take at once, the outputs among them; what is fed is not counted. */
  readonly peakBytes: number;
}

/** Nodes that say what is there already. */
const LEAVES: ReadonlySet<OperationKind> = new Set(['input', 'constant']);
/** Nodes that give the same numbers in the same place. */
const VIEWS: ReadonlySet<OperationKind> = new Set(['reshape', 'stopGradient']);
/** Nodes that engines write over an operand that nobody else reads. */
const IN_PLACE: ReadonlySet<OperationKind> = new Set([
  'negate', 'abs', 'sign', 'sqrt', 'reciprocal', 'exp', 'log', 'sigmoid', 'relu', 'tanh', 'erf',
  'softplus', 'sin', 'cos', 'add', 'subtract', 'multiply', 'divide', 'softmax',
]); // prettier-ignore

/**
 * What a graph costs, found by walking through it in the order in which engines run it.
 *
 * @param graph with all shapes known
 */
export function graphCost(graph: Graph): GraphCost {
  let operations = 0;
  let movedBytes = 0;
  for (const node of graph.nodes) {
    if (isKind(node, 'matmul')) operations += productOperations(node);
    else if (!LEAVES.has(node.operation.kind) && !VIEWS.has(node.operation.kind))
      movedBytes += [node, ...node.inputs].reduce((sum, tensor) => sum + bytesOf(tensor), 0);
  }
  return { operations, movedBytes, peakBytes: peakBytes(graph) };
}

const bytesOf = ({ shape }: Tensor): number => BYTES * sizeOf(shape);

function productOperations({ operation, inputs, shape }: Tensor<'matmul'>): number {
  const inner = inputs[0]!.shape.at(operation.transposeA ? -2 : -1)!;
  return 2 * sizeOf(shape) * inner;
}

/** Memory that holds a result, or several that are the same numbers. */
interface Place {
  readonly bytes: number;
  readsLeft: number;
}

/** Bytes of results while each is kept until its last reader has run. */
function peakBytes({ nodes, outputs }: Graph): number {
  const numReads = new Map<Tensor, number>();
  const results = Object.values<Tensor>(outputs);
  for (const tensor of [...results, ...nodes.flatMap(({ inputs }) => inputs)])
    numReads.set(tensor, (numReads.get(tensor) ?? 0) + 1);
  const places = new Map<Tensor, Place>();
  let [live, peak] = [0, 0];
  for (const node of nodes) {
    const read = node.inputs.map((tensor) => places.get(tensor)!);
    let place = reusedPlace(node, read);
    if (!place) {
      place = { bytes: LEAVES.has(node.operation.kind) ? 0 : bytesOf(node), readsLeft: 0 };
      live += place.bytes;
      peak = Math.max(peak, live);
    }
    place.readsLeft += numReads.get(node)!;
    places.set(node, place);
    for (const source of read) {
      source.readsLeft--;
      if (source.readsLeft === 0) live -= source.bytes;
    }
  }
  return peak;
}

/** The place of an operand that the node's result takes; nothing where it needs one of its own. */
function reusedPlace(node: Tensor, read: readonly Place[]): Place | undefined {
  const { kind } = node.operation;
  if (VIEWS.has(kind)) return read[0];
  if (!IN_PLACE.has(kind)) return undefined;
  return read.find(({ bytes, readsLeft }) => readsLeft === 1 && bytes === bytesOf(node));
}
