/** @file An HTTP server of one address, guarded as the REST API is. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import express, { type Request, type RequestHandler } from 'express';
import { FoldError } from '#errors';
import type { ServerSettings } from '#server/settings';
import { listen } from '#server/listen';
import { makeLogger } from '#server/logger';
import { Places } from '#server/places';
import { errorHandler } from './app.js';
import { findCallers, knownOwner } from './callers.js';
import { crossOrigin, hostCheck, requestLimit, securityHeaders } from './security.js';
import { closeWithConnection, sendTimeout } from './slow-clients.js';

/** A request that has passed the guards. */
export interface GuardedRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Who shares the server with others, see `Caller`. */
  readonly client: string;
  /** Its JSON; undefined where it is not JSON, and has not been read. */
  readonly body: unknown;
}

const BYTES_PER_KILOBYTE = 1024;
const BYTES_PER_MEGABYTE = 1 << 20;

/**
 * Serves one address: only by names of this machine where it is for this machine alone, to no pages of other sites, only
 * with a key where there are keys, and to each client no more requests at a time or in a minute, and no larger ones, than
 * REST takes. A client that does not read its answers loses its connection, as there.
 *
 * @param settings see `readSettings`
 * @param path that is served
 * @param handle answers a request of any method
 * @throws FoldError `CONFIG_INVALID` where the port is taken
 */
export async function startGuarded(
  settings: ServerSettings,
  path: string,
  handle: (request: GuardedRequest) => Promise<void>,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const app = express();
  const findCaller = findCallers(settings);
  app.disable('x-powered-by').disable('etag').set('trust proxy', settings.TRUST_PROXY);
  const openRequests = new Places(settings.CLIENT_REQUESTS, 'requests');
  const maxBytes =
    BYTES_PER_KILOBYTE * settings.MAX_BODY_KB + BYTES_PER_MEGABYTE * settings.MAX_ALIGNMENT_MB;
  const clients = new WeakMap<Request, string>();
  app.use(
    closeWithConnection(),
    sendTimeout(settings.SEND_SECONDS),
    securityHeaders(),
    hostCheck(settings),
    crossOrigin(settings.ALLOWED_ORIGINS),
  );
  const enter: RequestHandler = (request, response, next) => {
    const { client } = findCaller(request);
    response.once('close', openRequests.enter(client));
    clients.set(request, client);
    next();
  };
  const ownerOf = knownOwner(settings.API_KEYS);
  const limit = {
    post: requestLimit(settings.RATE_LIMIT, ownerOf),
    others: requestLimit(settings.READ_RATE_LIMIT, ownerOf),
  };
  app.all(path, (request, response, next) => {
    const { post, others } = limit;
    void (request.method === 'POST' ? post : others)(request, response, next);
  });
  app.all(path, enter, express.json({ limit: maxBytes }), async (request, response) => {
    await handle({
      request,
      response,
      client: clients.get(request)!,
      body: request.body as unknown,
    });
  });
  app.use((request) => {
    throw new FoldError('NOT_FOUND', `there is nothing at ${request.path}`, {
      hint: `see ${path}`,
    });
  });
  app.use(errorHandler({ log: makeLogger(settings.LOG_LEVEL, 'mcp') }));
  const server = createServer(app);
  const url = await listen(server, settings);
  return {
    url,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
