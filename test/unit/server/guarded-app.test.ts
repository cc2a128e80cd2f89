import { once } from 'node:events';
import { get, request as send, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { readSettings } from '#server/settings';
import { startGuarded, type GuardedRequest } from '#server/http/guarded-app';

let server: Awaited<ReturnType<typeof startGuarded>> | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function start(
  environment: Record<string, string>,
  handle: (request: GuardedRequest) => unknown,
): Promise<string> {
  const settings = readSettings({ PORT: '0', LOG_LEVEL: 'silent', ...environment });
  server = await startGuarded(settings, '/x', (request) => {
    handle(request);
    return Promise.resolve();
  });
  return `${server.url}/x`;
}

it('takes only so many requests in a minute, of POST and of the others', async () => {
  const limits = { RATE_LIMIT: '2', READ_RATE_LIMIT: '3' };
  const url = await start(limits, ({ response }) => void response.end('{}'));
  const asked = async (method: string, times: number): Promise<number[]> => {
    const statuses = [];
    for (let i = 0; i < times; i++) statuses.push((await fetch(url, { method })).status);
    return statuses;
  };
  expect(await asked('POST', 3)).toEqual([200, 200, 429]);
  expect(await asked('GET', 4)).toEqual([200, 200, 200, 429]);
});

it('drops a client that takes nothing of its answer, and waits with one that has nothing to take', async () => {
  const unread = new Promise<ServerResponse>((begun) => {
    void start({ SEND_SECONDS: '1' }, ({ response, request }) => {
      if (request.url!.endsWith('quiet')) {
        response.write('first');
        setTimeout(() => void response.end('last'), 1500);
      } else {
        response.write(Buffer.alloc(64e6));
        begun(response);
      }
    }).then((url) => get(url, (response) => void response.pause()).on('error', () => undefined));
  });
  const response = await unread;
  const quiet = fetch(`${server!.url}/x?quiet`).then((answer) => answer.text());
  await once(response, 'close');
  expect(response.writableFinished).toBe(false);
  expect(await quiet).toBe('firstlast');
});

/** Answers who asked and what was read of it. */
const tellBack = ({ response, client, body }: GuardedRequest): void => {
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify({ client, body }));
};
const asJson = { 'content-type': 'application/json' };

it('hands on who asks and the JSON that came, and nothing of another kind', async () => {
  const url = await start({}, tellBack);
  const told = async (init: RequestInit) => (await (await fetch(url, init)).json()) as object;
  const posted = await told({ method: 'POST', body: '{"a":[1]}', headers: asJson });
  expect(posted).toEqual({ client: expect.stringMatching(/^[0-9a-f]{32}$/) as string, body: { a: [1] } }); // prettier-ignore
  expect(await told({ method: 'POST', body: 'text' })).not.toHaveProperty('body');
});

it('takes bodies as large as a sequence and an alignment may be, and no larger', async () => {
  const url = await start({ MAX_BODY_KB: '3', MAX_ALIGNMENT_MB: '2' }, tellBack);
  const most = 3 * 1024 + 2 * 2 ** 20;
  const status = async (numBytes: number) =>
    (await fetch(url, { method: 'POST', body: `["${'x'.repeat(numBytes - 4)}"]`, headers: asJson })).status; // prettier-ignore
  expect(await status(most)).toBe(200);
  expect(await status(most + 1)).toBe(413);
});

it('is guarded as the API is: by names, sites and keys', async () => {
  const url = await start({}, tellBack);
  const answer = await fetch(url);
  expect(answer.headers.get('x-powered-by')).toBeNull();
  expect(answer.headers.get('etag')).toBeNull();
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'");
  const renamed = send(url, { headers: { host: 'evil.example' } }).end();
  const [{ statusCode }] = (await once(renamed, 'response')) as [IncomingMessage];
  expect(statusCode).toBe(403);
  const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
  expect((await fetch(url, { method: 'POST', headers })).status).toBe(403);
  await server!.close();
  const keyed = await start({ API_KEYS: 'alice' }, tellBack);
  const refused = await fetch(keyed);
  expect([refused.status, await refused.json()]).toMatchObject([401, { code: 'UNAUTHORIZED' }]);
  const key = { authorization: 'Bearer alice' };
  expect((await fetch(keyed, { headers: key })).status).toBe(200);
});

it('tells of any other address where it is to be found', async () => {
  const url = await start({}, tellBack);
  const answer = await fetch(url.replace(/x$/, 'y?secret'));
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(await answer.json()).toMatchObject({
    ...{ status: 404, detail: 'there is nothing at /y', hint: 'see /x' },
  });
});

it('gives each client so many open requests, and ends all of them with itself', async () => {
  let open: ServerResponse | undefined;
  const url = await start({ CLIENT_REQUESTS: '1' }, ({ request, response }) => {
    if (request.url === '/x?held') open = response;
    else response.end('{}');
  });
  const held = fetch(`${url}?held`).then(
    () => 'answered',
    () => 'cut off',
  );
  await expect.poll(() => open).toBeDefined();
  expect((await fetch(url)).status).toBe(429);
  await server!.close();
  server = undefined;
  expect(await held).toBe('cut off');
});

it('has a client’s place free again once its request has ended', async () => {
  const url = await start({ CLIENT_REQUESTS: '1' }, tellBack);
  await (await fetch(url)).text();
  await expect.poll(async () => (await fetch(url)).status).toBe(200);
});
