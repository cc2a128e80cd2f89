import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FoldModelConfig } from '#architectures/esmfold/config';
import { FoldError } from '#errors';
import { makeWritableFolder } from '#machine/make-folder';
import { unwritable } from '#machine/unwritable';
import type { Engine } from '#tensor/engine/engine';
import type { AdamOptions } from '#training/optimise/adam';
import { loadCheckpoint, saveCheckpoint, type TrainingState } from './checkpoint.js';
import { CURRICULUM, learningRate, type Stage, type TrainingData } from './curriculum.js';
import type { TrainingStart } from './start-from-model.js';
import { Trainer } from './trainer.js';

/** What a training run is told. */
export interface TrainingOptions {
  readonly config: FoldModelConfig;
  readonly data: TrainingData;
  /** Where the checkpoint and the log lie. */
  readonly directory: string;
  readonly stages?: readonly Stage[];
  readonly seed?: number;
  /** What a new run starts from; random values where absent, and for names that it lacks. */
  readonly from?: TrainingStart | undefined;
  /** Name of the stage that a new run begins with; the first where absent. */
  readonly firstStage?: string | undefined;
  /** Stops after this many steps in all; goes on to the end where absent. */
  readonly maxSteps?: number | undefined;
  readonly checkpointEverySeconds?: number;
  /** Stops after the step under way when it aborts; the checkpoint is saved. */
  readonly signal?: AbortSignal;
  /** Receives one line a report. */
  readonly onProgress?: (line: string) => void;
}

/** Adam as every stage uses it. */
export const ADAM: Omit<AdamOptions, 'learningRate'> = {
  beta1: 0.9,
  beta2: 0.98,
  epsilon: 1e-8,
  weightDecay: 0.01,
  maxGradientNorm: 1,
  emaDecay: 0.999,
};
const LOG_EVERY = 20;

/** Names of the files in a training directory. */
export const CHECKPOINT_FILE = 'checkpoint.safetensors';
export const LOG_FILE = 'log.jsonl';

/** A state that has made no step yet. */
export function newTrainingState(
  stage: string,
  seed: number,
  { parameters, training }: TrainingStart = { parameters: new Map() },
): TrainingState {
  return {
    stage,
    step: 0,
    totalSteps: training?.steps ?? 0,
    samples: training?.samples ?? 0,
    seconds: training?.seconds ?? 0,
    randomState: seed,
    history: training?.stages ?? [],
    parameters,
  };
}

/**
 * Trains through the curriculum, from the checkpoint in the directory if there is one. Logs a JSON line every
 * few steps to `log.jsonl`.
 *
 * @param engines work side by side; how many there are does not change the result
 * @returns the state at the end
 * @throws {@link FoldError} `FILE_READ`, `FILE_WRITE`, `PARSE_CHECKPOINT`; `WEIGHTS_MISMATCH` for the checkpoint of
 *   another model or curriculum; `TRAINING_DIVERGED`
 */
export async function train(
  engines: readonly Engine[],
  options: TrainingOptions,
): Promise<TrainingState> {
  const { stages = CURRICULUM, directory, seed = 1 } = options;
  makeWritableFolder(directory);
  const path = join(directory, CHECKPOINT_FILE);
  const state =
    (await loadCheckpoint(path)) ??
    newTrainingState(options.firstStage ?? stages[0]!.name, seed, options.from);
  const first = stages.findIndex(({ name }) => name === state.stage);
  if (first < 0) {
    throw new FoldError('WEIGHTS_MISMATCH', `the checkpoint is in stage "${state.stage}"`, {
      hint: `this curriculum has: ${stages.map(({ name }) => name).join(', ')}`,
    });
  }
  for (const stage of stages.slice(first)) {
    if (state.stage !== stage.name) Object.assign(state, { stage: stage.name, step: 0 });
    const isWhole = await trainStage(engines, stage, state, options);
    await saveCheckpoint(path, state);
    if (!isWhole) break;
  }
  return state;
}

/** @returns whether the stage is done */
async function trainStage(
  engines: readonly Engine[],
  stage: Stage,
  state: TrainingState,
  options: TrainingOptions,
): Promise<boolean> {
  const { directory, maxSteps = Infinity, checkpointEverySeconds = 120, signal } = options;
  if (state.step >= stage.steps) return true;
  const trainer = await Trainer.create(
    engines,
    stage.objective(options.config, options.data),
    state,
    stage,
  );
  const log = async (entry: object, line: string) => {
    await appendLine(join(directory, LOG_FILE), JSON.stringify(entry));
    options.onProgress?.(line);
  };
  let saved = performance.now();
  while (state.step < stage.steps && state.totalSteps < maxSteps && !signal?.aborted) {
    const rate = learningRate(stage, state.step);
    const report = await trainer.step({ ...ADAM, learningRate: rate });
    state.samples += stage.batch * (stage.runsPerStep ?? 1);
    const at = { stage: stage.name, step: state.step, samples: state.samples };
    if (state.step % LOG_EVERY === 0) {
      const entry = { ...at, rate, ...report, totalSeconds: Math.round(state.seconds) };
      await log(entry, describe(at, { loss: report.loss, ...report.terms }, report.seconds));
    }
    if (state.step % stage.evaluateEvery === 0 || state.step === stage.steps) {
      const validation = await trainer.evaluate();
      await log({ ...at, validation }, describe(at, validation));
    }
    if (performance.now() - saved > checkpointEverySeconds * 1000) {
      await saveCheckpoint(join(directory, CHECKPOINT_FILE), state);
      saved = performance.now();
    }
  }
  await trainer.close();
  return state.step >= stage.steps;
}

async function appendLine(path: string, line: string): Promise<void> {
  await appendFile(path, `${line}\n`).catch((cause: unknown) => {
    const hint = 'the last checkpoint is whole: make room and run the same command again';
    throw unwritable(path, cause, hint);
  });
}

function describe(
  at: { stage: string; step: number },
  values: Readonly<Record<string, number>>,
  seconds?: number,
): string {
  const numbers = Object.entries(values).map(([name, value]) => `${name} ${value.toFixed(3)}`);
  const speed = seconds === undefined ? 'validation' : `${seconds.toFixed(2)} s`;
  return `${at.stage} ${at.step} · ${speed} · ${numbers.join(' · ')}`;
}
