import type { Logger } from 'pino';
import { FoldError } from '#errors';
import type { Predictor } from '#predict/prediction';
import type { ServerSettings } from './settings.js';
import { JobRunner } from './jobs/job-runner.js';
import { ModelHealth } from './jobs/model-health.js';
import { makeLogger } from './logger.js';
import { Metrics } from './metrics.js';
import { openStoreAndBus } from './open-store-and-bus.js';
import { TemplateSearch } from './templates/template-search.js';

/** A worker that takes jobs. */
export interface RunningWorker {
  /** Takes no more jobs, lets running ones end as long as the settings allow, then closes everything. */
  close(): Promise<void>;
}

/**
 * Starts a worker that runs the jobs which servers on any machine accept.
 *
 * @param settings with `DATABASE_URL` and `REDIS_URL`
 * @param predictors the models; they are closed with the worker
 * @param log by default JSON lines on standard error
 * @throws FoldError `CONFIG_INVALID` where there is no shared queue; `STORE_UNAVAILABLE`
 */
export async function startWorker(
  settings: ServerSettings,
  predictors: readonly Predictor[],
  log: Logger = makeLogger(settings.LOG_LEVEL, 'worker'),
): Promise<RunningWorker> {
  if (settings.REDIS_URL === undefined)
    throw new FoldError('CONFIG_INVALID', 'a worker needs DATABASE_URL and REDIS_URL', {
      hint: 'without them the server runs its jobs itself',
    });
  const templateSearch = await TemplateSearch.open(settings);
  const { store, bus } = await openStoreAndBus(settings, log);
  const health = new ModelHealth(predictors, log);
  const metrics = new Metrics(store);
  const services = { settings, store, bus, predictors, log, metrics, health, templateSearch };
  const runner = new JobRunner(services);
  runner.start();
  log.info('taking jobs');
  return {
    async close() {
      health.close();
      await runner.drain();
      await templateSearch.close();
      await bus.close();
      await store.close();
      await Promise.all(predictors.map((predictor) => predictor.close()));
      log.info('closed');
    },
  };
}
