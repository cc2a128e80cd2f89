import type { Logger } from 'pino';
import type { JobBus } from '#store/bus/job-bus';
import { openBus } from '#store/bus/open-bus';
import { openStore } from '#store/open-store';
import type { PredictionStore } from '#store/prediction-store';
import type { ServerSettings } from './settings.js';

/**
 * Opens store and bus as the settings say.
 *
 * @param settings of the server
 * @param log told about trouble with Redis
 * @throws FoldError `DATA_DIR_IN_USE`, `FILE_WRITE`, `STORE_UNAVAILABLE`
 */
export async function openStoreAndBus(
  settings: ServerSettings,
  log: Logger,
): Promise<{ store: PredictionStore; bus: JobBus }> {
  const { DATABASE_URL, DATA_DIR, STORE_MAX_MB, REDIS_URL, REDIS_PREFIX } = settings;
  const store = await openStore(
    DATABASE_URL === undefined
      ? {
          dataDir: DATA_DIR,
          ...(STORE_MAX_MB === undefined ? {} : { maxMegabytes: STORE_MAX_MB }),
        }
      : { databaseUrl: DATABASE_URL, isSoleUser: REDIS_URL === undefined },
  );
  const onTrouble = (error: Error): void => {
    log.warn({ err: error }, 'trouble with Redis');
  };
  const bus =
    REDIS_URL === undefined
      ? openBus()
      : openBus({ redisUrl: REDIS_URL, prefix: REDIS_PREFIX, onTrouble });
  return { store, bus };
}
