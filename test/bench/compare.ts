import { setTimeout as pause } from 'node:timers/promises';
import type { Engine, Executable } from '#tensor/engine/engine';
import { graphOf } from '#tensor/graph';
import type { Benchmark } from './benchmark.js';
import type { Runs, TorchProcess, TorchType } from './torch-process.js';

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
  /** Median time of all cores together: other programs on the machine change it least. */
  readonly processor: number;
}

/** What was measured. */
export interface Comparison {
  readonly ours: Times;
  /** PyTorch's, in each precision. */
  readonly torch: Readonly<Partial<Record<TorchType, Times>>>;
  /** Distance of the outputs from PyTorch's in float32, relative to their length. */
  readonly difference?: number;
}

/** Times a computation, beside PyTorch's where there is one. */
export async function compare(
  benchmark: Benchmark,
  engine: Engine,
  torch: TorchProcess | undefined,
  dtypes: readonly TorchType[] = ['float32'],
): Promise<Comparison> {
  const executable = await engine.compile(graphOf(benchmark.outputs));
  try {
    const first = await executable.run(benchmark.feeds);
    const run = (count: number) => timed(executable, benchmark, count);
    const count = runsPerTurn((await run(1)).milliseconds[0]!);
    if (!torch || !benchmark.torch)
      return { ours: summarise([await run(count * NUM_TURNS)]), torch: {} };
    for (const dtype of dtypes) {
      if (dtype !== 'float32') await torch.prepare(benchmark, dtype);
    }
    const expected = await torch.prepare(benchmark, 'float32');
    const got = Object.keys(benchmark.outputs).map((name) => first[name]!.data);
    const contestants: readonly (() => Promise<Runs>)[] = [
      () => run(count),
      ...dtypes.map((dtype) => () => torch.run(count, dtype)),
    ];
    const turns = contestants.map((): Runs[] => []);
    for (let turn = 0; turn < NUM_TURNS; turn++) {
      for (const [i, contestant] of contestants.entries()) {
        await pause(REST_MS);
        turns[i]!.push(await contestant());
      }
    }
    const [ours, ...theirs] = turns.map(summarise);
    return {
      ours: ours!,
      torch: Object.fromEntries(dtypes.map((dtype, i) => [dtype, theirs[i]!])),
      difference: relativeDifference(got, expected),
    };
  } finally {
    await executable.dispose();
  }
}

async function timed(executable: Executable, { feeds }: Benchmark, count: number): Promise<Runs> {
  const milliseconds: number[] = [];
  const processor: number[] = [];
  for (let i = 0; i < count; i++) {
    const [start, cpuStart] = [performance.now(), process.cpuUsage()];
    await executable.run(feeds);
    milliseconds.push(performance.now() - start);
    const { user, system } = process.cpuUsage(cpuStart);
    processor.push((user + system) / 1000);
  }
  return { milliseconds, processor };
}

const runsPerTurn = (milliseconds: number) =>
  Math.min(20, Math.max(2, Math.round(TURN_MS / milliseconds)));

function summarise(turns: readonly Runs[]): Times {
  const milliseconds = turns.flatMap((turn) => turn.milliseconds);
  return {
    median: medianOf(milliseconds),
    best: Math.min(...milliseconds),
    processor: medianOf(turns.flatMap(({ processor }) => processor)),
  };
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
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
