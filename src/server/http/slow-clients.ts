/** @file What one client may hold open, and for how long one that does not read is waited for. */
import type { Socket } from 'node:net';
import type { RequestHandler, Response } from 'express';
import { FoldError } from '#errors';

/**
 * Limits how many requests of one client are open at a time: waits, event streams and downloads among them.
 *
 * @param most 0: any number
 */
export class OpenRequests {
  readonly #most: number;
  readonly #open = new Map<string, number>();

  constructor(most: number) {
    this.#most = most;
  }

  /** @throws FoldError `CLIENT_LIMIT` */
  enter(client: string, response: Response): void {
    const open = this.#open.get(client) ?? 0;
    if (this.#most > 0 && open >= this.#most)
      throw new FoldError('CLIENT_LIMIT', `you have ${open} requests open already`, {
        hint: 'wait for some of them to end',
      });
    this.#open.set(client, open + 1);
    response.once('close', () => {
      const left = this.#open.get(client)! - 1;
      if (left > 0) this.#open.set(client, left);
      else this.#open.delete(client);
    });
  }
}

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
 * is the server that is waited for.
 *
 * @param seconds how long
 */
export function sendTimeout(seconds: number): RequestHandler {
  return (_request, response, next) => {
    const writeHead = response.writeHead.bind(response) as (...head: unknown[]) => Response;
    response.writeHead = (...head: unknown[]) => {
      response.setTimeout(1000 * seconds, () => response.socket?.destroy());
      return writeHead(...head);
    };
    next();
  };
}
