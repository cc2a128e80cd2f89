import type { AppParts } from '#server/app-parts';
import { statusEvent } from './job-events.js';

/**
 * Cancels what has not finished. A job that others ask for goes on for them.
 *
 * @param parts store and queue
 * @param ids of submissions
 */
export async function cancelSubmissions(
  { store, queue, log }: Pick<AppParts, 'store' | 'queue' | 'log'>,
  ids: readonly string[],
): Promise<void> {
  for (const id of ids) {
    const cancelled = await store.submissions.cancel(id);
    if (cancelled === 'nothing') continue;
    const job = (await store.submissions.find(id))?.job;
    if (!job) continue;
    if (cancelled === 'submission') {
      queue.publish({ jobId: job.id, data: { kind: 'left' } });
      continue;
    }
    await queue.cancel(job.id).catch((error: unknown) => {
      log.warn({ err: error }, 'the queue does not answer: the worker hears of it from the store');
    });
    queue.publish({ jobId: job.id, data: statusEvent('cancelled', job.attempts) });
  }
}
