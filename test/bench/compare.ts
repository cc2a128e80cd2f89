import { setTimeout as pause } from 'node:timers/promises';
import type { Engine, Executable } from '#tensor/engine/engine';
import { graphOf } from '#tensor/graph';
import type { Benchmark } from './benchmark.js';
import type { TorchProcess } from './torch-process.js';

/** Contestants take turns so often, so that a slow minute of the machine meets both. */
const NUM_TURNS = 5;
const TURN_MS = 400;
/** Idle threads may spin for a while; the other contestant starts when they have stopped. */
const REST_MS = 100;

/** Milliseconds of one run. */
export interface Times {
  readonly median: number;
  /** What the machine can do when nothing else runs. */
  readonly best: number;
}

/** What was measured. */
export interface Comparison {
  readonly ours: Times;
  readonly torch?: Times;
  /** Distance of the outputs from PyTorch's, relative to their length. */
  readonly difference?: number;
}

/** Times a computation, beside PyTorch's where there is one. */
export async function compare(
  benchmark: Benchmark,
  engine: Engine,
  torch: TorchProcess | undefined,
): Promise<Comparison> {
  const executable = await engine.compile(graphOf(benchmark.outputs));
  try {
    const first = await executable.run(benchmark.feeds);
    const run = (count: number) => timed(executable, benchmark, count);
    const count = runsPerTurn((await run(1))[0]!);
    if (!torch || !benchmark.torch) return { ours: summarise(await run(count * NUM_TURNS)) };
    const expected = await torch.prepare(benchmark);
    const got = Object.keys(benchmark.outputs).map((name) => first[name]!.data);
    const ours: number[] = [];
    const theirs: number[] = [];
    await torch.run(1);
    for (let turn = 0; turn < NUM_TURNS; turn++) {
      await pause(REST_MS);
      ours.push(...(await run(count)));
      await pause(REST_MS);
      theirs.push(...(await torch.run(count)));
    }
    const difference = relativeDifference(got, expected);
    return { ours: summarise(ours), torch: summarise(theirs), difference };
  } finally {
    await executable.dispose();
  }
}

async function timed(executable: Executable, { feeds }: Benchmark, count: number) {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    await executable.run(feeds);
    times.push(performance.now() - start);
  }
  return times;
}

const runsPerTurn = (milliseconds: number) =>
  Math.min(20, Math.max(2, Math.round(TURN_MS / milliseconds)));

function summarise(values: readonly number[]): Times {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)]!, best: sorted[0]! };
}

/** Euclidean, so that one relu that rounding tips over to the other side does not decide it. */
function relativeDifference(pieces: readonly ArrayLike<number>[], expected: Float32Array): number {
  let [difference, scale, position] = [0, 0, 0];
  for (const piece of pieces) {
    for (let i = 0; i < piece.length; i++, position++) {
      difference += (piece[i]! - expected[position]!) ** 2;
      scale += expected[position]! ** 2;
    }
  }
  return position === expected.length ? Math.sqrt(difference / scale) : NaN;
}
