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
import { alphafold2BlockBenchmark } from './blocks.js';
import { compare } from './compare.js';
import { MATMULS } from './matmul.js';
import { bytesOfAll, timesOfOperators } from './operators.js';
import { pairBlockBenchmark } from './pair-block.js';
import type { TorchProcess } from './torch-process.js';

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

/** Bytes that steps of a graph read and write, if each finds nothing in the cache and tiles keep all that is their own. */
function movedBytes(graph: Graph, tileBytes: number): number {
  const steps = tileBytes > 0 ? tileRows(graph, tileBytes) : graph.nodes;
  let moved = 0;
  for (const step of steps) {
    if ('tile' in step) {
      const { cut, whole } = step.tile(step.numRows);
      moved += bytesOfAll(cut.keys()) + bytesOfAll(whole.keys()) + bytesOfAll(step.results);
    } else if (step.inputs.length > 0 && step.operation.kind !== 'reshape')
      moved += bytesOfAll([step, ...step.inputs]);
  }
  return moved;
}

/**
 * Prints what a block computes and moves, how long that takes at least on this machine, and how long the block takes, as
 * processor time of all cores together: products at the rate of a large one, memory at the rate of a sum, and each operator
 * by itself with its inputs in the cache.
 *
 * @param torch whose time in float32 these are shares of
 */
async function printFloorsOf(
  block: Benchmark,
  engine: KnownEngine,
  torch: TorchProcess | undefined,
): Promise<void> {
  const graph = graphOf(block.outputs);
  const { operations } = graphCost(graph);
  const { tileBytes } = PROVIDERS.cpu;
  const { ours, torch: theirs } = await compare(block, engine, torch);
  const alone = async (benchmark: Benchmark) =>
    (await compare(benchmark, engine, undefined)).ours.processor;
  const rate = PRODUCT.operations! / (await alone(PRODUCT));
  const bandwidth = (3 * 4 * sizeOf(SHAPE)) / (await alone(SUM));
  const line = (what: string, amount: string, milliseconds: number) => {
    const share = theirs.float32
      ? `  ${(milliseconds / theirs.float32.processor).toFixed(2)} of PyTorch`
      : '';
    console.log(
      `  ${what.padEnd(44)} ${amount.padStart(12)} ${milliseconds.toFixed(0).padStart(6)} ms${share}`,
    );
  };
  const bytes = (what: string, moved: number) => {
    line(what, `${(moved / 1e9).toFixed(2)} GB`, moved / bandwidth);
  };
  console.log(`floors of ${block.name}, processor time:`);
  line(
    'products at the rate of a large one',
    `${(operations / 1e9).toFixed(1)} GFLOP`,
    operations / rate,
  );
  const least = bytesOfAll([...graph.inputs.values(), ...Object.values(graph.outputs)]);
  bytes('memory: inputs and outputs once', least);
  bytes('memory: tiles', movedBytes(graph, tileBytes!));
  bytes('memory: each operation by itself', movedBytes(graph, 0));
  const operators = await timesOfOperators(graph, engine, tileBytes!);
  for (const [kind, milliseconds] of operators)
    line(`operators in the cache: ${kind}`, '', milliseconds);
  line(
    'operators in the cache: all',
    '',
    [...operators.values()].reduce((a, b) => a + b, 0),
  );
  line('measured', '', ours.processor);
}

/** Prints the floors of a pair block, of an Evoformer block, and of a pair block forward and backward. */
export async function printFloors(
  engine: KnownEngine,
  torch: TorchProcess | undefined,
): Promise<void> {
  const blocks = [
    pairBlockBenchmark(NUM_RESIDUES, CHANNELS, false),
    alphafold2BlockBenchmark('evoformer', 128, 128),
    pairBlockBenchmark(128, CHANNELS, true),
  ];
  for (const block of blocks) await printFloorsOf(block, engine, torch);
}
