/** @file Blocks of a kind in one graph, for engines whose weights must be part of graphs. */
import type { Stage } from './stage.js';
import { graphOf, type Graph } from '#tensor/graph';
import { inlined } from '#tensor/inline';
import { gather, input, reshape, slice } from '#tensor/ops';
import { sizeOf } from '#tensor/shape';
import type { HostTensor, Tensor } from '#tensor/tensor';
import type { WeightCapacity } from '#tensor/engine/engine';

/** Blocks whose weights one graph has. */
export interface StackPart {
  /** The first of them. */
  readonly first: number;
  readonly count: number;
  /** How many of them a run goes through; divides `count`. */
  readonly atOnce: number;
}

/**
 * Divides the blocks of a stack among graphs.
 *
 * @param numBlocks of the stack
 * @param blockBytes that the weights of a block take
 * @param capacity of graphs
 */
export function planStack(
  numBlocks: number,
  blockBytes: number,
  { graphBytes, blocksAtOnce }: WeightCapacity,
): StackPart[] {
  const most = Math.max(1, Math.floor(graphBytes / blockBytes));
  const atOnce = Math.min(blocksAtOnce, most, numBlocks);
  const perGraph = most - (most % atOnce);
  const parts: StackPart[] = [];
  for (let first = 0; first < numBlocks;) {
    const left = numBlocks - first;
    const count = left < atOnce ? left : Math.min(perGraph, left - (left % atOnce));
    parts.push({ first, count, atOnce: Math.min(atOnce, count) });
    first += count;
  }
  return parts;
}

/** What the graph calls an input or output that each block of a run has for itself. */
const ownName = (name: string, place: number): string => `${place}/${name}`;

/** Which blocks of the graph a run goes through: int32 `[atOnce]`. */
const BLOCKS = 'blocks';

/**
 * Several blocks, one after the other, as one graph. The weights of all blocks that it may be run with are its inputs
 * `[count, ...]`, by their names within a block; the run says by {@link BLOCKS} which of them it takes. What a block
 * gives under the name of an input, the next one reads; what else it gives is an output of its own. A run is fed
 * {@link stackFeeds} and gives {@link stackResults}.
 *
 * @param block the stage
 * @param part how many blocks the weights are of, and how many a run goes through
 * @param ownInputs inputs that each block is fed for itself
 */
export function stackGraph(
  block: Stage,
  { count, atOnce }: StackPart,
  ownInputs: readonly string[],
): Graph {
  const { graph, parameterNames } = block;
  const blocks = input(BLOCKS, [atOnce], 'int32');
  const shapeOf = (name: string) => graph.inputs.get(name)!.shape;
  const stacked = new Map(
    parameterNames.map((name) => [name, input(name, [count, ...shapeOf(name)])]),
  );
  const state = new Map<string, Tensor>();
  const own: Record<string, Tensor> = {};
  for (let place = 0; place < atOnce; place++) {
    const at = slice(blocks, 0, place, place + 1);
    const given = new Map(state);
    for (const [name, weights] of stacked)
      given.set(name, reshape(gather(weights, at), shapeOf(name)));
    for (const name of ownInputs) given.set(name, input(ownName(name, place), shapeOf(name)));
    for (const [name, tensor] of Object.entries(inlined(graph, given)))
      if (graph.inputs.has(name)) state.set(name, tensor);
      else own[ownName(name, place)] = tensor;
  }
  return graphOf({ ...Object.fromEntries(state), ...own });
}

type Tensors = Readonly<Record<string, HostTensor>>;

/**
 * What a graph of several blocks is fed beside what all of them read.
 *
 * @param part of the stack
 * @param block the first that the run goes through, counted over the whole stack
 * @param ofBlock what each is fed for itself
 */
export function stackFeeds(
  { first, atOnce }: StackPart,
  block: number,
  ofBlock: (block: number) => Tensors,
): Tensors {
  const places = Array.from({ length: atOnce }, (_, place) => place);
  const blocks = Int32Array.from(places, (place) => block - first + place);
  const own = places.flatMap((place) =>
    Object.entries(ofBlock(block + place)).map(([name, tensor]) => [ownName(name, place), tensor]),
  );
  return { [BLOCKS]: { shape: [atOnce], data: blocks }, ...Object.fromEntries(own) } as Tensors;
}

/** What each block of a run gives: the last one also what it hands on. */
export function stackResults(results: Tensors, { atOnce }: StackPart): Tensors[] {
  const ofBlocks = Array.from({ length: atOnce }, (): Record<string, HostTensor> => ({}));
  for (const [name, tensor] of Object.entries(results)) {
    const [, place, own] = /^(\d+)\/(.*)$/.exec(name) ?? [name, atOnce - 1, name];
    ofBlocks[Number(place)]![own] = tensor;
  }
  return ofBlocks;
}

/** Bytes of a block's weights as float32. */
export function weightBytes({ graph, parameterNames }: Stage): number {
  return parameterNames.reduce((sum, name) => sum + 4 * sizeOf(graph.inputs.get(name)!.shape), 0);
}
