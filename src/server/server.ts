import { setMaxListeners } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { FoldError } from '#errors';
import type { Predictor } from '#predict/prediction';
import { createApp } from './http/app.js';
import type { ServerConfig } from './config.js';
import { EventLog } from './jobs/event-log.js';
import type { FileRequest } from './results/file-process.js';
import { HelperProcess } from './processes/helper-process.js';
import { JobRunner } from './jobs/job-runner.js';
import { makeLogger } from './logger.js';
import { Metrics } from './metrics.js';
import { openStoreAndQueue } from './open-parts.js';
import { keepQueueComplete } from './jobs/reconcile.js';
import type { ResultFile } from './results/render-file.js';
import { repeatJob } from './jobs/repeat-job.js';
import { ResultCache } from './results/result-cache.js';
import { SubmissionReader } from './jobs/submission-reader.js';

/** How long a result file may take: those of the longest proteins take seconds. */
const FILE_SECONDS = 120;

/** A server that listens. */
export interface RunningServer {
  /** Such as `http://127.0.0.1:3000`. */
  readonly url: string;
  /** Takes no more requests, lets running jobs end as long as the settings allow, then closes everything. */
  close(): Promise<void>;
}

/**
 * Starts the server: store, queue, runner (unless workers do that on Redis) and HTTP.
 *
 * @param config settings, see `readConfig`
 * @param predictors the models, the default first; they are closed with the server
 * @param log by default JSON lines on standard error
 * @throws FoldError `DATA_DIR_IN_USE`, `FILE_WRITE`, `STORE_UNAVAILABLE`, `CONFIG_INVALID` where the port is taken
 */
export async function startServer(
  config: ServerConfig,
  predictors: readonly Predictor[],
  log: Logger = makeLogger(config.LOG_LEVEL, 'server'),
): Promise<RunningServer> {
  const { store, queue } = await openStoreAndQueue(config, log);
  const metrics = new Metrics(store);
  const parts = { config, store, queue, predictors, log, metrics };
  const isSoleRunner = config.REDIS_URL === undefined;
  const runner = isSoleRunner ? new JobRunner(parts) : undefined;
  const events = new EventLog(queue);
  const files = new HelperProcess<FileRequest, ResultFile>(
    import.meta.url,
    'results/file-process',
    FILE_SECONDS,
  );
  const reader = new SubmissionReader(config);
  const shutdown = new AbortController();
  setMaxListeners(0, shutdown.signal); // one for each open stream
  const app = createApp({
    ...parts,
    events,
    reader,
    results: new ResultCache({
      store,
      makeFile: (request) => files.ask(request),
      repeat: (job) => repeatJob(parts, job),
      maxMegabytes: config.RESULT_CACHE_MB,
    }),
    shutdown: shutdown.signal,
    isModelFailing: () => runner?.isModelFailing ?? false,
  });
  const closeStores = async (): Promise<void> => {
    events.close();
    files.close();
    reader.close();
    await queue.close();
    await store.close();
    await Promise.all(predictors.map((predictor) => predictor.close()));
  };
  const server = createServer(app);
  const url = await listen(server, config).catch(async (error: unknown) => {
    await closeStores();
    throw error;
  });
  const stopReconciling = await keepQueueComplete(parts, {
    seconds: config.RECONCILE_SECONDS,
    isSoleRunner,
  });
  runner?.start();
  log.info({ url }, 'listening');
  return {
    url,
    async close() {
      shutdown.abort(new FoldError('SHUTTING_DOWN', 'the server is shutting down'));
      stopReconciling();
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

function listen(server: Server, { HOST, PORT }: ServerConfig): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: Error & { code?: string }) => {
      const why = cause.code === 'EADDRINUSE' ? 'it is taken' : cause.message;
      const message = `cannot listen on ${HOST}, port ${PORT}: ${why}`;
      reject(new FoldError('CONFIG_INVALID', message, { hint: 'set PORT or HOST', cause }));
    });
    server.listen(PORT, HOST, () => {
      const { address, port, family } = server.address() as AddressInfo;
      resolve(`http://${family === 'IPv6' ? `[${address}]` : address}:${port}`);
    });
  });
}
