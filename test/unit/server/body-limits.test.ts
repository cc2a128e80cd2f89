/** @file How large a body may be, and which bodies wait for a turn or are read in a process of their own. */
import { once } from 'node:events';
import { type ClientRequest, createServer, request as send, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import express from 'express';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { errorHandler } from '#server/http/app';
import type { OperationId } from '#server/http/operations';
import { RequestReader } from '#server/http/request-reader';
import { makeLogger } from '#server/logger';
import type { Services } from '#server/services';
import { readSettings } from '#server/settings';
import { fakePredictor } from '../../helpers/fake-predictor.js';

/** What the processes were asked, and how long they may take. */
const pool = vi.hoisted(() => ({ asked: [] as { name: string; end: () => void }[], seconds: 0 }));
vi.mock('#server/helper-pool', () => ({
  HelperPool: class {
    constructor({ deadlineSeconds }: { deadlineSeconds: number }) {
      pool.seconds = deadlineSeconds;
    }

    ask(name: string): Promise<unknown> {
      return new Promise((resolve) => {
        pool.asked.push({
          name,
          end: () => {
            resolve({ options: {}, records: [] });
          },
        });
      });
    }

    close = () => Promise.resolve();
  },
}));

const MB = 2 ** 20;
let server: Server | undefined;
/** Bodies that were taken in, each until its reading is ended. */
let taken: { readonly length: number; readonly end: () => void }[];
let sent: ClientRequest[];
beforeEach(() => {
  [taken, sent, pool.asked] = [[], [], []];
});
afterEach(() => {
  for (const each of sent) each.destroy();
  server?.closeAllConnections();
  server?.close();
});

class HeldReader extends RequestReader {
  override read({ bytes }: { readonly bytes: Uint8Array }): Promise<never> {
    return new Promise((resolve) => {
      taken.push({
        length: bytes.length,
        end: () => {
          resolve({} as never);
        },
      });
    });
  }
}

interface Changes {
  readonly operation?: OperationId;
  readonly reads?: Parameters<typeof fakePredictor>[0];
  readonly isAllowed?: boolean;
}

async function start({
  operation = 'submitPrediction',
  reads = {},
  isAllowed = false,
}: Changes = {}) {
  const predictors = [fakePredictor(), fakePredictor(reads)];
  const services = { predictors, installations: { isAllowed } } as unknown as Services;
  const limits = { MAX_BODY_KB: '3', MAX_ALIGNMENT_MB: '2', MAX_TEMPLATES_MB: '4' };
  const reader = new HeldReader(readSettings(limits));
  const app = express();
  app.post('/', async (request, response) => {
    const client = request.get('x-client') ?? '';
    const caller = { owner: client, listed: client, client };
    await reader.receive({ operation, request, response, caller, services, query: {} });
    response.end('read');
  });
  app.use(errorHandler({ log: makeLogger('silent', 'test') }));
  server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
}

/** Sends a body, with its length unless it comes in chunks. */
function post(body: Uint8Array | undefined, headers: Record<string, string> = {}, client = 'a') {
  const { port } = server!.address() as AddressInfo;
  const isChunked = headers['transfer-encoding'] !== undefined;
  const length = body && !isChunked ? { 'content-length': String(body.length) } : {};
  const request = send({
    ...{ host: '127.0.0.1', port, method: 'POST' },
    headers: { ...length, 'x-client': client, ...headers },
  });
  sent.push(request);
  const status = new Promise<number | undefined>((resolve) => {
    request.on('response', (response) => {
      resolve(response.resume().statusCode);
    });
    request.on('error', () => {
      resolve(undefined);
    });
  });
  request.end(body);
  return status;
}
const numTaken = async (count: number): Promise<void> => {
  await expect.poll(() => taken.length).toBe(count);
};

describe('a body may be as large as', () => {
  it.each([
    ['its sequences where no model reads more', 3 * 1024, {}],
    ['an alignment too where a model reads one', 3 * 1024 + 2 * MB, { reads: { readsAlignments: true } }], // prettier-ignore
    ['templates too where a model reads them', 3 * 1024 + 4 * MB, { reads: { readsTemplates: true } }], // prettier-ignore
    ['both where models that read them may be installed', 3 * 1024 + 6 * MB, { isAllowed: true }],
    ['its sequences where the address takes nothing else', 3 * 1024, { operation: 'translate', reads: { readsAlignments: true }, isAllowed: true }], // prettier-ignore
  ] as const)('%s', async (_, most, changes) => {
    await start(changes);
    expect(await post(new Uint8Array(most + 1))).toBe(413);
    expect(taken).toEqual([]);
    const status = post(new Uint8Array(most));
    await numTaken(1);
    taken[0]!.end();
    expect([await status, taken[0]!.length]).toEqual([200, most]);
  });
});

describe('bodies that may be large', () => {
  const small = new Uint8Array(5);

  it.each([
    ['whose length is not told', { 'transfer-encoding': 'chunked' }, small],
    ['that are packed', { 'content-encoding': 'gzip' }, gzipSync(small)],
    ['that are larger than a megabyte', {}, new Uint8Array(MB + 1)],
  ])('are those %s: one client has four at a time', async (_, headers, body) => {
    await start({ isAllowed: true });
    for (let i = 0; i < 5; i++) void post(body, headers);
    await numTaken(4);
    void post(small); // comes in beside them
    void post(new Uint8Array(MB));
    void post(small, { 'content-encoding': 'identity' });
    void post(undefined, { 'content-length': '0' });
    await numTaken(8);
    expect(taken.filter(({ length }) => length === MB)).toHaveLength(1);
    expect(taken.filter(({ length }) => length === 0)).toHaveLength(1);
  });

  it('are sixteen at a time, of all clients', async () => {
    await start();
    for (const client of ['a', 'b', 'c', 'd', 'e'])
      for (let i = 0; i < 4; i++) void post(small, { 'transfer-encoding': 'chunked' }, client);
    await numTaken(16);
    void post(small, {}, 'f');
    await numTaken(17);
    expect(taken.map(({ length }) => length)).toEqual(Array<number>(17).fill(5));
    taken[0]!.end();
    await numTaken(18);
  });
});

describe('a body is read', () => {
  const read = async (length: number, contentType?: string) => {
    const reader = new RequestReader(readSettings({}));
    const bytes = new TextEncoder().encode(`>${'a'.repeat(length - 5)}\nMKV`);
    const body = { operation: 'submitPrediction' as const, bytes, contentType, query: {} };
    const found = reader.read(body);
    for (const { end } of pool.asked) end();
    return (await found).records.length;
  };

  it('at once where it is short, and else in a process that has half a minute', async () => {
    expect(await read(4096)).toBe(1);
    expect(pool.asked).toEqual([]);
    expect(await read(4097)).toBe(0);
    expect(pool.asked).toMatchObject([{ name: 'read' }]);
    expect(pool.seconds).toBe(30);
  });

  it('in a process where it is a form, whose files may be packed', async () => {
    expect(await read(100, 'multipart/form-data; boundary=x')).toBe(0);
    expect(await read(100, 'text/plain')).toBe(1);
  });
});
