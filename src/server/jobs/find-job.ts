import { FoldError } from '#errors';
import type { Call } from '#server/app-parts';
import type { JobRecord } from '#store/prediction-store';

/**
 * The job that a call names.
 *
 * @param call whose path holds the id
 * @throws FoldError `NOT_FOUND` where there is none, or it is somebody else's
 */
export async function findJob({ parts, id, owner }: Call): Promise<JobRecord> {
  const job = await parts.store.find(id, owner);
  if (job) return job;
  throw new FoldError('NOT_FOUND', `there is no prediction ${id}`, {
    hint: 'ids come from POST /api/v1/predictions',
  });
}

/**
 * The completed job that a call names.
 *
 * @param call whose path holds the id
 * @throws FoldError `NOT_FOUND`, and one for each state that has no result
 */
export async function findCompletedJob(call: Call): Promise<JobRecord> {
  const job = await findJob(call);
  assertCompleted(job);
  return job;
}

/**
 * Stops at a job without a result.
 *
 * @param job any
 * @throws FoldError `JOB_CANCELLED`, `JOB_FAILED`, `JOB_UNFINISHED`
 */
export function assertCompleted(job: JobRecord): void {
  switch (job.state) {
    case 'completed':
      return;
    case 'cancelled':
      throw new FoldError('JOB_CANCELLED', 'the prediction was cancelled', {
        hint: 'submit the sequence again',
      });
    case 'failed': {
      const hint = job.error?.hint;
      const message = `the prediction failed: ${job.error?.detail ?? 'unknown reason'}`;
      throw new FoldError('JOB_FAILED', message, hint === undefined ? {} : { hint });
    }
    default:
      throw new FoldError('JOB_UNFINISHED', `the prediction is ${job.state}`, {
        hint: 'follow its events, or ask again later',
      });
  }
}
