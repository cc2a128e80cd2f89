import type { Services } from '#server/services';
import { FINAL_STATES } from '#store/job';
import type { SubmissionRecord } from '#store/submission';

/** Events can get lost on their way, so the store is asked as well. */
const POLL_MS = 1000;

/**
 * Waits until a submission has finished or time is up, by a clock that nobody sets.
 *
 * @param services store and events
 * @param submission as it was
 * @param options time in milliseconds, and a signal that ends the wait early
 * @returns the submission as it is then
 */
export async function waitForSubmission(
  { store, events, shutdown }: Pick<Services, 'store' | 'events' | 'shutdown'>,
  submission: SubmissionRecord,
  { ms, signal }: { readonly ms: number; readonly signal: AbortSignal },
): Promise<SubmissionRecord> {
  const until = performance.now() + ms;
  let latest = submission;
  let wake: (() => void) | undefined;
  const isOver = (): boolean => performance.now() >= until || signal.aborted || shutdown.aborted;
  const wakeUp = (): void => wake?.();
  const stop = events.listen(submission.job.id, ({ kind }) => {
    if (kind === 'status' || kind === 'left') wakeUp();
  });
  signal.addEventListener('abort', wakeUp);
  shutdown.addEventListener('abort', wakeUp);
  try {
    for (;;) {
      latest = (await store.submissions.find(submission.id)) ?? latest;
      if (FINAL_STATES.includes(latest.state) || isOver()) return latest;
      await new Promise<void>((resolve) => {
        const left = Math.max(0, until - performance.now());
        const timer = setTimeout(resolve, Math.min(POLL_MS, left));
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

/** A signal that aborts when the client goes away, or has gone. */
export function clientGone(response: {
  readonly destroyed: boolean;
  once(event: 'close', listener: () => void): unknown;
}): AbortSignal {
  const abort = new AbortController();
  if (response.destroyed) abort.abort();
  response.once('close', () => {
    abort.abort();
  });
  return abort.signal;
}
