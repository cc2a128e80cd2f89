import { graphCost } from '#execution/graph-cost';
import type { KnownEngine } from '#tensor/engine/engine';
import { PROVIDERS } from '#tensor/engine/providers';
import { graphOf, type Graph } from '#tensor/graph';
import { tileRows } from '#tensor/onnx/row-tiles';
import { add, input, slice } from '#tensor/ops';
import { sizeOf } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';
import { randomTensor } from '../helpers/random.js';
import type { Benchmark } from './benchmark.js';
import { compare } from './compare.js';
import { MATMULS } from './matmul.js';
import { pairBlockBenchmark } from './pair-block.js';

const [NUM_RESIDUES, CHANNELS] = [256, 128];
const SHAPE = [NUM_RESIDUES, NUM_RESIDUES, CHANNELS];

/** Leaves out what it takes to hand a result over. */
function firstRow(x: Tensor): Tensor {
  return slice(x, 0, 0, 1);
}

/** A large product, at which kernels are best. */
const PRODUCT: Benchmark = {
  ...MATMULS[0]!,
  outputs: { y: firstRow(MATMULS[0]!.outputs['product']!) },
};

/** Reads two tensors as large as the pair representation and writes one. */
const SUM: Benchmark = {
  name: 'sum',
  outputs: { y: firstRow(add(input('a', SHAPE), input('b', SHAPE))) },
  feeds: { a: randomTensor(SHAPE, 1), b: randomTensor(SHAPE, 2) },
};

const bytesOf = (tensors: Iterable<Tensor>): number =>
  [...tensors].reduce((total, { shape }) => total + 4 * sizeOf(shape), 0);

/** Bytes that steps of a graph read and write, if each finds nothing in the cache and tiles keep all that is their own. */
function movedBytes(graph: Graph, tileBytes: number): number {
  const steps = tileBytes > 0 ? tileRows(graph, tileBytes) : graph.nodes;
  let moved = 0;
  for (const step of steps) {
    if ('tile' in step) {
      const { cut, whole } = step.tile(step.numRows);
      moved += bytesOf(cut.keys()) + bytesOf(whole.keys()) + bytesOf(step.results);
    } else if (step.inputs.length > 0 && step.operation.kind !== 'reshape')
      moved += bytesOf([step, ...step.inputs]);
  }
  return moved;
}

/**
 * Prints what a pair block computes and moves, how long that takes at least on this machine, and how long the block takes,
 * as processor time of all cores together: products at the rate of a large one, memory at the rate of a sum.
 */
export async function printFloors(engine: KnownEngine): Promise<void> {
  const block = pairBlockBenchmark(NUM_RESIDUES, CHANNELS, false);
  const graph = graphOf(block.outputs);
  const { operations } = graphCost(graph);
  const processor = async (benchmark: Benchmark) =>
    (await compare(benchmark, engine, undefined)).ours.processor;
  const rate = PRODUCT.operations! / (await processor(PRODUCT));
  const bandwidth = (3 * 4 * sizeOf(SHAPE)) / (await processor(SUM));
  const time = await processor(block);
  const least = bytesOf([...graph.inputs.values(), ...Object.values(graph.outputs)]);
  const [apart, tiled] = [0, PROVIDERS.cpu.tileBytes!].map((bytes) => movedBytes(graph, bytes));
  const line = (what: string, amount: string, milliseconds: number) => {
    console.log(
      `  ${what.padEnd(44)} ${amount.padStart(9)}  ${milliseconds.toFixed(0).padStart(6)} ms`,
    );
  };
  const bytes = (what: string, moved: number) => {
    line(what, `${(moved / 1e9).toFixed(2)} GB`, moved / bandwidth);
  };
  console.log(`floors of a ${block.name}, processor time:`);
  line('products alone', `${(operations / 1e9).toFixed(1)} GFLOP`, operations / rate);
  bytes('memory alone: pair read and written once', least);
  bytes('memory alone: tiles', tiled!);
  bytes('memory alone: each operation by itself', apart!);
  line('measured', '', time);
}
