import type { Services } from '#server/services';
import type { JobRecord } from '#store/job';
import { statusEvent } from './job-events.js';

/**
 * Has a completed job computed again, since its stored result is damaged.
 *
 * @param services store and bus
 * @param job completed
 */
export async function repeatJob(
  { store, bus, log }: Pick<Services, 'store' | 'bus' | 'log'>,
  { id, attempts }: JobRecord,
): Promise<void> {
  log.error({ job: id }, 'the stored result is damaged, it is computed again');
  if (!(await store.runs.repeat(id))) return; // somebody else has noticed
  bus.publish({ jobId: id, data: statusEvent('waiting', attempts) });
  bus.wake();
}
