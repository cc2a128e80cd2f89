import { setTimeout as sleep } from 'node:timers/promises';
import { Passing } from './whole-answer.js';

/** Longest wait between two requests, unless the server asks for a longer one. */
const MAX_DELAY_MS = 60_000;
const MAX_RETRY_AFTER_MS = 15 * 60_000;

/** How a request is repeated. */
export interface Insistence {
  /** Failures in a row after which a server counts as gone. */
  readonly maxFailures: number;
  /** Wait after the first failure, in milliseconds. */
  readonly firstMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Told of each failure that is not the last, and how long is waited. */
  readonly onFailure?: (problem: string, delayMs: number) => void;
  /** The error after the last failure. */
  readonly whenGone: (last: Passing) => Error;
}

/** Makes a request again and again while what goes wrong may pass, with waits that double. */
export async function insist<T>(
  request: () => Promise<T>,
  { maxFailures, firstMs, signal, onFailure, whenGone }: Insistence,
): Promise<T> {
  for (let failures = 1; ; failures++) {
    signal?.throwIfAborted();
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof Passing)) throw error;
      if (failures >= maxFailures) throw whenGone(error);
      const delay = error.retryAfterMs ?? backOff(firstMs, failures);
      onFailure?.(error.message, delay);
      await pause(Math.min(delay, MAX_RETRY_AFTER_MS), signal);
    }
  }
}

/** The wait after some failures in a row. */
export function backOff(firstMs: number, failures: number): number {
  return jitter(Math.min(firstMs * 2 ** (failures - 1), MAX_DELAY_MS));
}

/** Up to as much again is added at random. */
export function jitter(delayMs: number): number {
  return delayMs * (1 + Math.random());
}

/** Waits. @throws the reason of the signal */
export async function pause(delayMs: number, signal?: AbortSignal): Promise<void> {
  await sleep(delayMs, undefined, signal ? { signal } : {}).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw error;
  });
}
