import type { Logger } from 'pino';
import type { JobQueue } from '#store/queue/job-queue';
import { openQueue } from '#store/queue/open-queue';
import { openStore } from '#store/open-store';
import type { PredictionStore } from '#store/prediction-store';
import type { ServerConfig } from './config.js';

/**
 * Opens store and queue as the settings say.
 *
 * @param config settings
 * @param log told of trouble with Redis
 * @throws FoldError `DATA_DIR_IN_USE`, `FILE_WRITE`, `STORE_UNAVAILABLE`
 */
export async function openStoreAndQueue(
  config: ServerConfig,
  log: Logger,
): Promise<{ store: PredictionStore; queue: JobQueue }> {
  const { DATABASE_URL, DATA_DIR, STORE_MAX_MB, REDIS_URL, REDIS_PREFIX } = config;
  const store = await openStore(
    DATABASE_URL === undefined
      ? {
          dataDir: DATA_DIR,
          ...(STORE_MAX_MB === undefined ? {} : { maxMegabytes: STORE_MAX_MB }),
        }
      : { databaseUrl: DATABASE_URL, isSoleUser: REDIS_URL === undefined },
  );
  const onTrouble = (error: Error): void => {
    log.warn({ err: error }, 'trouble with the queue');
  };
  const queue =
    REDIS_URL === undefined
      ? openQueue()
      : openQueue({ redisUrl: REDIS_URL, prefix: REDIS_PREFIX, onTrouble });
  return { store, queue };
}
