import type { Graph } from '#tensor/graph';
import type { OperationKind } from '#tensor/operation';
import { sizeOf } from '#tensor/shape';
import { bytesOf, isKind, type Tensor } from '#tensor/tensor';

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
  'negate', 'abs', 'sign', 'sqrt', 'reciprocal', 'exp', 'log', 'sigmoid', 'relu', 'erf',
  'softplus', 'sin', 'cos', 'add', 'subtract', 'multiply', 'divide',
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
      movedBytes += movedBy(node);
  }
  return { operations, movedBytes, peakBytes: peakBytes(graph) };
}

/** Bytes that a node reads and writes: of what it picks from, no more than it takes. */
function movedBy(node: Tensor): number {
  const written = bytesOf(node);
  const read = node.inputs.map(bytesOf);
  const { kind } = node.operation;
  const picks = kind === 'slice' || kind === 'gather';
  return read.reduce((sum, bytes) => sum + (picks ? Math.min(bytes, written) : bytes), written);
}

function productOperations({ operation, inputs, shape }: Tensor<'matmul'>): number {
  const inner = inputs[0]!.shape.at(operation.transposeA ? -2 : -1)!;
  return 2 * sizeOf(shape) * inner;
}

/** Memory for results, one after the other; views of a result share its place. */
interface Place {
  readonly bytes: number;
  readonly shape: string;
  readonly firstUsed: number;
  lastUsed: number;
  readsLeft: number;
}

/**
 * Most bytes of results at once, as onnxruntime plans them: a result takes a free place of its shape where there was
 * one, and a place is let go when the last result in it has been read, not between two.
 */
function peakBytes({ nodes, outputs }: Graph): number {
  const numReads = new Map<Tensor, number>();
  const results = Object.values<Tensor>(outputs);
  for (const tensor of [...results, ...nodes.flatMap(({ inputs }) => inputs)])
    numReads.set(tensor, (numReads.get(tensor) ?? 0) + 1);
  const placeOf = new Map<Tensor, Place>();
  const free = new Map<string, Place[]>();
  const places: Place[] = [];
  for (const [step, node] of nodes.entries()) {
    const read = node.inputs.map((tensor) => placeOf.get(tensor)!);
    let place = reusedPlace(node, read) ?? free.get(node.shape.join())?.pop();
    if (!place) {
      place = newPlace(node, step);
      places.push(place);
    }
    place.readsLeft += numReads.get(node)!;
    placeOf.set(node, place);
    for (const source of read) {
      source.lastUsed = step;
      source.readsLeft--;
      if (source.readsLeft > 0 || source.bytes === 0) continue;
      const others = free.get(source.shape);
      if (others) others.push(source);
      else free.set(source.shape, [source]);
    }
  }
  for (const tensor of results) placeOf.get(tensor)!.lastUsed = nodes.length;
  return mostAtOnce(places, nodes.length);
}

function newPlace(node: Tensor, step: number): Place {
  const bytes = LEAVES.has(node.operation.kind) ? 0 : bytesOf(node);
  return { bytes, shape: node.shape.join(), firstUsed: step, lastUsed: step, readsLeft: 0 };
}

/** The place of an operand that the node's result takes; nothing where it needs another. */
function reusedPlace(node: Tensor, read: readonly Place[]): Place | undefined {
  const { kind } = node.operation;
  if (VIEWS.has(kind)) return read[0];
  if (!IN_PLACE.has(kind)) return undefined;
  return read.find(({ bytes, readsLeft }) => readsLeft === 1 && bytes === bytesOf(node));
}

function mostAtOnce(places: readonly Place[], numSteps: number): number {
  const change = new Float64Array(numSteps + 2);
  for (const { bytes, firstUsed, lastUsed } of places) {
    change[firstUsed]! += bytes;
    change[lastUsed + 1]! -= bytes;
  }
  let [live, peak] = [0, 0];
  for (const bytes of change) peak = Math.max(peak, (live += bytes));
  return peak;
}
