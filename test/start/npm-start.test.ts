/** @file The first command of the README, run as it stands. It builds what is missing, so nothing else runs beside it. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient } from '../helpers/api-client.js';
import { testSettings } from '../helpers/server.js';
import { temporaryFolder } from '../helpers/services.js';

const START_MS = 180_000;

describe('npm start', () => {
  let npm: ChildProcessWithoutNullStreams;
  let said = '';
  let api: ApiClient;

  beforeAll(async () => {
    const environment = { ...process.env, ...testSettings(temporaryFolder('start')) };
    npm = spawn('npm', ['start'], { env: environment });
    for (const stream of [npm.stdout, npm.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (said += text));
    const url = await new Promise<string>((resolve, reject) => {
      npm.stdout.on('data', () => {
        const address = /codonfold is at (http\S+)/.exec(said)?.[1];
        if (address !== undefined) resolve(address);
      });
      npm.once('exit', () => {
        reject(new Error(said));
      });
    });
    api = new ApiClient(url);
  }, START_MS);
  afterAll(() => {
    npm.kill();
  });

  it('serves the page with everything that it needs', async () => {
    const page = await api.fetch('/', { headers: { accept: 'text/html' } });
    const html = await page.text();
    expect(html).toContain('<title>');
    const assets = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(
      (match) => match[1]!,
    );
    expect(assets.length).toBeGreaterThanOrEqual(2);
    for (const path of assets) expect((await api.fetch(path)).status, path).toBe(200);
  });

  it('folds with the model that comes with the package', async () => {
    const job = await api.predict('MKTAYIAKQRQISFVKSHFSRQ', { prefer: 'wait=60' });
    expect(job).toMatchObject({ status: 'completed', model: 'codonfold-small' });
    expect(await (await api.file(job.id, 'structure.pdb')).text()).toMatch(/^ATOM/m);
  });

  it('ends when npm is told to end, and leaves nobody on the port', async () => {
    const ended = new Promise((resolve) => npm.once('close', resolve)); // its output is closed: nobody holds it
    npm.kill('SIGTERM');
    await ended;
    await expect(api.fetch('/health/live')).rejects.toThrow();
  });
});
