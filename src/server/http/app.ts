import express, { type ErrorRequestHandler, type Express } from 'express';
import { FoldError } from '#errors';
import { giveBrowserSecret } from './browser-cookie.js';
import { findCallers, knownOwner } from './callers.js';
import { apiRouter } from './api-router.js';
import type { Services } from '#server/services';
import { DOCS_STYLE, docsPage } from './docs-page.js';
import { openApiDocument } from './openapi.js';
import { refuseOtherMethods } from './other-methods.js';
import { pageRouter } from './page.js';
import { problemOf } from './problem.js';
import { requestLog } from './request-log.js';
import { crossOrigin, hostCheck, requestLimit, securityHeaders } from './security.js';
import { closeWithConnection, sendTimeout } from './slow-clients.js';

/** What a client is told to wait where the server cannot take a request at the moment. */
const RETRY_AFTER_SECONDS = 5;
/** Addresses besides those of `OPERATIONS`. */
const READ_ONLY_PATHS = ['/', '/metrics', '/api/docs', '/api/docs.css', '/api/v1/openapi.json'];

/**
 * The whole of the server but its port.
 *
 * @param services store, queue, models and the rest; tests bring their own
 */
export function createApp(services: Services): Express {
  const { settings, metrics, log } = services;
  const app = express();
  app.disable('x-powered-by').disable('etag').set('trust proxy', settings.TRUST_PROXY);
  app.use(
    closeWithConnection(),
    requestLog(log, metrics),
    sendTimeout(settings.SEND_SECONDS),
    securityHeaders(),
    hostCheck(settings),
    crossOrigin(settings.ALLOWED_ORIGINS),
  );
  app.use(apiRouter(services));
  const document = openApiDocument();
  const page = docsPage(document);
  app.get('/api/v1/openapi.json', (_request, response) => void response.json(document));
  app.get('/api/docs', (_request, response) => void response.type('html').send(page));
  app.get('/api/docs.css', (_request, response) => void response.type('css').send(DOCS_STYLE));
  const findCaller = findCallers(settings);
  const limit = requestLimit(settings.READ_RATE_LIMIT, knownOwner(settings.API_KEYS));
  app.get('/metrics', limit, async (request, response) => {
    response.locals['route'] = '/metrics';
    if (settings.METRICS_OPEN === 0) findCaller(request);
    const text = await metrics.text();
    response.set('Content-Type', metrics.contentType).end(text);
  });
  if (settings.API_KEYS === undefined) app.get(['/', '/index.html'], giveBrowserSecret());
  app.use(pageRouter(settings.WEB_DIR));
  app.all(READ_ONLY_PATHS, refuseOtherMethods(['get']));
  app.use((request) => {
    throw new FoldError('NOT_FOUND', `there is nothing at ${request.method} ${request.path}`, {
      hint: 'see /api/docs',
    });
  });
  app.use(errorHandler(services));
  return app;
}

/** The one place where errors become answers. Four parameters make it an error handler for Express. */
export function errorHandler({ log }: Pick<Services, 'log'>): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    const problem = problemOf(error);
    const requestId = response.locals['requestId'] as string | undefined;
    if (problem.status >= 500) log.error({ err: error, requestId }, 'request failed');
    if (response.headersSent) {
      next(error);
      return;
    }
    if (response.destroyed) return;
    for (const name of ['Cache-Control', 'ETag', 'Content-Disposition', 'Content-Encoding'])
      response.removeHeader(name);
    if (problem.status === 503 && !response.hasHeader('Retry-After'))
      response.set('Retry-After', String(RETRY_AFTER_SECONDS));
    if (problem.status === 401) response.set('WWW-Authenticate', 'Bearer');
    response
      .status(problem.status)
      .set('Content-Type', 'application/problem+json')
      .end(JSON.stringify({ ...problem, ...(requestId ? { instance: requestId } : {}) }));
  };
}
