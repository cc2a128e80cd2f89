/** @file What the app does around its handlers: keys, limits, methods, caching and what other sites may do. */
import { once } from 'node:events';
import { createServer, request as send, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { createApp } from '#server/http/app';
import { DOCS_STYLE } from '#server/http/docs-page';
import { openApiDocument } from '#server/http/openapi';
import { makeLogger } from '#server/logger';
import { Metrics } from '#server/metrics';
import type { Services } from '#server/services';
import { readSettings } from '#server/settings';
import type { PredictionStore } from '#store/prediction-store';
import { fakePredictor } from '../../helpers/fake-predictor.js';
import { temporaryFolder } from '../../helpers/services.js';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

/** Ids that the store was asked for. */
let looked: string[];
const NO_LIMITS = { RATE_LIMIT: '0', READ_RATE_LIMIT: '0', WEB_DIR: temporaryFolder('no-page') };

async function start(
  environment: Record<string, string> = {},
  changes: Partial<Services> = {},
): Promise<void> {
  looked = [];
  const find = (id: string) => Promise.resolve(void looked.push(id));
  const countUnfinished = () => Promise.resolve({ waiting: 0, active: 0 });
  const store = { submissions: { find }, runs: { countUnfinished } } as unknown as PredictionStore;
  const services = {
    settings: readSettings({ ...NO_LIMITS, ...environment }),
    log: makeLogger('silent', 'test'),
    metrics: new Metrics(store),
    predictors: [fakePredictor()],
    installations: { isAllowed: false, stateOf: () => undefined, isServed: () => false, isHere: () => false }, // prettier-ignore
    templateSearch: {},
    store,
    ...changes,
  };
  server = createServer(createApp(services as unknown as Services)).listen(0, '127.0.0.1');
  await once(server, 'listening');
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Asks as a program does, which may say anything in its headers. */
async function ask(
  path: string,
  { method = 'GET', ...headers }: Record<string, string> = {},
): Promise<Answer> {
  const { port } = server!.address() as AddressInfo;
  const sent = send({ host: '127.0.0.1', port, path, method, headers }).end();
  const [response] = (await once(sent, 'response')) as [import('node:http').IncomingMessage];
  return { status: response.statusCode!, headers: response.headers, body: await text(response) };
}
const codeOf = async (path: string, given?: Record<string, string>): Promise<string> =>
  (JSON.parse((await ask(path, given)).body) as { code: string }).code;

describe('with keys', () => {
  const key = { authorization: 'Bearer alice' };

  it('the API and its numbers are told to who has one, the health to everybody', async () => {
    await start({ API_KEYS: 'alice', METRICS_OPEN: '0' });
    for (const path of ['/api/v1/models', '/metrics']) {
      const refused = await ask(path);
      expect([refused.status, refused.headers['www-authenticate']], path).toEqual([401, 'Bearer']);
      expect((await ask(path, key)).status, path).toBe(200);
    }
    expect((await ask('/health/live')).status).toBe(200);
  });

  it('the numbers can be open to all', async () => {
    await start({ API_KEYS: 'alice', METRICS_OPEN: '1' });
    const { status, headers, body } = await ask('/metrics');
    expect([status, headers['content-type']]).toEqual([
      200,
      expect.stringContaining('text/plain; version=0.0.4'),
    ]);
    expect(body).toContain('codonfold_jobs{state="waiting"} 0');
  });

  it('nobody is given the secret of a browser', async () => {
    await start({ API_KEYS: 'alice' });
    expect((await ask('/')).headers['set-cookie']).toBeUndefined();
  });
});

describe('a browser', () => {
  const SECRET = /^codonfold-browser=([\w-]{32});/;

  it('is given a secret with the page that no script reads, kept as long as browsers keep any', async () => {
    await start();
    const [cookie] = (await ask('/')).headers['set-cookie']!;
    expect(cookie).toMatch(SECRET);
    const parts = cookie!.split('; ').slice(1);
    expect(parts).toEqual(
      expect.arrayContaining(['Max-Age=34560000', 'Path=/', 'HttpOnly', 'SameSite=Lax']),
    );
    expect(parts).not.toContain('Secure');
    expect((await ask('/index.html')).headers['set-cookie']).toBeDefined();
    expect((await ask('/health/live')).headers['set-cookie']).toBeUndefined();
  });

  it('that has one keeps it, and two have two', async () => {
    await start();
    const secretIn = async (headers?: Record<string, string>) =>
      SECRET.exec((await ask('/', headers)).headers['set-cookie']![0]!)![1]!;
    const [one, other] = [await secretIn(), await secretIn()];
    expect(one).not.toBe(other);
    expect(await secretIn({ cookie: `codonfold-browser=${one}` })).toBe(one);
  });
});

describe('a client', () => {
  it('makes so many POST requests in a minute and so many others, but asks for the health as it likes', async () => {
    await start({ RATE_LIMIT: '1', READ_RATE_LIMIT: '2' });
    const statuses = async (path: string, times: number, method = 'GET') => {
      const all = [];
      for (let i = 0; i < times; i++) all.push((await ask(path, { method })).status);
      return all;
    };
    const unknown = '/api/v1/predictions/x';
    expect(await statuses(unknown, 3)).toEqual([404, 404, 429]);
    const install = '/api/v1/models/m/installation?x=1';
    expect(await statuses(install, 2, 'POST')).toEqual([400, 429]);
    expect(await statuses('/metrics', 3)).toEqual([200, 200, 429]);
    expect(await statuses('/health/live', 4)).toEqual([200, 200, 200, 200]);
  });

  it('is told in the standard headers how many requests are left, of each minute', async () => {
    await start({ READ_RATE_LIMIT: '7' });
    const { headers } = await ask('/api/v1/models');
    expect(headers['ratelimit-policy']).toBe('7;w=60');
    expect(headers['ratelimit']).toContain('remaining=6');
    expect(headers).not.toHaveProperty('x-ratelimit-limit');
  });

  it('has so many requests open at a time, and another one’s place when it is done', async () => {
    let answer: (() => void) | undefined;
    const find = () =>
      new Promise((resolve) => {
        answer = () => {
          resolve(undefined);
        };
      });
    await start({ CLIENT_REQUESTS: '1' }, { store: { submissions: { find } } as never });
    const first = ask('/api/v1/predictions/x');
    await expect.poll(() => answer).toBeDefined();
    expect(await codeOf('/api/v1/models')).toBe('CLIENT_LIMIT');
    expect((await ask('/health/live')).status).toBe(200);
    answer!();
    expect((await first).status).toBe(404);
    await expect.poll(async () => (await ask('/api/v1/models')).status).toBe(200);
  });
});

describe('an address', () => {
  it('is asked with its own methods', async () => {
    await start();
    for (const [path, method, allow] of [
      ['/api/v1/predictions', 'PUT', 'GET, HEAD, POST'],
      ['/api/v1/predictions/x', 'POST', 'DELETE, GET, HEAD'],
      ['/api/v1/translate', 'GET', 'POST'],
      ['/metrics', 'POST', 'GET, HEAD'],
      ['/api/docs', 'DELETE', 'GET, HEAD'],
    ] as const) {
      const { status, headers } = await ask(path, { method });
      expect([status, headers.allow], path).toEqual([405, allow]);
    }
    expect((await ask('/api/v1/translate', { method: 'OPTIONS' })).status).toBe(204);
  });

  it('that there is not is told with where to read', async () => {
    await start();
    const { status, headers, body } = await ask('/api/v1/nothing?sequence=MKV', { method: 'POST' });
    expect([status, headers['content-type']]).toEqual([404, 'application/problem+json']);
    expect(JSON.parse(body)).toMatchObject({
      code: 'NOT_FOUND',
      detail: 'there is nothing at POST /api/v1/nothing',
      hint: 'see /api/docs',
      instance: headers['x-request-id'],
    });
  });

  it('has an id that the store can be asked for', async () => {
    await start();
    for (const id of ['a%00b', 'a%20b', 'x'.repeat(65), 'é'.replace('é', '%C3%A9')])
      expect(await codeOf(`/api/v1/predictions/${id}`)).toBe('NOT_FOUND');
    expect(looked).toEqual([]);
    const longest = 'x_-1'.repeat(16);
    await ask(`/api/v1/predictions/${longest}`);
    expect(looked).toEqual([longest]);
  });

  it('names what a query leaves empty', async () => {
    await start();
    const { status, body } = await ask('/api/v1/predictions?limit=');
    expect(status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({
      detail: 'wrong query: limit has no value',
      errors: [{ field: 'limit', message: 'has no value' }],
    });
  });

  it('shows the documentation, and what is in it, each as what it is', async () => {
    await start();
    const [docs, style, document] = [
      await ask('/api/docs'),
      await ask('/api/docs.css'),
      await ask('/api/v1/openapi.json'),
    ];
    expect(docs.headers['content-type']).toMatch(/^text\/html/);
    expect(docs.body).toContain('<section id="submitPrediction">');
    expect(style.headers['content-type']).toMatch(/^text\/css/);
    expect(style.body).toBe(DOCS_STYLE);
    expect(JSON.parse(document.body)).toEqual(openApiDocument());
  });

  it('serves a line where the page is not built', async () => {
    await start();
    const { status, headers, body } = await ask('/');
    expect([status, headers['content-type']]).toEqual([200, 'text/plain; charset=utf-8']);
    expect(body).toContain('The page is not built');
  });
});

describe('other sites', () => {
  const origin = 'https://lab.example';
  const allow = { ALLOWED_ORIGINS: `https://other.example, ${origin}` };

  it('that are allowed may read what is told, and ask what they may send', async () => {
    await start(allow);
    const { status, headers } = await ask('/api/v1/models', { origin });
    expect([status, headers['access-control-allow-origin'], headers.vary]).toEqual([
      200,
      origin,
      expect.stringContaining('Origin'),
    ]);
    expect(headers['access-control-expose-headers']).toContain('Location');
    expect(headers['cross-origin-resource-policy']).toBe('cross-origin');
    const preflight = await ask('/api/v1/predictions', { method: 'OPTIONS', origin });
    expect([preflight.status, preflight.body]).toEqual([204, '']);
    expect(preflight.headers['access-control-allow-methods']).toContain('POST');
    expect(preflight.headers['access-control-allow-headers']).toContain('Content-Type');
    expect(preflight.headers.allow).toBeUndefined(); // nothing behind it is asked
  });

  it('are told nothing where they are not, and shared caches that it depends on them', async () => {
    await start(allow);
    for (const headers of [{ origin: 'https://evil.example' }, {}]) {
      const answer = await ask('/api/v1/models', headers);
      expect(answer.status).toBe(200);
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
      expect(answer.headers.vary).toContain('Origin');
    }
    const preflight = await ask('/api/v1/predictions', {
      method: 'OPTIONS',
      origin: 'https://a.b',
    });
    expect(preflight.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('do not matter where none is named', async () => {
    await start();
    const { headers } = await ask('/api/v1/models');
    expect(headers.vary ?? '').not.toContain('Origin');
  });
});

describe('every answer', () => {
  it('leaves to the proxy whether a name is for https alone, and says nothing of the program', async () => {
    await start();
    for (const path of ['/', '/health/live', '/nothing']) {
      const { headers } = await ask(path);
      expect(headers).not.toHaveProperty('strict-transport-security');
      expect(headers).not.toHaveProperty('x-powered-by');
      expect(headers['content-security-policy']).not.toContain('upgrade-insecure-requests');
      expect(headers['cross-origin-embedder-policy']).toBe('require-corp');
    }
  });

  it('is for names of this machine where the server is', async () => {
    await start();
    expect((await ask('/health/live', { host: 'evil.example' })).status).toBe(403);
  });
});

it('works out what its models need before anybody asks', async () => {
  let numEstimates = 0;
  const predictor = fakePredictor();
  const estimate: typeof predictor.estimate = (request) => {
    numEstimates++;
    return predictor.estimate(request);
  };
  await start({}, { predictors: [{ ...predictor, estimate }] });
  const atStart = numEstimates;
  expect(atStart).toBeGreaterThan(0);
  await ask('/api/v1/models');
  expect(numEstimates).toBe(atStart);
});
