import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express, { type Request, type RequestHandler } from 'express';
import { describe, expect, it } from 'vitest';
import { knownOwner } from '#server/http/callers';
import { readSettings } from '#server/settings';
import { problemOf } from '#server/http/problem';
import { crossOrigin, hostCheck, requestLimit } from '#server/http/security';

describe('hostCheck', () => {
  const takes = (settings: Record<string, string>, host: string): boolean => {
    const call = [{ get: () => host } as unknown as Request, {}, () => undefined];
    try {
      hostCheck(readSettings(settings))(...(call as unknown as Parameters<RequestHandler>));
      return true;
    } catch (error) {
      expect(problemOf(error).status).toBe(403);
      return false;
    }
  };

  it.each([
    ['on a loopback address', {}, false],
    ['where others may come', { HOST: '0.0.0.0' }, true],
    ['in a container for this machine', { HOST: '0.0.0.0', ALLOWED_HOSTS: 'localhost' }, false],
    ['where keys are needed', { API_KEYS: 'alice', ALLOWED_HOSTS: 'localhost' }, true],
  ])('%s, takes a name of others: %o: %s', (_, settings, isTaken) => {
    expect(takes(settings, 'evil.example:3000')).toBe(isTaken);
    expect(takes(settings, 'localhost:3000')).toBe(true);
    expect(takes(settings, '127.0.0.1:3000')).toBe(true); // as the health check of the image asks
  });

  it('takes names that are allowed in a container', () => {
    const settings = { HOST: '0.0.0.0', ALLOWED_HOSTS: 'localhost, Fold.example' };
    expect(takes(settings, 'fold.example:8080')).toBe(true);
  });
});

describe('crossOrigin', () => {
  /** Whether a request gets through that a page or program sends to `http://fold.example:3000`. */
  const takes = (method: string, headers: Record<string, string>, allowed?: string): boolean => {
    const request = { method, host: 'fold.example:3000', get: (name: string) => headers[name] };
    const response = { vary: () => undefined, set: () => undefined };
    const next = (): void => undefined;
    const call = [request, response, next] as unknown as Parameters<RequestHandler>;
    try {
      crossOrigin(allowed)(...call);
      return true;
    } catch (error) {
      expect(problemOf(error)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
      return false;
    }
  };

  it.each([
    ['a plain-http name, from which browsers send no Sec-Fetch-Site', 'http://evil.example'],
    ['another port of the same name', 'http://fold.example:8080'],
    ['another name on the same port', 'http://evil.example:3000'],
    ['a page without an origin', 'null'],
  ])('refuses changes that %s asks for, and lets it read nothing', (_, origin) => {
    for (const method of ['POST', 'DELETE']) expect(takes(method, { origin })).toBe(false);
    expect(takes('GET', { origin })).toBe(true);
    expect(takes('POST', { origin }, `https://lab.example, ${origin}`)).toBe(true);
  });

  it('takes those of its own page, also where a proxy ends TLS or renames it, and of programs', () => {
    for (const headers of [
      { origin: 'http://fold.example:3000' },
      { origin: 'https://fold.example:3000' },
      { origin: 'https://public.example', 'sec-fetch-site': 'same-origin' },
      {},
    ])
      expect(takes('POST', headers as Record<string, string>)).toBe(true);
  });

  it('refuses what the browser says is another site’s, with or without an origin', () => {
    for (const site of ['cross-site', 'same-site'])
      expect(takes('POST', { 'sec-fetch-site': site })).toBe(false);
  });
});

describe('requestLimit', () => {
  it('counts each known key apart, and everybody else by address', async () => {
    const app = express();
    app.use(requestLimit(1, knownOwner('alice,bob')));
    app.get('/', (_request, response) => void response.end());
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    for (const [key, isTaken] of [
      ['alice', true],
      ['bob', true],
      ['alice', false],
      ['a guess', true],
      ['another guess', false],
      ['', false],
    ] as const) {
      const headers = { authorization: `Bearer ${key}` };
      const { ok } = await fetch(`http://127.0.0.1:${port}/`, { headers });
      expect(ok, key).toBe(isTaken);
    }
    server.closeAllConnections();
    server.close();
  });
});
