/** @file Whether a device computes what the CPU computes: a small model is folded on each, in a process of its own. */
import type { ChildProcess } from 'node:child_process';
import { FoldError, type ErrorCode } from '#errors';
import type { NamedDevice } from '#tensor/engine/device';
import type { EngineFacts } from '#tensor/engine/engine';
import { forkProcess, whenEnded } from '#tensor/engine/fork-process';

/** What a device made of the small model. */
export interface DeviceRun {
  readonly facts: EngineFacts;
  /** Of a second run, when graphs are compiled and weights are where they are needed. */
  readonly seconds: number;
  /** `[1, L, cS]` and `[1, L, L, cZ]`, one after the other. */
  readonly representations: Float32Array;
}

/** What the process that runs a device says. */
export type DeviceMessage =
  | ({ readonly kind: 'run' } & DeviceRun)
  | {
      readonly kind: 'failed';
      readonly code?: ErrorCode | undefined;
      readonly message: string;
      readonly hint?: string | undefined;
    };

/** What a device process is told at its start, as JSON. */
export interface DeviceTask {
  readonly device: NamedDevice;
  readonly numThreads?: number | undefined;
}

/** Differences that rounding explains are well below this; representations are of the order of 1. */
export const LARGEST_DIFFERENCE = 1e-2;

/**
 * Folds the small model on a device. The process that does it may be ended by a driver without harm.
 *
 * @throws FoldError `ENGINE_UNAVAILABLE` where it does not open; `WORKER_DIED` where its process ended
 */
export function runOnDevice(task: DeviceTask): Promise<DeviceRun> {
  const child = forkProcess(import.meta.url, 'device-process', [JSON.stringify(task)], {
    isSilent: true,
  });
  return answerOf(child).finally(() => child.kill('SIGKILL'));
}

function answerOf(child: ChildProcess): Promise<DeviceRun> {
  return new Promise((resolve, reject) => {
    child.once('message', (message: DeviceMessage) => {
      if (message.kind === 'run') resolve(message);
      else reject(failureOf(message));
    });
    whenEnded(child, (how) => {
      reject(new FoldError('WORKER_DIED', `the process that tried it ended (${how})`));
    });
  });
}

function failureOf({ code, message, hint }: DeviceMessage & { kind: 'failed' }): Error {
  if (code === undefined) return new Error(message);
  return new FoldError(code, message, hint === undefined ? {} : { hint });
}

/** The largest difference between the representations of two runs. */
export function largestDifference(a: DeviceRun, b: DeviceRun): number {
  return a.representations.reduce(
    (largest, value, i) => Math.max(largest, Math.abs(value - b.representations[i]!)),
    0,
  );
}
