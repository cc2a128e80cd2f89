import type { KnownEngine } from '#tensor/engine/engine';
import type { Graph } from '#tensor/graph';
import { tileRows } from '#tensor/onnx/row-tiles';
import { input, reshape, slice } from '#tensor/ops';
import { sizeOf } from '#tensor/shape';
import { bytesOf, isKind, makeTensor, type Tensor } from '#tensor/tensor';
import { randomTensor } from '../helpers/random.js';
import { compare } from './compare.js';

/** What the copies of a node that is timed may read and write together, so that the cache holds it. */
const CACHED_BYTES = 16 * 2 ** 20;
const MOST_COPIES = 8;

/** Bytes of all these. */
export const bytesOfAll = (tensors: Iterable<Tensor>): number =>
  [...tensors].reduce((total, tensor) => total + bytesOf(tensor), 0);

/** Nodes of a graph that are the same but for their numbers. */
interface Alike {
  readonly node: Tensor;
  count: number;
}

/** Says which nodes take the same time. */
const keyOf = ({ operation, inputs, shape }: Tensor): string =>
  JSON.stringify([operation, shape, inputs.map((tensor) => tensor.shape)]);

/** The nodes that an engine runs, those of tiles as often as there are tiles. */
function nodesRun(graph: Graph, tileBytes: number): Alike[] {
  const alike = new Map<string, Alike>();
  const count = (node: Tensor, times: number) => {
    if (node.inputs.length === 0 || isKind(node, 'reshape')) return;
    if (isKind(node, 'layerNormStatistic')) return; // comes with its norm
    const known = alike.get(keyOf(node)) ?? { node, count: 0 };
    known.count += times;
    alike.set(keyOf(node), known);
  };
  for (const step of tileRows(graph, tileBytes)) {
    if (!('tile' in step)) {
      count(step, 1);
      continue;
    }
    const numTiles = step.numRows / step.rowsInTile;
    for (const node of step.tile(step.rowsInTile).body.nodes) count(node, numTiles);
  }
  return [...alike.values()];
}

/** Milliseconds of all cores together for one such node, its inputs in the cache where that can hold them. */
async function timeAlone(node: Tensor, engine: KnownEngine): Promise<number> {
  const moved = bytesOfAll([node, ...node.inputs]);
  const copies = Math.max(1, Math.min(MOST_COPIES, Math.floor(CACHED_BYTES / moved)));
  const name = (copy: number, i: number) => `${copy} ${i}`;
  const outputs = Array.from({ length: copies }, (_, copy) => {
    const inputs = node.inputs.map(({ shape }, i) => input(name(copy, i), shape));
    const result = makeTensor(node.operation, inputs, node.shape);
    // To hand over all of it takes time too; and without the reshape onnxruntime would take the slice first.
    return [String(copy), slice(reshape(result, [sizeOf(node.shape)]), 0, 0, 1)] as const;
  });
  const feeds = outputs.flatMap((_, copy) =>
    node.inputs.map(({ shape }, i) => [name(copy, i), randomTensor(shape, copy * 10 + i)] as const),
  );
  const benchmark = {
    name: node.operation.kind,
    outputs: Object.fromEntries(outputs),
    feeds: Object.fromEntries(feeds),
  };
  const { ours } = await compare(benchmark, engine, undefined);
  return ours.processor / copies;
}

/**
 * Processor time of a graph's nodes by their operation, each node timed by itself: what its operators take at least.
 *
 * @param tileBytes of the engine's tiles
 * @returns milliseconds of all cores together, the longest first
 */
export async function timesOfOperators(
  graph: Graph,
  engine: KnownEngine,
  tileBytes: number,
): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  for (const { node, count } of nodesRun(graph, tileBytes)) {
    const { kind } = node.operation;
    times.set(kind, (times.get(kind) ?? 0) + count * (await timeAlone(node, engine)));
  }
  return new Map([...times].sort(([, a], [, b]) => b - a));
}
