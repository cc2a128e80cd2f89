import { once } from 'node:events';
import { get, type ServerResponse } from 'node:http';
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
