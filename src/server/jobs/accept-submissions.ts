import { FoldError } from '#errors';
import type { AppParts } from '#server/app-parts';
import type { NewSubmission, SubmissionRecord } from '#store/submission';
import { statusEvent } from './job-events.js';
import { batchId } from './submission.js';

/** Submissions as they stand after they were accepted. */
export interface Accepted {
  /** In the order asked for. */
  readonly submissions: readonly SubmissionRecord[];
  /** Whether the owner has now asked for something that was not there or not wanted any more. */
  readonly isNew: boolean;
  readonly batch?: { readonly id: string; readonly createdAt: number };
}

/**
 * Accepts submissions: they are on disk when this returns. The queue is told at once; if it is away, it is told later.
 *
 * @param parts store and queue
 * @param submissions of one owner, at least one, each once
 * @throws FoldError `QUEUE_FULL`, `SHUTTING_DOWN`, `STORE_UNAVAILABLE`
 */
export async function acceptSubmissions(
  parts: AppParts,
  submissions: readonly NewSubmission[],
): Promise<Accepted> {
  const { store, queue, config, metrics, log, shutdown } = parts;
  if (shutdown.aborted)
    throw new FoldError('SHUTTING_DOWN', 'the server is shutting down', { hint: 'try again soon' });
  const ids = submissions.map(({ id }) => id);
  const before = await store.submissions.findMany(ids);
  const known = new Set(before.filter(isWanted).map(({ id }) => id));
  const numNew = ids.filter((id) => !known.has(id)).length;
  if (numNew > 0 && (await store.runs.countUnfinished()).waiting + numNew > config.MAX_WAITING)
    throw new FoldError('QUEUE_FULL', `${config.MAX_WAITING} predictions wait already`, {
      hint: 'try again later',
    });
  const { owner } = submissions[0]!;
  const batch = ids.length > 1 ? { id: batchId(owner, ids), owner, members: ids } : undefined;
  const queued = await store.submissions.submit(submissions, batch);
  for (const { job } of submissions) metrics.submitted(queued.has(job.id) ? 'new' : 'known');
  const accepted = await store.submissions.findMany(ids);
  for (const { job } of accepted)
    if (queued.has(job.id))
      queue.publish({ jobId: job.id, data: statusEvent('waiting', job.attempts) });
  await queue.add([...queued]).catch((error: unknown) => {
    log.warn({ err: error }, 'the queue does not answer: jobs are queued when it is back');
  });
  const createdAt = batch && (await store.submissions.findBatch(batch.id))?.createdAt;
  return {
    submissions: accepted,
    isNew: numNew > 0,
    ...(batch ? { batch: { id: batch.id, createdAt: createdAt ?? Date.now() } } : {}),
  };
}

function isWanted({ state }: SubmissionRecord): boolean {
  return state !== 'failed' && state !== 'cancelled';
}
