/** @file Connections of clients that hang up, and of those that do not read. */
import type { Socket } from 'node:net';
import type { RequestHandler, Response } from 'express';

/**
 * Closes every answer of a connection that ends. Clients may send requests before earlier ones are answered; Node closes
 * only the answer whose turn it is, and what the others hold would be held for ever.
 */
export function closeWithConnection(): RequestHandler {
  const open = new WeakMap<Socket, Set<Response>>();
  const openOf = (socket: Socket): Set<Response> => {
    const known = open.get(socket);
    if (known) return known;
    const responses = new Set<Response>();
    open.set(socket, responses);
    socket.once('close', () => {
      setImmediate(() => {
        // Node has closed its own by now
        for (const response of responses) if (!response.closed) response.destroy().emit('close');
      });
    });
    return responses;
  };
  return ({ socket }, response, next) => {
    const responses = openOf(socket).add(response);
    response.once('close', () => responses.delete(response));
    next();
  };
}

/**
 * Closes the connection of a client that takes nothing of an answer for a while, once the answer has begun: until then it
 * is the server that is waited for, as it is where nothing is left to take.
 *
 * @param seconds how long
 */
export function sendTimeout(seconds: number): RequestHandler {
  return (_request, response, next) => {
    const writeHead = response.writeHead.bind(response) as (...head: unknown[]) => Response;
    response.writeHead = (...head: unknown[]) => {
      response.setTimeout(1000 * seconds, () => {
        if (response.writableLength > 0) response.socket?.destroy();
      });
      return writeHead(...head);
    };
    next();
  };
}
