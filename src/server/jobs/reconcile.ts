import type { Logger } from 'pino';
import type { JobQueue } from '#store/queue/job-queue';
import type { PredictionStore } from '#store/prediction-store';

/** What {@link keepQueueComplete} works with. */
export interface ReconcileParts {
  readonly store: PredictionStore;
  readonly queue: JobQueue;
  readonly log: Logger;
}

/**
 * Queues what the store knows as unfinished and the queue may have lost: now and from time to time. An id that is
 * queued already stays where it is.
 *
 * @param parts store and queue
 * @param options how often, and whether active jobs are nobody's because this process alone runs jobs
 * @returns a function that ends it
 */
export async function keepQueueComplete(
  { store, queue, log }: ReconcileParts,
  { seconds, isSoleRunner }: { readonly seconds: number; readonly isSoleRunner: boolean },
): Promise<() => void> {
  const queueLost = async (evenLeased: boolean): Promise<void> => {
    try {
      const ids = await store.runs.unfinished(evenLeased);
      if (ids.length > 0) await queue.add(ids);
    } catch (error) {
      log.warn({ err: error }, 'unfinished jobs could not be queued, trying again later');
    }
  };
  await queueLost(isSoleRunner);
  const timer = setInterval(() => void queueLost(false), seconds * 1000);
  return () => {
    clearInterval(timer);
  };
}
