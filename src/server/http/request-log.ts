import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Metrics } from '#server/metrics';

/** Ids from outside are taken over where they look like one. */
const REQUEST_ID = /^[\w.-]{1,64}$/;

/**
 * Gives each request an id, logs its end and measures it. Bodies and queries, where sequences are, are never logged.
 *
 * @param log where to
 * @param metrics told about each request
 */
export function requestLog(log: Logger, metrics: Metrics): RequestHandler {
  return (request, response, next) => {
    const given = request.get('x-request-id') ?? '';
    const requestId = REQUEST_ID.test(given) ? given : randomUUID();
    const began = performance.now();
    response.set('X-Request-Id', requestId);
    response.locals['requestId'] = requestId;
    response.on('close', () => {
      const seconds = (performance.now() - began) / 1000;
      const { method } = request;
      const { statusCode: status } = response;
      const route = (response.locals['route'] as string | undefined) ?? 'other';
      metrics.request(method, route, status, seconds);
      const level = status >= 500 ? 'error' : isQuiet(route) ? 'debug' : 'info';
      log[level]({ requestId, method, path: request.path, status, ms: Math.round(1000 * seconds) });
    });
    next();
  };
}

function isQuiet(route: string): boolean {
  return route === 'other' || route.startsWith('/health') || route === '/metrics';
}
