/** @file What a graph costs, read off the graph itself: nothing is compiled or run. */
import type { Graph } from '#tensor/graph';
import { sizeOf } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';

const BYTES = 4;

/** Kinds that give their input's numbers another shape and need no memory of their own. */
const VIEWS: ReadonlySet<string> = new Set(['reshape', 'stopGradient']);

/** Multiplications and additions of all matrix products of a graph; everything else is small beside them. */
export function matrixOperations({ nodes }: Graph): number {
  return nodes.reduce((sum, node) => {
    if (node.operation.kind !== 'matmul') return sum;
    const [a] = node.inputs;
    const inner = a!.shape.at(node.operation.transposeA ? -2 : -1)!;
    return sum + 2 * sizeOf(node.shape) * inner;
  }, 0);
}

/**
 * Largest number of bytes that the tensors of a graph take at once, inputs included: each lives from the node that makes
 * it to the last one that reads it, in the order in which nodes were made.
 */
export function peakBytes(graph: Graph): number {
  const { nodes } = graph;
  const outputs = new Set<Tensor>(Object.values(graph.outputs));
  const lastReader = new Map<Tensor, number>();
  nodes.forEach((node, at) => {
    for (const read of node.inputs) lastReader.set(storage(read), at);
  });
  const ends = new Map<number, number>();
  let living = 0;
  let peak = 0;
  nodes.forEach((node, at) => {
    if (!VIEWS.has(node.operation.kind)) {
      const bytes = BYTES * sizeOf(node.shape);
      living += bytes;
      const end = outputs.has(node) ? Infinity : (lastReader.get(node) ?? at);
      ends.set(end, (ends.get(end) ?? 0) + bytes);
    }
    peak = Math.max(peak, living);
    living -= ends.get(at) ?? 0;
  });
  return peak;
}

/** The tensor whose memory a view shows. */
function storage(tensor: Tensor): Tensor {
  let node = tensor;
  while (VIEWS.has(node.operation.kind)) node = node.inputs[0]!;
  return node;
}
