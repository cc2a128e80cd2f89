/**
 * @file Measures the engine and compares it with PyTorch where a Python has it.
 *
 * `npm run bench` measures everything; `npm run bench -- matmul`, `forward`, `backward` only that.
 */
import { availableParallelism } from 'node:os';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import type { Benchmark } from './benchmark.js';
import { compare, type Comparison } from './compare.js';
import { MATMULS } from './matmul.js';
import { pairBlockBenchmark } from './pair-block.js';
import { TorchProcess } from './torch-process.js';

const PARTS: Readonly<Record<string, () => readonly Benchmark[]>> = {
  matmul: () => MATMULS,
  forward: () =>
    [64, 128].flatMap((channels) => [128, 256].map((n) => pairBlockBenchmark(n, channels, false))),
  backward: () => [64, 128].map((channels) => pairBlockBenchmark(128, channels, true)),
};

/** Below this PyTorch has a BLAS without vector instructions, and beating it would mean nothing. */
const FAIR_GFLOPS = 30;
const NUM_THREADS = Math.min(2, availableParallelism());

function describe(benchmark: Benchmark, { ours, torch, difference }: Comparison): string {
  const rate = (milliseconds: number) =>
    benchmark.operations === undefined
      ? ''
      : ` (${Math.round(benchmark.operations / milliseconds / 1e6)} GFLOP/s)`;
  const cells = [benchmark.name.padEnd(46), `ours ${ours.toFixed(2)} ms${rate(ours)}`];
  if (torch !== undefined) {
    const ratio = ours / torch;
    const { bar } = benchmark;
    cells.push(`PyTorch ${torch.toFixed(2)} ms${rate(torch)}`, `ratio ${ratio.toFixed(2)}`);
    if (bar !== undefined) cells.push(ratio <= bar ? `within ${bar}` : `MISSES ${bar}`);
    cells.push(`difference ${difference!.toExponential(1)}`);
  }
  return cells.join('  ');
}

async function main(names: readonly string[]): Promise<void> {
  const unknown = names.find((name) => !(name in PARTS));
  if (unknown !== undefined) {
    throw new Error(`there is no part "${unknown}"; parts: ${Object.keys(PARTS).join(', ')}`);
  }
  const parts = names.length > 0 ? names : Object.keys(PARTS);
  const engine = nodeEngine(NUM_THREADS);
  const torch = await TorchProcess.start(NUM_THREADS);
  console.log(
    `${engine.name} against ${torch ? `PyTorch ${torch.version}` : 'nothing (no Python here has torch)'}, ` +
      `${NUM_THREADS} threads, medians`,
  );
  try {
    if (torch) {
      const [probe] = MATMULS;
      const { torch: milliseconds } = await compare(probe!, engine, torch);
      const gflops = probe!.operations! / milliseconds! / 1e6;
      if (gflops < FAIR_GFLOPS) {
        console.log(
          `PyTorch multiplies at ${gflops.toFixed(0)} GFLOP/s: its BLAS is the plain reference. ` +
            'The ratios below flatter us; install libopenblas0-openmp for fair ones.',
        );
      }
    }
    for (const benchmark of parts.flatMap((part) => PARTS[part]!())) {
      console.log(describe(benchmark, await compare(benchmark, engine, torch)));
    }
  } finally {
    torch?.stop();
  }
}

await main(process.argv.slice(2));
