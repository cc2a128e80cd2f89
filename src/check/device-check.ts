/** @file Whether a device computes what the CPU computes: a small model is folded on each, in a process of its own. */
import { FoldError } from '#errors';
import { AskedProcess } from '#process/asked-process';
import { KEEP_MEMORY } from '#process/fork-process';
import type { NamedDevice } from '#tensor/engine/device';
import type { EngineFacts } from '#tensor/engine/engine';

/** What a device made of the small model. */
export interface DeviceRun {
  readonly facts: EngineFacts;
  /** Of a second run, when graphs are compiled and weights are where they are needed. */
  readonly seconds: number;
  /** `[1, L, cS]` and `[1, L, L, cZ]`, one after the other. */
  readonly representations: Float32Array;
}

/** What the process of a device is asked. */
export type DeviceQuestions = { readonly run: (task: DeviceTask) => DeviceRun };

/** What is run. */
export interface DeviceTask {
  readonly device: NamedDevice;
  readonly numThreads?: number | undefined;
}

/** Differences that rounding explains are well below this; representations are of the order of 1. */
export const LARGEST_DIFFERENCE = 1e-2;

/**
 * Folds the small model on a device. The process that does it may be ended by a driver without harm.
 *
 * @throws FoldError `ENGINE_UNAVAILABLE` where it does not open; `PROCESS_DIED` where its process ended
 */
export async function runOnDevice(task: DeviceTask): Promise<DeviceRun> {
  const process = new AskedProcess<DeviceQuestions>({
    parent: import.meta.url,
    entry: 'device-process',
    environment: KEEP_MEMORY,
    isSilent: true,
    whenDied: (how) => new FoldError('PROCESS_DIED', `the process that tried it ended (${how})`),
  });
  try {
    return await process.ask('run', task);
  } finally {
    await process.close();
  }
}

/** The largest difference between the representations of two runs. */
export function largestDifference(a: DeviceRun, b: DeviceRun): number {
  return a.representations.reduce(
    (largest, value, i) => Math.max(largest, Math.abs(value - b.representations[i]!)),
    0,
  );
}
