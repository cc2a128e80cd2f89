import { FoldError } from '#errors';
import type { AppParts } from '#server/app-parts';
import type { JobRecord, NewJob } from '#store/prediction-store';
import { statusEvent } from './job-events.js';
import { batchId } from './submission.js';

/** Jobs as they stand after they were accepted. */
export interface Accepted {
  /** In the order asked for; what was asked twice is there twice. */
  readonly jobs: readonly JobRecord[];
  /** Ids that did not wait before. */
  readonly isNew: ReadonlySet<string>;
  readonly batch?: { readonly id: string; readonly createdAt: number };
}

/**
 * Accepts jobs: they are on disk when this returns. The queue is told at once; if it is away, it is told later.
 *
 * @param parts store and queue
 * @param jobs of one owner, at least one
 * @throws FoldError `QUEUE_FULL`, `SHUTTING_DOWN`, `STORE_UNAVAILABLE`
 */
export async function submitJobs(parts: AppParts, jobs: readonly NewJob[]): Promise<Accepted> {
  const { store, queue, config, metrics, log, shutdown } = parts;
  if (shutdown.aborted)
    throw new FoldError('SHUTTING_DOWN', 'the server is shutting down', { hint: 'try again soon' });
  const { owner } = jobs[0]!;
  const ids = jobs.map(({ id }) => id);
  const before = new Map((await store.findMany(ids, owner)).map((job) => [job.id, job]));
  const numNew = jobs.filter(({ id }) => !before.has(id)).length;
  if (numNew > 0 && (await store.countUnfinished()).waiting + numNew > config.MAX_WAITING)
    throw new FoldError('QUEUE_FULL', `${config.MAX_WAITING} predictions wait already`, {
      hint: 'try again later',
    });
  const distinct = jobs.filter(({ id }, index) => ids.indexOf(id) === index);
  const batch = jobs.length > 1 ? { id: batchId(jobs), owner, members: ids } : undefined;
  const isNew = await store.submit(distinct, batch);
  for (const { id } of distinct) metrics.submitted(isNew.has(id) ? 'new' : 'known');
  for (const id of isNew) queue.publish({ jobId: id, data: statusEvent('waiting', 0) });
  await queue.add(ids.filter((id) => isNew.has(id))).catch((error: unknown) => {
    log.warn({ err: error }, 'the queue does not answer: jobs are queued when it is back');
  });
  const createdAt = batch && (await store.findBatch(batch.id, owner))?.createdAt;
  return {
    jobs: await store.findMany(ids, owner),
    isNew,
    ...(batch ? { batch: { id: batch.id, createdAt: createdAt ?? Date.now() } } : {}),
  };
}
