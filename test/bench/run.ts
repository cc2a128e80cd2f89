/**
 * @file Measures the engine and compares it with PyTorch where a Python has it: the one of `PYTHON`, else `python3`.
 *
 * `npm run bench -- --floors` prints what blocks compute and move, and how long that takes at least.
 * `npm run bench` measures everything; `npm run bench -- forward evoformer` only these parts. Contestants take turns.
 */
import { availableParallelism } from 'node:os';
import type { KnownEngine } from '#tensor/engine/engine';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import type { Benchmark } from './benchmark.js';
import {
  alphafold2BlockBenchmark,
  languageModelBenchmark,
  predictionBenchmarks,
  structureModuleBenchmark,
  trunkBlockBenchmark,
} from './blocks.js';
import { compare, type Comparison, type Times } from './compare.js';
import { printFloors } from './floors.js';
import { MATMULS } from './matmul.js';
import { modelBenchmarks } from './model.js';
import { pairBlockBenchmark } from './pair-block.js';
import { TorchProcess, type TorchType } from './torch-process.js';

const PARTS: Readonly<Record<string, () => readonly Benchmark[]>> = {
  matmul: () => MATMULS,
  forward: () =>
    [64, 128].flatMap((channels) => [128, 256].map((n) => pairBlockBenchmark(n, channels, false))),
  backward: () => [64, 128].map((channels) => pairBlockBenchmark(128, channels, true)),
  evoformer: () => [128, 256].map((n) => alphafold2BlockBenchmark('evoformer', n, 128)),
  extra: () => [alphafold2BlockBenchmark('extra', 128, 512)],
  'language-model': () => [
    languageModelBenchmark('650M', 100),
    languageModelBenchmark('650M', 256),
    languageModelBenchmark('3B', 100),
  ],
  trunk: () => [128, 256].map(trunkBlockBenchmark),
  prediction: () => predictionBenchmarks(100),
  structure: () => [128, 256].map(structureModuleBenchmark),
  model: () => [128, 256].flatMap((n) => modelBenchmarks(n)),
};

/** Below this on one core PyTorch has a BLAS without vector instructions, and beating it would mean nothing. */
const FAIR_GFLOPS = 15;
const NUM_THREADS = Math.min(2, availableParallelism());
/** What PyTorch computes in; we compute in float32, and in int8 where that was asked for. */
const TORCH_TYPES: readonly TorchType[] = ['float32', 'bfloat16'];

function describe(
  { name, bar, int8Bar, operations, times: count }: Benchmark,
  comparison: Comparison,
): string {
  const { ours, int8, torch, difference } = comparison;
  const times = ({ median, best }: Times) => {
    const rate = operations === undefined ? '' : ` (${gflops(operations, median)} GFLOP/s)`;
    return `${median.toFixed(1)} ms, best ${best.toFixed(1)}${rate}`;
  };
  const cells = [name.padEnd(44), `ours ${times(ours)}`];
  for (const [dtype, theirs] of Object.entries(torch)) {
    cells.push(`PyTorch ${dtype} ${times(theirs)}`, ratios(ours, theirs));
  }
  const verdict = (time: Times, most: number | undefined) =>
    torch.float32 && most !== undefined
      ? [time.median / torch.float32.median <= most ? `within ${most}` : `MISSES ${most}`]
      : [];
  cells.push(...verdict(ours, bar));
  if (difference !== undefined) cells.push(`difference ${difference.toExponential(0)}`);
  if (int8 && torch.float32) {
    cells.push(`ours int8 ${times(int8)}`, `of float32: ${ratios(int8, torch.float32)}`);
    cells.push(...verdict(int8, int8Bar), `difference ${int8.difference.toExponential(0)}`);
  }
  if (count !== undefined) {
    cells.push(`${count} in a prediction: ${(count * ours.median).toFixed(0)} ms`);
  }
  return cells.join('  ');
}

function ratios(ours: Times, theirs: Times): string {
  const ratio = (time: keyof Times) => (ours[time] / theirs[time]).toFixed(2);
  return `ratio ${ratio('median')}, best ${ratio('best')}, processor ${ratio('processor')}`;
}

/** Seconds of a prediction that does each of these as often as it says. */
function predictionLine(measured: readonly (readonly [Benchmark, Comparison])[]): string {
  const seconds = (timesOf: (comparison: Comparison) => Times) =>
    measured.reduce((sum, [{ times }, one]) => sum + times! * timesOf(one).median, 0) / 1000;
  const processor = (timesOf: (comparison: Comparison) => Times) =>
    measured.reduce((sum, [{ times }, one]) => sum + times! * timesOf(one).processor, 0);
  const cells = [`prediction, by these parts: ours ${seconds(({ ours }) => ours).toFixed(1)} s`];
  if (measured.every(([, { torch }]) => torch.float32)) {
    const [exact, rounded] = [
      (one: Comparison) => one.ours,
      (one: Comparison) => one.int8 ?? one.ours,
    ];
    const theirs = (one: Comparison) => one.torch.float32!;
    const against = (ours: typeof theirs) =>
      `ratio ${(seconds(ours) / seconds(theirs)).toFixed(2)}, processor ${(processor(ours) / processor(theirs)).toFixed(2)}`;
    cells.push(`PyTorch float32 ${seconds(theirs).toFixed(1)} s  ${against(exact)}`);
    cells.push(`ours int8 ${seconds(rounded).toFixed(1)} s  of float32: ${against(rounded)}`);
  }
  return cells.join('  ');
}

const gflops = (operations: number, milliseconds: number) =>
  Math.round(operations / milliseconds / 1e6);

/** Warns where PyTorch's matrix product is not the fast one. */
async function checkFairness(engine: KnownEngine, torch: TorchProcess): Promise<void> {
  const probe = MATMULS[0]!;
  const comparison = await compare(probe, engine, torch);
  const rate = gflops(probe.operations!, comparison.torch.float32!.processor);
  if (rate >= FAIR_GFLOPS) return;
  console.log(
    `PyTorch multiplies at ${rate} GFLOP/s on a core: its BLAS is the plain reference. ` +
      'The ratios below flatter us; install libopenblas0-openmp for fair ones.',
  );
}

async function main(names: readonly string[]): Promise<void> {
  const asksFloors = names.includes('--floors');
  const unknown = names.find((name) => !(name in PARTS) && name !== '--floors');
  if (unknown !== undefined) {
    throw new Error(`there is no part "${unknown}"; parts: ${Object.keys(PARTS).join(', ')}`);
  }
  const parts = names.length > 0 ? names : Object.keys(PARTS);
  const engine = nodeEngine(NUM_THREADS);
  const torch = await TorchProcess.start(NUM_THREADS);
  console.log(
    `${engine.name} ${engine.facts.version}, ${NUM_THREADS} threads, against ` +
      (torch
        ? `PyTorch ${torch.version} (${torch.settings})`
        : 'nothing: no Python here has torch') +
      '; medians of turns; "processor" is the time of all cores together',
  );
  try {
    if (torch) await checkFairness(engine, torch);
    if (asksFloors) {
      await printFloors(engine, torch);
      return;
    }
    for (const part of parts) {
      const measured: [Benchmark, Comparison][] = [];
      for (const benchmark of PARTS[part]!()) {
        const comparison = await compare(benchmark, engine, torch, TORCH_TYPES);
        measured.push([benchmark, comparison]);
        console.log(describe(benchmark, comparison));
      }
      if (part === 'prediction') console.log(predictionLine(measured));
    }
  } finally {
    torch?.stop();
  }
}

await main(process.argv.slice(2));
