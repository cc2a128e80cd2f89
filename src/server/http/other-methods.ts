import type { RequestHandler } from 'express';
import { MethodError } from './problem.js';

/**
 * Answers what an address was not asked for by one of its own methods: 405 with `Allow`, or 204 to OPTIONS. It stands
 * after the routes of the address.
 *
 * @param methods of the address
 */
export function refuseOtherMethods(
  methods: readonly ('get' | 'post' | 'delete')[],
): RequestHandler {
  const heeded = methods.includes('get') ? [...methods, 'head'] : methods;
  const allow = heeded
    .map((method) => method.toUpperCase())
    .sort()
    .join(', ');
  return (request, response) => {
    response.set('Allow', allow);
    if (request.method !== 'OPTIONS') throw new MethodError(request.method, allow);
    response.status(204).end();
  };
}
