import type { Services } from '#server/services';
import { statusEvent } from './job-events.js';

/**
 * Cancels what has not finished. A job that others ask for goes on for them.
 *
 * @param services store and bus
 * @param ids of submissions
 */
export async function cancelSubmissions(
  { store, bus }: Pick<Services, 'store' | 'bus'>,
  ids: readonly string[],
): Promise<void> {
  for (const id of ids) {
    const cancelled = await store.submissions.cancel(id);
    if (cancelled === 'nothing') continue;
    const job = (await store.submissions.find(id))?.job;
    if (!job) continue;
    if (cancelled === 'submission') {
      bus.publish({ jobId: job.id, data: { kind: 'left' } });
      continue;
    }
    bus.cancel(job.id);
    bus.publish({ jobId: job.id, data: statusEvent('cancelled', job.attempts) });
  }
}
