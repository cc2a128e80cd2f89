import { FoldError } from '#errors';
import type { AppParts } from '#server/app-parts';
import type { ServerConfig } from '#server/config';
import { isForThisMachine } from '#server/http/this-machine';
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
 * Accepts submissions: they are on disk when this returns.
 *
 * @param parts store and bus
 * @param submissions of one owner, at least one, each once
 * @throws FoldError `CLIENT_LIMIT`, `QUEUE_FULL`, `SHUTTING_DOWN`, `STORE_UNAVAILABLE`
 */
export async function acceptSubmissions(
  parts: AppParts,
  submissions: readonly NewSubmission[],
): Promise<Accepted> {
  const { store, bus, metrics, shutdown } = parts;
  if (shutdown.aborted)
    throw new FoldError('SHUTTING_DOWN', 'the server is shutting down', { hint: 'try again soon' });
  const ids = submissions.map(({ id }) => id);
  const before = await store.submissions.findMany(ids);
  const known = new Set(before.filter(isWanted).map(({ id }) => id));
  const numNew = ids.filter((id) => !known.has(id)).length;
  const { owner, client } = submissions[0]!;
  if (numNew > 0) await assertRoom(parts, client, numNew);
  const batch = ids.length > 1 ? { id: batchId(owner, ids), owner, members: ids } : undefined;
  const queued = await store.submissions.submit(submissions, batch);
  for (const { job } of submissions) metrics.submitted(queued.has(job.id) ? 'new' : 'known');
  const accepted = await store.submissions.findMany(ids);
  for (const { job } of accepted)
    if (queued.has(job.id))
      bus.publish({ jobId: job.id, data: statusEvent('waiting', job.attempts) });
  if (queued.size > 0) bus.wake();
  const createdAt = batch && (await store.submissions.findBatch(batch.id))?.createdAt;
  return {
    submissions: accepted,
    isNew: numNew > 0,
    ...(batch ? { batch: { id: batch.id, createdAt: createdAt ?? Date.now() } } : {}),
  };
}

async function assertRoom(
  { store, config }: Pick<AppParts, 'store' | 'config'>,
  client: string,
  numNew: number,
): Promise<void> {
  const hint = 'try again later';
  if ((await store.runs.countUnfinished()).waiting + numNew > config.MAX_WAITING)
    throw new FoldError('QUEUE_FULL', `${config.MAX_WAITING} predictions wait already`, { hint });
  const most = clientWaitingOf(config);
  if ((await store.runs.countWaiting(client)) + numNew > most)
    throw new FoldError('CLIENT_LIMIT', `no more than ${most} of your predictions may wait`, {
      hint,
    });
}

/** How many predictions of one client may wait. */
function clientWaitingOf(config: ServerConfig): number {
  const { CLIENT_WAITING, MAX_WAITING, API_KEYS } = config;
  const isAlone = API_KEYS === undefined && isForThisMachine(config);
  return CLIENT_WAITING ?? Math.max(1, isAlone ? MAX_WAITING : Math.floor(MAX_WAITING / 4));
}

function isWanted({ state }: SubmissionRecord): boolean {
  return state !== 'failed' && state !== 'cancelled';
}
