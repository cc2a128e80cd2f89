/** @file An HTTP server of one address, guarded as the REST API is. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import express from 'express';
import { FoldError } from '#errors';
import type { ServerConfig } from '#server/config';
import { listen } from '#server/listen';
import { makeLogger } from '#server/logger';
import { errorHandler } from './app.js';
import { findCallers } from './callers.js';
import { crossOrigin, hostCheck, securityHeaders } from './security.js';

/** A request that has passed the guards; its body has not been read. */
export interface GuardedRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/**
 * Serves one address: only by names of this machine where it is for this machine alone, to no pages of other sites, and
 * only with a key where there are keys.
 *
 * @param config settings, see `readConfig`
 * @param path that is served
 * @param handle answers a request of any method
 * @throws FoldError `CONFIG_INVALID` where the port is taken
 */
export async function startGuarded(
  config: ServerConfig,
  path: string,
  handle: (request: GuardedRequest) => Promise<void>,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const app = express();
  const findCaller = findCallers(config);
  app.disable('x-powered-by').disable('etag').set('trust proxy', config.TRUST_PROXY);
  app.use(securityHeaders(), hostCheck(config), crossOrigin(config.ALLOWED_ORIGINS));
  app.all(path, async (request, response) => {
    findCaller(request);
    await handle({ request, response });
  });
  app.use((request) => {
    throw new FoldError('NOT_FOUND', `there is nothing at ${request.path}`, {
      hint: `see ${path}`,
    });
  });
  app.use(errorHandler({ log: makeLogger(config.LOG_LEVEL, 'mcp') }));
  const server = createServer(app);
  const url = await listen(server, config);
  return {
    url,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
