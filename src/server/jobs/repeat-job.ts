import type { AppParts } from '#server/app-parts';
import type { JobRecord } from '#store/job';
import { statusEvent } from './job-events.js';

/**
 * Has a completed job computed again, since its stored result is damaged.
 *
 * @param parts store and queue
 * @param job completed
 */
export async function repeatJob(
  { store, queue, log }: Pick<AppParts, 'store' | 'queue' | 'log'>,
  { id, attempts }: JobRecord,
): Promise<void> {
  log.error({ job: id }, 'the stored result is damaged, it is computed again');
  if (!(await store.runs.repeat(id))) return; // somebody else has noticed
  queue.publish({ jobId: id, data: statusEvent('waiting', attempts) });
  await queue.add([id]).catch((error: unknown) => {
    log.warn({ err: error }, 'the queue does not answer: jobs are queued when it is back');
  });
}
