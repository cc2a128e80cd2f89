import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express, { type Request, type RequestHandler } from 'express';
import { describe, expect, it } from 'vitest';
import { knownOwner } from '#server/http/callers';
import { readConfig } from '#server/config';
import { problemOf } from '#server/http/problem';
import { hostCheck, requestLimit } from '#server/http/security';

describe('hostCheck', () => {
  const takes = (settings: Record<string, string>, host: string): boolean => {
    const call = [{ get: () => host } as unknown as Request, {}, () => undefined];
    try {
      hostCheck(readConfig(settings))(...(call as unknown as Parameters<RequestHandler>));
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
