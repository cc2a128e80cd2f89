import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { spawnCodonfold } from '../helpers/server-process.js';
import { runCli, TINY_MODEL } from './run-cli.js';

/** onnxruntime waits 9 s before it reports to its vendor. */
const REPORT_MS = 13_000;
const LANGUAGE_MODEL = resolve('test/fixtures/esm2-tiny');

let folder: string;
let home: string;
/** What asked the proxy for another host: whoever calls home goes through it. */
let calls: string[];
let proxy: Server;
let environment: Record<string, string>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'codonfold-private-'));
  home = join(folder, 'home');
  mkdirSync(home);
  calls = [];
  proxy = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (request) => {
      calls.push(request.toString().split('\r\n')[0]!);
      socket.destroy();
    });
  });
  await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  environment = { HOME: home, HTTPS_PROXY: url, HTTP_PROXY: url, ALL_PROXY: url, NO_PROXY: '' };
});
afterEach(async () => {
  await new Promise((closed) => proxy.close(closed));
  rmSync(folder, { recursive: true });
});

function expectNothing(): void {
  const written = readdirSync(home, { recursive: true });
  expect({ written, calls }).toEqual({ written: [], calls: [] });
}

describe('nothing is sent, and nothing written into the home folder,', () => {
  it.each([
    ['predict', ['--model', TINY_MODEL, '-o', 'OUT']],
    ['embed', ['--model', LANGUAGE_MODEL, '-o', 'OUT/e.json']],
    ['mutate', ['--model', LANGUAGE_MODEL, '-o', 'OUT']],
  ])('by codonfold %s', async (command, words) => {
    const out = join(folder, 'out');
    mkdirSync(out);
    const given = words.map((word) => word.replace('OUT', out));
    const { code, err } = await runCli([command, 'MKVLE', ...given], { environment });
    expect({ code, err }).toMatchObject({ code: 0 });
    expectNothing();
  });

  it('by a server', async () => {
    const server = await spawnCodonfold(['serve', '--model', TINY_MODEL], {
      ...environment,
      PORT: '0',
      DATA_DIR: join(folder, 'var'),
    });
    try {
      const headers = { Prefer: 'wait=60', 'Content-Type': 'application/json' };
      const body = JSON.stringify({ sequence: 'MKVLE' });
      const asked = await fetch(`${server.url}/api/v1/predictions`, {
        method: 'POST',
        headers,
        body,
      });
      expect(await asked.json()).toMatchObject({ status: 'completed' });
      await sleep(REPORT_MS);
    } finally {
      await server.close();
    }
    expectNothing();
  });

  it('by a program that uses the library', async () => {
    const script = `
      import { forkedPredictor, interpret } from '#index';
      const predictor = forkedPredictor(${JSON.stringify(TINY_MODEL)});
      const prediction = await predictor.predict(interpret('MKVLE')[0]);
      await new Promise((done) => setTimeout(done, ${REPORT_MS}));
      await predictor.close();
      console.log(prediction.plddt.length);`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--conditions=source', '--import', 'tsx', '--input-type=module', '--eval', script],
      { env: { PATH: process.env['PATH'], ...environment } },
    );
    expect(stdout).toBe('5\n');
    expectNothing();
  });
});
