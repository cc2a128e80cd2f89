import { EventEmitter, once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import express, { type Request, type Response } from 'express';
import { afterEach, expect, it, vi } from 'vitest';
import { closeWithConnection } from '#server/http/slow-clients';

let server: Server | undefined;
afterEach(() => {
  server?.close();
  server = undefined;
});

it('closes each answer of a connection once, also those whose turn never came', async () => {
  const numCloses = new Map<string, number>();
  const app = express();
  app.use(closeWithConnection());
  app.use((request, response) => {
    numCloses.set(request.url, 0);
    response.on('close', () => numCloses.set(request.url, numCloses.get(request.url)! + 1));
    if (request.url === '/quick') response.end();
  });
  server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = connect({ host: '127.0.0.1', port });
  const ask = (path: string): void => void socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
  ask('/quick');
  await vi.waitFor(() => {
    expect(numCloses.get('/quick')).toBe(1);
  });
  const kept = ['/being-sent', '/queued', '/queued-too'];
  for (const path of kept) ask(path);
  await vi.waitFor(() => {
    expect(numCloses.size).toBe(4);
  });
  expect(kept.map((path) => numCloses.get(path))).toEqual([0, 0, 0]);
  socket.destroy();
  await vi.waitFor(() => {
    expect(kept.map((path) => numCloses.get(path))).toEqual([1, 1, 1]);
  });
  await delay(50);
  expect([...numCloses.values()]).toEqual([1, 1, 1, 1]);
});

it('listens once to a connection, however many requests come by it', () => {
  const take = closeWithConnection();
  const [socket, other] = [new EventEmitter(), new EventEmitter()];
  const next = vi.fn();
  for (const each of [socket, other, socket, socket])
    void take(
      { socket: each } as unknown as Request,
      new EventEmitter() as unknown as Response,
      next,
    );
  expect(next).toHaveBeenCalledTimes(4);
  expect([socket, other].map((each) => each.listenerCount('close'))).toEqual([1, 1]);
});
