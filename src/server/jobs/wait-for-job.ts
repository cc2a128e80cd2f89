import type { AppParts } from '#server/app-parts';
import { FINAL_STATES, type JobRecord } from '#store/prediction-store';

/** Events can get lost on their way, so the store is asked as well. */
const POLL_MS = 1000;

/**
 * Waits until a job has finished or time is up.
 *
 * @param parts store and events
 * @param job as it was
 * @param options time in milliseconds, and a signal that ends the wait early
 * @returns the job as it is then
 */
export async function waitForJob(
  { store, events, shutdown }: AppParts,
  job: JobRecord,
  { ms, signal }: { readonly ms: number; readonly signal: AbortSignal },
): Promise<JobRecord> {
  const until = Date.now() + ms;
  let latest = job;
  let wake: (() => void) | undefined;
  const isOver = (): boolean => Date.now() >= until || signal.aborted || shutdown.aborted;
  const wakeUp = (): void => wake?.();
  const stop = events.listen(job.id, ({ kind }) => {
    if (kind === 'status') wakeUp();
  });
  signal.addEventListener('abort', wakeUp);
  shutdown.addEventListener('abort', wakeUp);
  try {
    for (;;) {
      latest = (await store.find(job.id)) ?? latest;
      if (FINAL_STATES.includes(latest.state) || isOver()) return latest;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(POLL_MS, Math.max(0, until - Date.now())));
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  } finally {
    stop();
    signal.removeEventListener('abort', wakeUp);
    shutdown.removeEventListener('abort', wakeUp);
  }
}

/** A signal that aborts when the client goes away. */
export function clientGone(response: {
  once(event: 'close', listener: () => void): unknown;
}): AbortSignal {
  const abort = new AbortController();
  response.once('close', () => {
    abort.abort();
  });
  return abort.signal;
}
