import { FoldError } from '#errors';
import type { Services } from '#server/services';
import { type ServerSettings, waitingLimitOf } from '#server/settings';
import { isForThisMachine } from '#server/http/this-machine';
import { inputBytesOf } from '#store/job';
import type { NewSubmission, SubmissionRecord } from '#store/submission';
import { statusEvent } from './job-events.js';
import { batchId } from './submission.js';

const BYTES_PER_MEGABYTE = 1 << 20;
/** What a submission takes at most, beside what comes with it, and each residue of it with its codon. */
const [ROW_BYTES, RESIDUE_BYTES] = [16_384, 32];
/** One client's share of what may wait, where there are others. */
const CLIENT_SHARE = 0.25;

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
 * @param services store and bus
 * @param submissions of one owner, at least one, each once
 * @throws FoldError `CLIENT_LIMIT`, `QUEUE_FULL`, `SHUTTING_DOWN`, `STORE_UNAVAILABLE`, also where results that may go
 *   leave no room
 */
export async function acceptSubmissions(
  services: Services,
  submissions: readonly NewSubmission[],
): Promise<Accepted> {
  const { store, bus, metrics, shutdown } = services;
  if (shutdown.aborted)
    throw new FoldError('SHUTTING_DOWN', 'the server is shutting down', { hint: 'try again soon' });
  const ids = submissions.map(({ id }) => id);
  const before = await store.submissions.findMany(ids);
  const known = new Set(before.filter(isWanted).map(({ id }) => id));
  const added = submissions.filter(({ id }) => !known.has(id));
  const { owner } = submissions[0]!;
  if (added.length > 0) await assertRoom(services, added);
  const batch = ids.length > 1 ? { id: batchId(owner, ids), owner, members: ids } : undefined;
  const submit = () => store.submissions.submit(submissions, batch);
  const queued = await submit().catch(async (error: unknown) => {
    if (!(await makesRoom(services, added, error))) throw error;
    return submit();
  });
  for (const { job } of submissions) metrics.submitted(queued.has(job.id) ? 'new' : 'known');
  const accepted = await store.submissions.findMany(ids);
  for (const { job } of accepted)
    if (queued.has(job.id))
      bus.publish({ jobId: job.id, data: statusEvent('waiting', job.attempts) });
  if (queued.size > 0) bus.wake();
  const createdAt = batch && (await store.submissions.findBatch(batch.id))?.createdAt;
  return {
    submissions: accepted,
    isNew: added.length > 0,
    ...(batch ? { batch: { id: batch.id, createdAt: createdAt ?? Date.now() } } : {}),
  };
}

/** Whether a database that is as large as it may be has made room for what is asked for. */
async function makesRoom(
  { makeRoom }: Pick<Services, 'makeRoom'>,
  submissions: readonly NewSubmission[],
  error: unknown,
): Promise<boolean> {
  if (!(error instanceof FoldError) || error.code !== 'STORE_UNAVAILABLE') return false;
  const sizes = submissions.map(
    ({ job }) => ROW_BYTES + RESIDUE_BYTES * job.numResidues + inputBytesOf(job),
  );
  return makeRoom(sumOf(sizes));
}

async function assertRoom(
  { store, settings }: Pick<Services, 'store' | 'settings'>,
  submissions: readonly NewSubmission[],
): Promise<void> {
  const hint = 'try again later';
  const { client } = submissions[0]!;
  const numNew = submissions.length;
  if ((await store.runs.countUnfinished()).waiting + numNew > settings.MAX_WAITING)
    throw new FoldError('QUEUE_FULL', `${settings.MAX_WAITING} predictions are already waiting`, {
      hint,
    });
  const most = clientWaitingOf(settings);
  if ((await store.runs.countWaiting(client)) + numNew > most)
    throw new FoldError('CLIENT_LIMIT', `no more than ${most} of your predictions may wait`, {
      hint,
    });
  await assertSpace({ store, settings }, submissions);
}

/** Alignments and templates take space while their predictions wait, and nothing can be deleted to make room for them. */
async function assertSpace(
  { store, settings }: Pick<Services, 'store' | 'settings'>,
  submissions: readonly NewSubmission[],
): Promise<void> {
  const most = waitingLimitOf(settings);
  const jobs = new Map(submissions.map(({ job }) => [job.id, inputBytesOf(job)]));
  const added = sumOf(jobs.values());
  if (added === 0) return;
  const bytes = await store.runs.unfinishedBytes();
  const hint = 'try again later, or send fewer rows or templates';
  if (sumOf(bytes.values()) + added > most)
    throw new FoldError(
      'QUEUE_FULL',
      'the alignments and templates of waiting predictions take all space',
      {
        hint,
      },
    );
  const own = (bytes.get(submissions[0]!.client) ?? 0) + added;
  const mostOwn = clientShareOf(settings) * most;
  if (own > mostOwn)
    throw new FoldError(
      'CLIENT_LIMIT',
      `the alignments and templates of your waiting predictions may take ${(mostOwn / BYTES_PER_MEGABYTE).toFixed(1)} MB, packed by gzip`,
      { hint },
    );
}

/** What one client may have of all that waits, 0-1. */
function clientShareOf(settings: ServerSettings): number {
  return settings.API_KEYS === undefined && isForThisMachine(settings) ? 1 : CLIENT_SHARE;
}

function sumOf(values: Iterable<number>): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

/** How many predictions of one client may wait. */
function clientWaitingOf(settings: ServerSettings): number {
  const { CLIENT_WAITING, MAX_WAITING } = settings;
  return CLIENT_WAITING ?? Math.max(1, Math.floor(clientShareOf(settings) * MAX_WAITING));
}

function isWanted({ state }: SubmissionRecord): boolean {
  return state !== 'failed' && state !== 'cancelled';
}
