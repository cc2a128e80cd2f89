import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import express from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageRouter } from '#server/http/page';
import { temporaryFolder } from '../../helpers/services.js';

const SCRIPT = 'globalThis.page = "codonfold";\n'.repeat(40);
let url: string;
let close: () => void;
beforeAll(async () => {
  const folder = temporaryFolder('page-router');
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>codonfold</title>');
  const script = join(folder, 'assets', 'index-1a2b.js');
  writeFileSync(script, SCRIPT);
  writeFileSync(`${script}.br`, brotliCompressSync(SCRIPT));
  writeFileSync(`${script}.gz`, gzipSync(SCRIPT));
  const server = createServer(express().use(pageRouter(folder)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  close = () => server.close();
});
afterAll(() => {
  close();
});

/** What a browser asks for by name, or what a program does. */
const statusAndType = async (path: string, accept: string) => {
  const answer = await fetch(`${url}${path}`, { headers: { accept } });
  return [answer.status, answer.headers.get('content-type'), (await answer.text()).includes('<title>codonfold')]; // prettier-ignore
};
const PAGE = [404, 'text/html; charset=utf-8', true];

const get = (path: string, encoding: string): Promise<Response> =>
  fetch(`${url}${path}`, { headers: { 'accept-encoding': encoding, accept: 'text/html,*/*' } });

describe('the files of the page', () => {
  it.each([
    ['gzip, deflate, br', 'br'],
    ['gzip, deflate', 'gzip'],
    ['identity', null],
  ])('go out as a browser that takes %s wants them', async (accepted, encoding) => {
    const answer = await get('/assets/index-1a2b.js', accepted);
    expect(answer.headers.get('content-encoding')).toBe(encoding);
    expect(answer.headers.get('content-type')).toMatch(/javascript/);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(answer.headers.get('vary')).toMatch(/accept-encoding/i);
    expect(await answer.text()).toBe(SCRIPT);
  });

  it('are kept by no shared cache where they name a browser', async () => {
    for (const path of ['/', '/nowhere']) {
      const answer = await get(path, 'identity');
      expect(answer.status).toBe(path === '/' ? 200 : 404);
      expect(answer.headers.get('cache-control')).toBe('private, no-cache');
      expect(await answer.text()).toContain('<title>codonfold');
    }
  });
});

describe('an address that is not there', () => {
  it.each(['/nowhere', '/apiary', '/healthy/x', '/de/index'])(
    '%s shows the page to a browser, and nothing to a program',
    async (path) => {
      expect(await statusAndType(path, 'text/html,*/*')).toEqual(PAGE);
      for (const accept of ['application/json', '*/*'])
        expect((await statusAndType(path, accept))[2], accept).toBe(false);
    },
  );

  it.each(['/api', '/api/v1/x', '/assets/old.js', '/health', '/metrics/x', '/foldSequence/v1'])(
    '%s of the API or of a build is no page',
    async (path) => {
      const [status, , isPage] = await statusAndType(path, 'text/html,*/*');
      expect([status, isPage]).toEqual([404, false]);
    },
  );
});
