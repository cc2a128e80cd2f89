import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import type { FoldError } from '#errors';
import { download } from '#weights/node/download';
import { proxyFor } from '#weights/node/proxy';
import { certificate, file, say, serve, type FileServer } from './file-server.js';

const BODY = Buffer.from('weights');
const directory = mkdtempSync(join(tmpdir(), 'codonfold-proxy-'));
const target = join(directory, 'file');
const closing: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  rmSync(target, { force: true });
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

async function secureServer(...script: Parameters<typeof serve>[0]): Promise<FileServer> {
  const server = await serve(script, { secure: true });
  closing.push(() => server.close());
  return server;
}

/** A proxy that tunnels every CONNECT to `port` on this machine and tells what it was asked. */
async function proxyTo(
  port: number,
  status = 200,
): Promise<{ url: string; asked: IncomingMessage[] }> {
  const asked: IncomingMessage[] = [];
  const proxy = createServer((request, response) => {
    asked.push(request);
    response.end(BODY);
  });
  proxy.on('connect', (request: IncomingMessage, client) => {
    asked.push(request);
    client.on('error', () => undefined);
    if (status !== 200) {
      client.end(`HTTP/1.1 ${status} No\r\n\r\n`);
      return;
    }
    const upstream = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on('error', () => client.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    proxy.close();
    proxy.closeAllConnections();
  });
  return {
    url: `http://user:pass%20word@127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    asked,
  };
}

const quick = { retryDelayMs: 1, stallTimeoutMs: 2000, ca: certificate };

describe('https', () => {
  it('goes through the proxy by CONNECT, with its password, encrypted to the end', async () => {
    const server = await secureServer(file(BODY));
    const proxy = await proxyTo(server.port);
    await download(`https://localhost:${server.port}/x`, target, {
      ...quick,
      environment: { HTTPS_PROXY: proxy.url },
    });
    expect(readFileSync(target).equals(BODY)).toBe(true);
    expect(proxy.asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `CONNECT localhost:${server.port}`,
    ]);
    const credentials = Buffer.from('user:pass word').toString('base64');
    expect(proxy.asked[0]!.headers['proxy-authorization']).toBe(`Basic ${credentials}`);
  });

  it('says what the proxy answers when it refuses', async () => {
    const server = await secureServer(file(BODY));
    const proxy = await proxyTo(server.port, 407);
    const fetching = download(`https://localhost:${server.port}/x`, target, {
      ...quick,
      environment: { https_proxy: proxy.url },
    });
    await expect(fetching).rejects.toThrow(/proxy 127\.0\.0\.1:\d+ answers 407 to CONNECT/);
  });

  it('does not believe a certificate that nobody vouches for', async () => {
    const server = await secureServer(file(BODY));
    const fetching = download(`${server.url}/x`, target, {
      ...quick,
      ca: undefined,
      environment: {},
    });
    await expect(fetching).rejects.toThrow(/self-signed certificate/);
  });

  it('is not left by a redirect', async () => {
    const server = await secureServer(say(302, { location: 'http://127.0.0.1:9/x' }));
    const fetching = download(`${server.url}/x`, target, { ...quick, environment: {} });
    await expect(fetching).rejects.toThrow(
      /redirected to http:\/\/127\.0\.0\.1:9, which is not encrypted/,
    );
  });
});

describe('http', () => {
  it('asks the proxy for the whole address', async () => {
    const proxy = await proxyTo(0);
    await download('http://weights.example/file?a=1', target, {
      ...quick,
      environment: { HTTP_PROXY: proxy.url },
    });
    expect(readFileSync(target).equals(BODY)).toBe(true);
    expect(proxy.asked[0]!.url).toBe('http://weights.example/file?a=1');
    expect(proxy.asked[0]!.headers.host).toBe('weights.example');
  });
});

describe('the proxy for an address', () => {
  it.each<[string, string, Record<string, string>, string | undefined]>([
    [
      'is that of its scheme',
      'https://a.org',
      { HTTPS_PROXY: 'http://p:1', HTTP_PROXY: 'http://q:2' },
      'p:1',
    ],
    ['may be in lower case', 'http://a.org', { http_proxy: 'http://q:2' }, 'q:2'],
    ['may be one for all', 'https://a.org', { ALL_PROXY: 'http://r:3' }, 'r:3'],
    ['may lack its scheme', 'https://a.org', { HTTPS_PROXY: 'p:1' }, 'p:1'],
    ['is none where none is set', 'https://a.org', { HTTP_PROXY: 'http://q:2' }, undefined],
    [
      'is none for an exempt host',
      'https://a.org',
      { ALL_PROXY: 'p:1', NO_PROXY: 'b.org, a.org' },
      undefined,
    ],
    [
      'is none below an exempt domain',
      'https://x.a.org',
      { ALL_PROXY: 'p:1', no_proxy: '.a.org' },
      undefined,
    ],
    [
      'is none when all are exempt',
      'https://a.org',
      { ALL_PROXY: 'p:1', NO_PROXY: '*' },
      undefined,
    ],
    [
      'is used for a host that only ends alike',
      'https://ba.org',
      { ALL_PROXY: 'p:1', NO_PROXY: 'a.org' },
      'p:1',
    ],
  ])('%s', (_, address, environment, expected) => {
    expect(proxyFor(new URL(address), environment)?.host).toBe(expected);
  });
});

describe('a proxy that cannot be used', () => {
  it.each([
    ['no address', { HTTPS_PROXY: 'http://user:s3cret@:8080' }, 'HTTPS_PROXY'],
    ['a SOCKS proxy', { ALL_PROXY: 'socks5://user:s3cret@p:1080' }, 'ALL_PROXY'],
    ['its name alone, in lower case', { https_proxy: 'user:s3cret@p:port' }, 'HTTPS_PROXY'],
  ])('is refused at once when it is %s', async (_, environment, name) => {
    const onRetry = vi.fn();
    const fetching = download('https://a.org/x', target, { ...quick, environment, onRetry });
    const error = (await fetching.catch((reason: unknown) => reason)) as FoldError;
    expect(error).toMatchObject({ code: 'USAGE' });
    expect(error.message).toBe(`${name} is not the address of an HTTP proxy`);
    expect(error.hint).not.toContain('s3cret');
    expect(onRetry).not.toHaveBeenCalled();
  });
});
