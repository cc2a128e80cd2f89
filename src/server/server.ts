import { setMaxListeners } from 'node:events';
import { createServer } from 'node:http';
import type { Logger } from 'pino';
import { FoldError } from '#errors';
import type { Predictor } from '#predict/prediction';
import { createApp } from './http/app.js';
import { memoryBudgetOf, type ServerSettings } from './settings.js';
import { EventLog } from './jobs/event-log.js';
import type { FileQuestions } from './results/file-process.js';
import type { AskedProcess } from '#process/asked-process';
import { helperProcess } from './helper-process.js';
import { JobRunner } from './jobs/job-runner.js';
import type { Running } from './jobs/lanes.js';
import { isForThisMachine } from './http/this-machine.js';
import { Installations } from './models/installations.js';
import { MutantScores } from './mutants/mutant-scores.js';
import { ModelHealth } from './jobs/model-health.js';
import { listen } from './listen.js';
import { makeLogger } from './logger.js';
import { Metrics } from './metrics.js';
import { openStoreAndBus } from './open-store-and-bus.js';
import { refuseOtherModels } from './jobs/refuse-other-models.js';
import { repeatJob } from './jobs/repeat-job.js';
import { Retention } from './jobs/retention.js';
import { Turns } from './turns.js';
import { AttentionDesk } from './results/attention-desk.js';
import { Outbox } from './results/outbox.js';
import { ResultFiles } from './results/result-files.js';
import { RequestReader } from './http/request-reader.js';
import { TemplateSearch } from './templates/template-search.js';

/** How long a result file may take: those of the longest proteins take seconds. */
const FILE_SECONDS = 120;

/** Long lists and such that are worked on at a time. */
const HEAVY_AT_A_TIME = 2;

/** A server that listens. */
export interface RunningServer {
  /** Such as `http://127.0.0.1:3000`. */
  readonly url: string;
  /** Takes no more requests, lets running jobs end as long as the settings allow, then closes everything. */
  close(): Promise<void>;
}

/** What a server is started with besides settings and models. */
export interface ServerOptions {
  /** By default JSON lines on standard error. */
  readonly log?: Logger;
  /** Opens a model that was installed while the server runs; without it none can be. */
  readonly openModel?: (name: string) => Promise<Predictor>;
}

/**
 * Starts the server: store, bus, runner (unless workers do that on Redis) and HTTP.
 *
 * @param settings see `readSettings`
 * @param given the models, the default first; they are closed with the server
 * @param options see {@link ServerOptions}
 * @throws FoldError `DATA_DIR_IN_USE`, `FILE_WRITE`, `STORE_UNAVAILABLE`, `CONFIG_INVALID` where the port is taken; as
 *   `TemplateSearch.open`
 */
export async function startServer(
  settings: ServerSettings,
  given: readonly Predictor[],
  { log = makeLogger(settings.LOG_LEVEL, 'server'), openModel }: ServerOptions = {},
): Promise<RunningServer> {
  const predictors = [...given]; // models that are installed later are added
  const templateSearch = await TemplateSearch.open(settings);
  const { store, bus } = await openStoreAndBus(settings, log);
  const metrics = new Metrics(store);
  const health = new ModelHealth(predictors, log);
  const services = { settings, store, bus, predictors, log, metrics, health, templateSearch };
  const isSoleRunner = settings.REDIS_URL === undefined;
  const events = new EventLog(bus);
  const files: AskedProcess<FileQuestions> = helperProcess({
    parent: import.meta.url,
    entry: 'results/file-process',
    deadlineSeconds: FILE_SECONDS,
  });
  const reader = new RequestReader(settings);
  const results = new ResultFiles({
    store,
    helper: files,
    repeat: (job) => repeatJob(services, job),
    cacheMegabytes: settings.RESULT_CACHE_MB,
  });
  const retention = new Retention({ store, results, settings, log });
  const makeRoom = (numBytes: number): Promise<boolean> => retention.makeRoom(numBytes);
  const attention = new AttentionDesk({
    store,
    predictors,
    log,
    onTurnOver: () => {
      bus.wake();
    },
    budget: memoryBudgetOf(settings),
    taken: () => runner?.megabytes ?? 0,
  });
  const takeTurn = (): Running | undefined => attention.takeTurn();
  const runner = isSoleRunner ? new JobRunner({ ...services, makeRoom, takeTurn }) : undefined;
  const installations = new Installations({
    predictors,
    log,
    // workers in other processes would not have the model
    open: isSoleRunner ? openModel : undefined,
    isAllowed: (settings.INSTALL_MODELS ?? Number(isForThisMachine(settings))) === 1,
  });
  const mutants = new MutantScores({
    isHere: (name) => installations.isHere(name),
    room: () => memoryBudgetOf(settings) - (runner?.megabytes ?? 0),
  });
  const shutdown = new AbortController();
  setMaxListeners(0, shutdown.signal); // one for each open stream
  const app = createApp({
    ...services,
    events,
    reader,
    attention,
    mutants,
    outbox: new Outbox(settings.SENDING_MB),
    turns: new Turns(HEAVY_AT_A_TIME),
    results,
    installations,
    makeRoom,
    shutdown: shutdown.signal,
  });
  const closeStores = async (): Promise<void> => {
    await installations.close();
    health.close();
    events.close();
    await Promise.all([files, reader, templateSearch, mutants].map((part) => part.close()));
    attention.close();
    await retention.close();
    await bus.close();
    await store.close();
    await Promise.all(predictors.map((predictor) => predictor.close()));
  };
  const server = createServer(app);
  const url = await listen(server, settings).catch(async (error: unknown) => {
    await closeStores();
    throw error;
  });
  await store.runs.recover(isSoleRunner);
  if (isSoleRunner) await refuseOtherModels(services);
  retention.start();
  runner?.start();
  log.info({ url }, 'listening');
  return {
    url,
    async close() {
      shutdown.abort(new FoldError('SHUTTING_DOWN', 'the server is shutting down'));
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      await runner?.drain();
      server.closeAllConnections();
      await closed;
      await closeStores();
      log.info('closed');
    },
  };
}
