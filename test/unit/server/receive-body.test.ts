import { once } from 'node:events';
import { type ClientRequest, createServer, request as send, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import express from 'express';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Asker } from '#process/asked-process';
import type { Services } from '#server/services';
import { readSettings } from '#server/settings';
import { errorHandler } from '#server/http/app';
import type { RequestBody } from '#server/http/body-fields';
import type { ReadRequest } from '#server/http/read-request';
import { RequestReader } from '#server/http/request-reader';
import { makeLogger } from '#server/logger';
import { fakePredictor } from '../../helpers/fake-predictor.js';

const LARGE = (1 << 20) + 1;

interface Reading {
  readonly body: RequestBody;
  readonly asker: Asker;
  readonly end: () => void;
}
/** What the reader was given, each until it is ended. */
let readings: Reading[];
let server: Server;

/** A server of one address, on which clients are told by a header. */
beforeEach(async () => {
  readings = [];
  class HeldReader extends RequestReader {
    override read(body: RequestBody, asker: Asker): Promise<ReadRequest> {
      return new Promise((resolve) => {
        readings.push({ body, asker, end: () => { resolve({ options: {}, records: [] }); } }); // prettier-ignore
      });
    }
  }
  const services = {
    predictors: [fakePredictor()],
    installations: { isAllowed: false },
  } as unknown as Services;
  const reader = new HeldReader(readSettings({ MAX_BODY_KB: '2048' }));
  const app = express();
  app.post('/', async (request, response) => {
    const client = request.get('x-client') ?? '';
    const caller = { owner: client, listed: client, client };
    const operation = 'submitPrediction';
    await reader.receive({ operation, request, response, caller, services, query: {} });
    response.end('read');
  });
  app.use(errorHandler({ log: makeLogger('silent', 'test') }));
  server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** Sends a body, and tells the status of the answer. */
function post(
  client: string,
  body: Uint8Array,
  headers: Record<string, string> = {},
): { readonly sent: ClientRequest; readonly status: Promise<number | undefined> } {
  const { port } = server.address() as AddressInfo;
  const length = { 'content-length': body.length, 'x-client': client };
  const sent = send({ host: '127.0.0.1', port, method: 'POST', headers: { ...length, ...headers } }); // prettier-ignore
  const status = new Promise<number | undefined>((resolve) => {
    sent.on('response', (response) => {
      resolve(response.resume().statusCode);
    });
    sent.on('error', () => {
      resolve(undefined);
    });
  });
  sent.end(body);
  return { sent, status };
}
const numReadings = (client: string): number =>
  readings.filter(({ asker }) => asker.client === client).length;

describe('the body of a request', () => {
  it('reaches the reader as it was sent, unpacked', async () => {
    const text = new TextEncoder().encode('MKVLA');
    post('a', text, { 'content-type': 'text/x-fasta' });
    post('b', gzipSync(text), { 'content-encoding': 'gzip' });
    await expect.poll(() => readings.length).toBe(2);
    for (const { body } of readings) expect(Buffer.from(body.bytes).toString()).toBe('MKVLA');
    expect(readings[0]!.body).toMatchObject({ operation: 'submitPrediction', query: {} });
  });

  it('is refused where it is too large', async () => {
    expect(await post('a', new Uint8Array(2 * LARGE)).status).toBe(413);
    expect(readings).toEqual([]);
  });

  it('is no longer read when the client hangs up', async () => {
    const { sent } = post('a', new TextEncoder().encode('MKVLA'));
    await expect.poll(() => readings.length).toBe(1);
    const { signal } = readings[0]!.asker;
    expect(signal!.aborted).toBe(false);
    sent.destroy();
    await expect.poll(() => signal!.aborted).toBe(true);
  });
});

describe('large bodies', () => {
  it('are taken in four at a time of one client, while small ones and another’s come in', async () => {
    const sent = Array.from({ length: 7 }, () => post('a', new Uint8Array(LARGE)));
    await expect.poll(() => numReadings('a')).toBe(4);
    post('b', new Uint8Array(LARGE));
    post('a', new Uint8Array(5));
    await expect.poll(() => [numReadings('a'), numReadings('b')]).toEqual([5, 1]);
    for (let numEnded = 0; numEnded < readings.length; numEnded++) {
      readings[numEnded]!.end();
      await expect.poll(() => numReadings('a')).toBe(Math.min(8, numEnded + 6));
    }
    for (const { status } of sent) expect(await status).toBe(200);
  });

  it('leave their place when the client hangs up', async () => {
    const waiting = Array.from({ length: 6 }, () => post('a', new Uint8Array(LARGE)));
    await expect.poll(() => numReadings('a')).toBe(4);
    for (const { sent } of waiting) sent.destroy();
    // the reader gives up those that it has; what had to wait is noticed when its turn comes
    const last = post('a', new Uint8Array(LARGE));
    await expect
      .poll(() => {
        for (const { end } of readings) end();
        return numReadings('a');
      })
      .toBeGreaterThan(4);
    expect(await last.status).toBe(200);
  });
});
