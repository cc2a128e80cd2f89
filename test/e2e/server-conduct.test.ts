/** @file How the server treats strangers, limits and trouble. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FoldError } from '#errors';
import type { PredictionRequest } from '#predict/prediction';
import { ApiClient, problemIn } from '../helpers/api-client.js';
import { type FakeOptions, fakePredictor } from '../helpers/fake-predictor.js';
import { startTestServer, type TestServer, testSettings } from '../helpers/server.js';
import { type ServerProcess, spawnServer } from '../helpers/server-process.js';
import { temporaryFolder } from '../helpers/services.js';

let running: (TestServer | ServerProcess)[] = [];
afterEach(async () => {
  for (const server of running) await server.close();
  running = [];
}, 30_000);
const start = async (settings: Record<string, string>, durationMs = 20): Promise<ApiClient> => {
  const server = await startTestServer(settings, [fakePredictor({ durationMs })]);
  running.push(server);
  return new ApiClient(server.url);
};

describe('with pages of other origins', () => {
  it('caches keep what one origin may read apart from what another may', async () => {
    const api = await start({ ALLOWED_ORIGINS: 'https://lab.example' });
    const { id } = await api.predict('MKVLA', { prefer: 'wait=10' });
    const path = `/api/v1/predictions/${id}/structure.pdb`;
    for (const [origin, allowed] of [
      ['https://lab.example', 'https://lab.example'],
      ['https://evil.example', null],
    ] as const) {
      const { headers } = await api.fetch(path, { headers: { origin } });
      expect(headers.get('access-control-allow-origin')).toBe(allowed);
      expect(headers.get('vary')?.split(', ')).toEqual(
        expect.arrayContaining(['Origin', 'Accept-Encoding', 'Authorization']),
      );
    }
  });
});

describe('with API keys', () => {
  const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

  it('nobody gets in without one, and health stays open', async () => {
    const api = await start({ API_KEYS: 'alice,bob' });
    for (const headers of [
      {},
      bearer(''),
      bearer('alic'),
      bearer('alice,bob'),
      bearer('undefined'),
    ]) {
      const response = await api.submit('MKV', headers);
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(await problemIn(response)).toMatchObject({ code: 'UNAUTHORIZED' });
    }
    expect((await api.fetch('/api/v1/models')).status).toBe(401);
    expect((await api.fetch('/metrics')).status).toBe(401);
    expect((await api.fetch('/metrics', { headers: bearer('bob') })).status).toBe(200);
    expect((await api.fetch('/health/ready')).status).toBe(200);
  });

  it('the operator may open the metrics', async () => {
    const api = await start({ API_KEYS: 'alice', METRICS_OPEN: '1' });
    expect((await api.fetch('/metrics')).status).toBe(200);
    expect((await api.fetch('/api/v1/models')).status).toBe(401);
  });

  it('metrics may be asked for no more often than anything else', async () => {
    const api = await start({ READ_RATE_LIMIT: '2' });
    for (const status of [200, 200, 429]) expect((await api.fetch('/metrics')).status).toBe(status);
  });

  it('nobody sees the jobs of another key, not even that they exist', async () => {
    const { url } = await start({ API_KEYS: 'alice, bob' });
    const [alice, bob] = [new ApiClient(url, bearer('alice')), new ApiClient(url, bearer('bob'))];
    const mine = await alice.predict('MKVLA', { prefer: 'wait=10' });
    const { id: batch } = (await (await alice.submit('>a\nMK\n>b\nMV')).json()) as { id: string };
    for (const path of ['', '/events', '/structure.pdb', '/pae.json', '/bundle.zip', '/neighbours'])
      expect((await bob.fetch(`/api/v1/predictions/${mine.id}${path}`)).status, path).toBe(404);
    expect((await bob.fetch(`/api/v1/batches/${batch}`)).status).toBe(404);
    const stop = await bob.fetch(`/api/v1/predictions/${mine.id}`, { method: 'DELETE' });
    expect(stop.status).toBe(404);
    expect(await (await bob.fetch('/api/v1/predictions')).json()).toEqual({ predictions: [] });
    const his = await bob.submit('MKVLA');
    expect(((await his.json()) as { id: string }).id).not.toBe(mine.id);
    expect((await alice.fetch(`/api/v1/predictions/${mine.id}`)).status).toBe(200);
  });

  it('a key may be configured as its hash', async () => {
    const hash = createHash('sha256').update('hashed').digest('hex');
    const api = await start({ API_KEYS: `sha256:${hash}` });
    expect((await api.submit('MKV', { 'x-api-key': 'hashed' })).status).toBe(202);
    expect((await api.submit('MKV', { 'x-api-key': hash })).status).toBe(401);
  });
});

describe('limits', () => {
  it('tell a client that asks too often when to come back', async () => {
    const api = await start({ RATE_LIMIT: '3' });
    for (let i = 0; i < 3; i++) expect((await api.submit('MKV')).status).toBeLessThan(300);
    const response = await api.submit('MKV');
    expect(response.status).toBe(429);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await problemIn(response)).toMatchObject({ code: 'RATE_LIMITED' });
    expect((await api.fetch('/api/v1/models')).status).toBe(200); // reading goes on
  });

  it('of the queue refuse new jobs, but not known ones', async () => {
    const api = await start({ MAX_WAITING: '2' }, 60_000);
    const ids: string[] = [];
    for (const sequence of ['MA', 'MC', 'MD']) {
      ids.push((await api.predict(sequence)).id);
      await vi.waitFor(async () => {
        expect((await api.job(ids[0]!)).status).toBe('active');
      });
    }
    const response = await api.submit('ME');
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).not.toBeNull();
    expect(await problemIn(response)).toMatchObject({ code: 'QUEUE_FULL' });
    expect((await api.submit('MD')).status).toBe(200);
    for (const id of ids) await api.fetch(`/api/v1/predictions/${id}`, { method: 'DELETE' });
  });
});

describe('a complex of more chains than the PDB format has names for', () => {
  const crowd = Array(63).fill('M').join(':');

  it('has every file but that one, and a bundle of them', async () => {
    const api = await start({});
    const { id } = await api.predict({ sequence: crowd, type: 'protein' }, { prefer: 'wait=20' });
    expect((await api.finished(id)).status).toBe('completed');
    expect(await (await api.file(id, 'structure.cif')).text()).toContain('_atom_site');
    const refused = await api.file(id, 'structure.pdb');
    expect(refused.status).toBe(422);
    expect(await problemIn(refused)).toMatchObject({
      code: 'STRUCTURE_UNWRITABLE',
      detail: expect.stringContaining('63 chains') as string,
    });
    const bundle = await api.file(id, 'bundle.zip');
    const files = Object.keys(unzipSync(new Uint8Array(await bundle.arrayBuffer())));
    expect(files.map((path) => path.replace(/^[^.]*\/[^._]*/, '')).sort()).toEqual([
      '.cif',
      '.confidence.json',
      '_predicted_aligned_error_v1.json',
    ]);
  });

  it('is refused before it is computed where PDB is all that is given', async () => {
    const api = await start({});
    const refused = await api.fetch('/foldSequence/v1/pdb/', { method: 'POST', body: crowd });
    expect(refused.status).toBe(422);
    expect(await problemIn(refused)).toMatchObject({ code: 'STRUCTURE_UNWRITABLE' });
    const jobs = await api.fetch('/api/v1/predictions');
    expect(await jobs.json()).toEqual({ predictions: [] });
  });
});

describe('requests that fit no address', () => {
  it('with a method that the address does not have are told which it has', async () => {
    const api = await start({});
    for (const [method, path, allow] of [
      ['PUT', '/api/v1/predictions', 'GET, HEAD, POST'],
      ['PATCH', `/api/v1/predictions/${'0'.repeat(32)}`, 'DELETE, GET, HEAD'],
      ['GET', '/api/v1/translate', 'POST'],
      ['POST', '/api/v1/models', 'GET, HEAD'],
      ['GET', '/foldSequence/v1/pdb/', 'POST'],
      ['POST', '/health/live', 'GET, HEAD'],
      ['DELETE', '/metrics', 'GET, HEAD'],
      ['POST', '/api/v1/openapi.json', 'GET, HEAD'],
      ['POST', '/', 'GET, HEAD'],
    ] as const) {
      const response = await api.fetch(path, { method });
      expect(response.status, `${method} ${path}`).toBe(405);
      expect(response.headers.get('allow'), path).toBe(allow);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
      expect(await problemIn(response)).toMatchObject({
        status: 405,
        code: 'METHOD_NOT_ALLOWED',
        detail: expect.stringContaining(method) as string,
      });
    }
    const asked = await api.fetch('/api/v1/predictions', { method: 'OPTIONS' });
    expect([asked.status, asked.headers.get('allow')]).toEqual([204, 'GET, HEAD, POST']);
    const head = await api.fetch('/api/v1/models', { method: 'HEAD' });
    expect(head.status).toBe(200);
  });

  it('in an encoding that the server does not read are refused as such', async () => {
    const api = await start({});
    const response = await api.submit('MKV', { 'content-encoding': 'rot13' });
    expect(response.status).toBe(415);
    expect(await problemIn(response)).toMatchObject({ status: 415, code: 'MEDIA_TYPE' });
  });

  it('are not found, with the page for those who read it', async () => {
    const folder = temporaryFolder('page');
    writeFileSync(join(folder, 'index.html'), '<title>codonfold</title>');
    const api = await start({ WEB_DIR: folder });
    const headers = { accept: 'text/html,*/*;q=0.8' };
    for (const path of ['/', '/?prediction=x', '/index.html'])
      expect((await api.fetch(path, { headers })).status, path).toBe(200);
    for (const path of ['/nothing', '/predictions/1', '/nothing.html']) {
      const response = await api.fetch(path, { headers });
      expect(response.status, path).toBe(404);
      expect(await response.text()).toContain('<title>codonfold</title>');
    }
    for (const path of ['/api/nothing', '/health/nothing', '/assets/nothing.js'])
      expect(await problemIn(await api.fetch(path, { headers })), path).toMatchObject({
        status: 404,
        code: 'NOT_FOUND',
      });
  });
});

describe('on a loopback address without keys', () => {
  /** `fetch` sets Host itself. */
  const statusFor = (url: string, host: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const asked = request(`${url}/api/v1/models`, { headers: { host } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      asked.on('error', reject).end();
    });

  it('names that others may have pointed at this machine are refused', async () => {
    const { url } = await start({});
    for (const host of ['localhost', 'LOCALHOST:3000', '127.0.0.1:1', '127.9.9.9', '[::1]:3000'])
      expect(await statusFor(url, host), host).toBe(200);
    for (const host of [
      'evil.example',
      'evil.example:3000',
      '127.0.0.1.evil.example',
      'localhost.evil.example',
      '[::2]',
      '10.0.0.1',
    ])
      expect(await statusFor(url, host), host).toBe(403);
  });

  it('the operator may allow names', async () => {
    const { url } = await start({ ALLOWED_HOSTS: 'fold.example, Other.example' });
    for (const host of ['fold.example', 'other.example:8080', '127.0.0.1'])
      expect(await statusFor(url, host), host).toBe(200);
    expect(await statusFor(url, 'evil.example')).toBe(403);
  });

  it('names do not matter where keys are needed or others may come', async () => {
    const withKeys = await start({ API_KEYS: 'alice' });
    expect(await statusFor(withKeys.url, 'evil.example')).toBe(401);
    const open = await start({ HOST: '0.0.0.0' });
    expect(await statusFor(open.url, 'fold.example')).toBe(200);
  });

  it('names matter in a container whose port is published to this machine alone', async () => {
    const { url } = await start({ HOST: '0.0.0.0', ALLOWED_HOSTS: 'localhost' });
    expect(await statusFor(url, '127.0.0.1:3000')).toBe(200); // as its health check asks
    expect(await statusFor(url, 'evil.example')).toBe(403);
  });
});

describe('trouble', () => {
  it('a full disk gives 503, and the server recovers by itself', async () => {
    const dataDir = temporaryFolder('full');
    const server = await spawnServer(testSettings(dataDir));
    running.push(server);
    const api = new ApiClient(server.url);
    const before = await api.predict('MKVLA', { prefer: 'wait=10' });
    // files can grow no more, as on a full disk
    execFileSync('/usr/bin/prlimit', ['--pid', String(server.pid), '--fsize=1024:unlimited']);
    const refused = await api.submit('MKVLC');
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).not.toBeNull();
    expect(await problemIn(refused)).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect((await api.job(before.id)).status).toBe('completed'); // reading goes on
    expect(await problemIn(await api.fetch('/health/ready'))).toMatchObject({
      status: 'unavailable',
      database: 'unavailable',
    });
    execFileSync('/usr/bin/prlimit', ['--pid', String(server.pid), '--fsize=unlimited:unlimited']);
    const after = await api.predict('MKVLC', { prefer: 'wait=10' });
    expect(after.status).toBe('completed');
    expect((await api.fetch('/health/ready')).status).toBe(200);
  });

  it('one sequence that ends the model process does not make the server unready', async () => {
    const onStart = ({ chains }: PredictionRequest): void => {
      if (chains[0]!.sequence === 'MKVLA')
        throw new FoldError('PROCESS_DIED', 'the model process ended');
    };
    const server = await startTestServer({}, [fakePredictor({ onStart })]);
    running.push(server);
    const api = new ApiClient(server.url);
    const statuses = new Set<number>();
    const { id } = await api.predict('MKVLA');
    for (let isOver = false; !isOver;) {
      isOver = (await api.job(id)).status === 'failed';
      statuses.add((await api.fetch('/health/ready')).status);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect([...statuses]).toEqual([200]);
    expect((await api.job(id)).error).toMatchObject({ code: 'JOB_INTERRUPTED' });
  });

  it('a model that does not work makes the server unready, until it does', async () => {
    let isBroken = true;
    const onStart = (): void => {
      if (isBroken) throw new FoldError('FILE_READ', 'the weights are gone');
    };
    const server = await startTestServer({}, [fakePredictor({ onStart })]);
    running.push(server);
    const api = new ApiClient(server.url);
    const job = await api.predict('MKVLA', { prefer: 'wait=10' });
    expect(job.error).toMatchObject({ code: 'FILE_READ', detail: 'the weights are gone' });
    await vi.waitFor(async () => {
      const ready = await api.fetch('/health/ready');
      expect([ready.status, await ready.json()]).toMatchObject([503, { model: 'failing' }]);
    });
    isBroken = false;
  });

  it('a second server on one data folder refuses to start and says why', async () => {
    const dataDir = temporaryFolder('shared');
    running.push(await spawnServer(testSettings(dataDir)));
    await expect(spawnServer(testSettings(dataDir))).rejects.toThrow(
      /DATA_DIR_IN_USE.*another process uses the data folder/s,
    );
  });

  it('a killed server loses nothing: accepted jobs are there after a restart and finish', async () => {
    const dataDir = temporaryFolder('killed');
    const settings = { ...testSettings(dataDir), FAKE_DURATION_MS: '300' };
    const first = await spawnServer(settings);
    const api = new ApiClient(first.url);
    const done = await api.predict('MKVLA', { prefer: 'wait=10' });
    const ids: string[] = [];
    for (const letter of 'CDEFG') ids.push((await api.predict(`MKVL${letter}`)).id);
    await first.kill();
    const second = await spawnServer(settings);
    running.push(second);
    const again = new ApiClient(second.url);
    for (const id of [done.id, ...ids])
      expect(await again.finished(id), id).toMatchObject({ status: 'completed' });
    expect((await again.file(done.id, 'structure.pdb')).status).toBe(200);
  });

  it('a damaged result is noticed, never sent, and computed again', async () => {
    const dataDir = temporaryFolder('damaged');
    const first = await spawnServer(testSettings(dataDir));
    const { id } = await new ApiClient(first.url).predict('MKVLA', { prefer: 'wait=10' });
    await first.kill();
    flipBit(join(dataDir, 'codonfold.db'));
    const second = await spawnServer(testSettings(dataDir));
    running.push(second);
    const api = new ApiClient(second.url);
    const answer = await api.file(id, 'structure.pdb');
    expect(await problemIn(answer)).toMatchObject({ status: 503, code: 'PREDICTION_DAMAGED' });
    expect(await api.finished(id)).toMatchObject({ status: 'completed', attempts: 2 });
    expect((await api.file(id, 'structure.pdb')).status).toBe(200);
  });

  describe('jobs that waited while the program was updated', () => {
    /** The ids of two such jobs, and a server of the new version with this model. */
    const update = async (model: FakeOptions): Promise<[ApiClient, string[]]> => {
      const dataDir = temporaryFolder('updated');
      const settings = { ...testSettings(dataDir), DRAIN_SECONDS: '0' };
      const old = await spawnServer({ ...settings, FAKE_DURATION_MS: '60000' });
      const ids: string[] = [];
      for (const sequence of ['MKVLA', 'MKVLC'])
        ids.push((await new ApiClient(old.url).predict(sequence)).id);
      await old.close();
      const server = await startTestServer(settings, [fakePredictor(model)]);
      running.push(server);
      return [new ApiClient(server.url), ids];
    };

    it('run with the weights that their model has now', async () => {
      const [api, ids] = await update({ sha256: 'd'.repeat(64) });
      for (const id of ids) {
        expect(await api.finished(id), id).toMatchObject({ status: 'completed', model: 'fake' });
        expect((await api.file(id, 'attention?block=0&head=0')).status).toBe(200);
      }
    });

    it('say so where their model is gone', async () => {
      const [api, ids] = await update({ name: 'other', sha256: 'd'.repeat(64) });
      for (const id of ids)
        expect(await api.job(id)).toMatchObject({
          status: 'failed',
          error: {
            code: 'MODEL_UNKNOWN',
            detail:
              'the server was started without the model fake, which the prediction waited for',
            hint: 'ask for it again with other',
          },
        });
    });
  });

  it('a database of limited size keeps the latest results, and never stops taking jobs', async () => {
    const server = await startTestServer({ STORE_MAX_MB: '4' }, [fakePredictor({ durationMs: 1 })]);
    running.push(server);
    const api = new ApiClient(server.url);
    const ids: string[] = [];
    for (let i = 0; i < 20; i++) {
      const sequence = 'M'.repeat(i) + 'ACDEFGHIKLNPQRSTVWY'.repeat(25);
      ids.push((await api.predict(sequence, { prefer: 'wait=20' })).id);
    }
    expect((await api.job(ids.at(-1)!)).status).toBe('completed');
    expect((await api.file(ids.at(-1)!, 'structure.pdb')).status).toBe(200);
    expect((await api.fetch(`/api/v1/predictions/${ids[0]!}`)).status).toBe(404);
    expect((await api.fetch('/health/ready')).status).toBe(200);
    // one that can never be kept fails with a reason, and holds up nobody
    const large = await api.predict('W'.repeat(1500), { prefer: 'wait=60' });
    expect(large).toMatchObject({ status: 'failed', error: { code: 'STORE_FULL' } });
    expect(await api.predict('MKVLA', { prefer: 'wait=20' })).toMatchObject({
      status: 'completed',
    });
  });

  it('SIGTERM ends a server whose result cannot be stored, and it is computed again', async () => {
    const dataDir = temporaryFolder('unstored');
    const settings = { ...testSettings(dataDir), DRAIN_SECONDS: '1', LOG_LEVEL: 'info' };
    const first = await spawnServer({ ...settings, FAKE_DURATION_MS: '1000' });
    const { id } = await new ApiClient(first.url).predict('MKVLA');
    await vi.waitFor(() => {
      expect(first.log()).toContain('job started');
    }, 5000);
    execFileSync('/usr/bin/prlimit', ['--pid', String(first.pid), '--fsize=1024:unlimited']);
    await vi.waitFor(() => {
      expect(first.log()).toContain('the store does not answer');
    }, 10_000);
    await first.close();
    const second = await spawnServer(settings);
    running.push(second);
    expect(await new ApiClient(second.url).finished(id)).toMatchObject({
      status: 'completed',
      attempts: 2,
    });
  });

  it('SIGTERM lets the running job end, and the others wait for the next start', async () => {
    const dataDir = temporaryFolder('drained');
    const settings = { ...testSettings(dataDir), FAKE_DURATION_MS: '600' };
    const first = await spawnServer(settings);
    const api = new ApiClient(first.url);
    const [a, b] = [await api.predict('MKVLA'), await api.predict('MKVLC')];
    await vi.waitFor(async () => {
      expect((await api.job(a.id)).status).toBe('active');
    });
    await first.close(); // SIGTERM, then waits for a clean exit
    const second = await spawnServer(settings);
    running.push(second);
    const again = new ApiClient(second.url);
    expect(await again.job(a.id)).toMatchObject({ status: 'completed', attempts: 1 });
    expect(await again.finished(b.id)).toMatchObject({ status: 'completed', attempts: 1 });
  });

  it('a job that outlives the time to drain waits for the next start', async () => {
    const dataDir = temporaryFolder('drained');
    const settings = { ...testSettings(dataDir), DRAIN_SECONDS: '0' };
    const first = await spawnServer({ ...settings, FAKE_DURATION_MS: '60000' });
    const { id } = await new ApiClient(first.url).predict('MKVLA');
    await vi.waitFor(async () => {
      expect((await new ApiClient(first.url).job(id)).status).toBe('active');
    });
    await first.close();
    const second = await spawnServer(settings);
    running.push(second);
    expect(await new ApiClient(second.url).finished(id)).toMatchObject({ attempts: 2 });
  });

  it('logs hold no sequences', async () => {
    const dataDir = temporaryFolder('logs');
    const server = await spawnServer({ ...testSettings(dataDir), LOG_LEVEL: 'info' });
    const api = new ApiClient(server.url);
    await api.predict('MKVLAWWCCHH', { prefer: 'wait=10' });
    await api.fetch('/api/v1/predictions?name=MKVLAWWCCHH', {
      method: 'POST',
      body: 'MKVLAWWCCHH1',
    });
    await server.close();
    expect(server.log()).toContain('/api/v1/predictions');
    expect(server.log()).not.toContain('MKVLAWWCCHH');
  });
});

/** Changes one bit of the first stored result, in a process of its own, since libsql keeps closed files locked. */
function flipBit(file: string): void {
  const script = `
    const database = new (require('libsql'))(process.argv[1]);
    const { bytes } = database.prepare('SELECT bytes FROM result_parts').get([]);
    const changed = Buffer.from(bytes);
    changed[changed.length - 1] ^= 1;
    database.prepare('UPDATE result_parts SET bytes = ?').run([changed]);`;
  execFileSync(process.execPath, ['-e', script, file]);
}
