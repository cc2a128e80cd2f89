import { setTimeout as pause } from 'node:timers/promises';
import type { Executable, KnownEngine } from '#tensor/engine/engine';
import { int8NodeEngine } from '#tensor/engine/onnxruntime-node';
import { graphOf } from '#tensor/graph';
import { int8Factors } from '#tensor/int8-products';
import { narrowInputs, type Feed } from '#tensor/narrow';
import { int8Feeds } from '../helpers/int8-feeds.js';
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
  /** Ours with `--precision int8`, where a product gains by it and PyTorch is there. */
  readonly int8?: Times & { readonly difference: number };
  /** PyTorch's, in each precision. */
  readonly torch: Readonly<Partial<Record<TorchType, Times>>>;
  /** Distance of the outputs from PyTorch's in float32, relative to their length. */
  readonly difference?: number;
}

/** Times a computation, beside PyTorch's where there is one. */
export async function compare(
  benchmark: Benchmark,
  engine: KnownEngine,
  torch: TorchProcess | undefined,
  dtypes: readonly TorchType[] = ['float32'],
): Promise<Comparison> {
  const graph = graphOf(benchmark.outputs);
  const executable: Executable<string, Feed> = await engine.compile(graph);
  const rounds = torch !== undefined && int8Factors(graph).size > 0;
  const rounded = rounds ? int8Feeds(graph, benchmark.feeds) : undefined;
  const int8 =
    rounded &&
    (await int8NodeEngine(engine.facts.threads).compileNarrow!(graph, narrowInputs(rounded)));
  try {
    const first = await executable.run(benchmark.feeds);
    const run = (count: number) => timed(executable, benchmark.feeds, count);
    const count = runsPerTurn((await run(1)).milliseconds[0]!);
    if (!torch || !benchmark.torch)
      return { ours: summarise([await run(count * NUM_TURNS)]), torch: {} };
    for (const dtype of dtypes) {
      if (dtype !== 'float32') await torch.prepare(benchmark, dtype);
    }
    const expected = await torch.prepare(benchmark, 'float32');
    const outputsOf = (results: typeof first) =>
      Object.keys(benchmark.outputs).map((name) => results[name]!.data);
    const contestants: readonly (() => Promise<Runs>)[] = [
      () => run(count),
      ...dtypes.map((dtype) => () => torch.run(count, dtype)),
      ...(int8 ? [() => timed(int8, rounded, count)] : []),
    ];
    const turns = contestants.map((): Runs[] => []);
    for (let turn = 0; turn < NUM_TURNS; turn++) {
      for (const [i, contestant] of contestants.entries()) {
        await pause(REST_MS);
        turns[i]!.push(await contestant());
      }
    }
    const [ours, ...theirs] = turns.map(summarise);
    const ofInt8 = int8 && {
      ...theirs.at(-1)!,
      difference: relativeDifference(outputsOf(await int8.run(rounded)), expected),
    };
    return {
      ours: ours!,
      ...(ofInt8 ? { int8: ofInt8 } : {}),
      torch: Object.fromEntries(dtypes.map((dtype, i) => [dtype, theirs[i]!])),
      difference: relativeDifference(outputsOf(first), expected),
    };
  } finally {
    await executable.dispose();
    await int8?.dispose();
  }
}

async function timed(
  executable: Executable<string, Feed>,
  feeds: Readonly<Record<string, Feed>>,
  count: number,
): Promise<Runs> {
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
