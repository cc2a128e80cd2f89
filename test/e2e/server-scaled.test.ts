/** @file Servers and workers as processes on a real PostgreSQL and Redis. */
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { ApiClient, problemIn } from '../helpers/api-client.js';
import { testSettings } from '../helpers/server.js';
import { type ServerProcess, spawnCodonfold, spawnServer } from '../helpers/server-process.js';
import {
  hasServices,
  makePostgres,
  makeRedis,
  type Service,
  temporaryFolder,
} from '../helpers/services.js';
import { TINY_MODEL } from './run-cli.js';

const TAKEOVER_MS = 30_000;

/** Processes that a process has started. */
function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.split(' ').filter(Boolean).map(Number);
}

function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}

describe.runIf(hasServices())('with PostgreSQL, Redis and workers', () => {
  let postgres: Service;
  let redis: Service;
  let processes: ServerProcess[] = [];
  let settings: Record<string, string>;
  let count = 0;

  beforeAll(async () => {
    [postgres, redis] = [await makePostgres(), await makeRedis()];
    await Promise.all([postgres.start(), redis.start()]);
  }, 60_000);
  afterEach(async () => {
    await Promise.all(processes.map((process) => process.close().catch(() => process.kill())));
    processes = [];
  }, 30_000);
  afterAll(async () => {
    await Promise.all([postgres.remove(), redis.remove()]);
  }, 30_000);

  const start = async (
    role: 'server' | 'worker',
    changes: Record<string, string> = {},
  ): Promise<ServerProcess> => {
    const started = await spawnServer({ ...settings, ...changes }, role);
    processes.push(started);
    return started;
  };
  /** Settings of servers and workers that share a queue of their own. */
  const scaledSettings = (): Record<string, string> => ({
    ...testSettings(temporaryFolder('scaled')),
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    REDIS_PREFIX: `test${count++}`,
    LOG_LEVEL: 'info',
  });
  /** One server, two workers. */
  const startAll = async (durationMs: number): Promise<[ApiClient, ServerProcess[]]> => {
    settings = { ...scaledSettings(), FAKE_DURATION_MS: String(durationMs) };
    const server = await start('server');
    return [new ApiClient(server.url), [await start('worker'), await start('worker')]];
  };
  /** The worker whose log says that it runs a job. */
  const busyOf = (workers: readonly ServerProcess[]): Promise<ServerProcess> =>
    vi.waitFor(() => {
      const busy = workers.find((worker) => worker.log().includes('job started'));
      expect(busy).toBeDefined();
      return busy!;
    }, 5000);
  const isActive = (api: ApiClient, id: string): Promise<void> =>
    vi.waitFor(async () => {
      expect((await api.job(id)).status).toBe('active');
    }, 10_000);

  it('workers take jobs, and events reach clients of every server', async () => {
    const [api] = await startAll(1000);
    const other = new ApiClient((await start('server')).url);
    const { id } = await api.predict('MKVLAAA');
    const [here, there] = await Promise.all([api.events(id), other.events(id)]);
    for (const events of [here, there]) {
      const passes = events.filter(({ name }) => name === 'coordinates');
      expect(passes.map(({ data }) => data['pass'])).toEqual([1, 2, 3]);
      expect(events.at(-1)).toMatchObject({ name: 'status', data: { status: 'completed' } });
    }
    expect((await other.file(id, 'structure.pdb')).status).toBe(200);
    expect(await (await api.fetch('/health/ready')).json()).toMatchObject({ workers: 2 });
    for (const path of ['predictions/%00', 'predictions/a%00b/events', 'batches/%00'])
      expect((await api.fetch(`/api/v1/${path}`)).status, path).toBe(404);
  });

  it('two workers work at the same time', async () => {
    const [api] = await startAll(1500);
    const jobs = await Promise.all(['MKVLAC', 'MKVLAD'].map((sequence) => api.predict(sequence)));
    await Promise.all(jobs.map(({ id }) => isActive(api, id)));
  });

  it('a worker killed mid-job is replaced within 30 s, and there is one result', async () => {
    const [api, workers] = await startAll(4000);
    const { id } = await api.predict('MKVLAE');
    await isActive(api, id);
    const killed = Date.now();
    await (await busyOf(workers)).kill();
    const job = await api.finished(id, TAKEOVER_MS + 5000);
    expect(Date.now() - killed).toBeLessThan(TAKEOVER_MS);
    expect(job).toMatchObject({ status: 'completed', attempts: 2 });
    expect((await api.file(id, 'structure.pdb')).status).toBe(200);
  });

  it('`codonfold worker` killed mid-fold is replaced by another, and its model process goes', async () => {
    settings = scaledSettings();
    const model = ['--model', TINY_MODEL];
    const server = await spawnCodonfold(['serve', ...model], settings);
    const workers = await Promise.all([
      spawnCodonfold(['worker', ...model], settings),
      spawnCodonfold(['worker', ...model], settings),
    ]);
    processes.push(server, ...workers);
    const api = new ApiClient(server.url);
    const { id } = await api.predict({ sequence: 'MKVLAWHE'.repeat(30), numRecycles: 8 });
    await isActive(api, id);
    const victim = await busyOf(workers);
    const models = await vi.waitFor(() => {
      const children = childrenOf(victim.pid); // the model starts with the first job
      expect(children).not.toEqual([]);
      return children;
    });
    const killed = Date.now();
    await victim.kill();
    await vi.waitFor(() => {
      expect(models.filter(isAlive)).toEqual([]);
    }, 5000);
    const job = await api.finished(id, TAKEOVER_MS + 30_000);
    expect(job).toMatchObject({ status: 'completed', attempts: 2 });
    expect(Date.parse(job.startedAt!) - killed).toBeLessThan(TAKEOVER_MS);
    expect((await api.file(id, 'structure.pdb')).status).toBe(200);
  });

  it('a job cancelled on the server stops in the worker within a second', async () => {
    const [api, workers] = await startAll(60_000);
    await workers[1]!.close();
    const { id } = await api.predict('MKVLAF');
    await isActive(api, id);
    const began = Date.now();
    await api.fetch(`/api/v1/predictions/${id}`, { method: 'DELETE' });
    expect(Date.now() - began).toBeLessThan(1000);
    const again = await api.submit('MKVLAF');
    expect(again.status).toBe(202);
    await isActive(api, id);
    await api.fetch(`/api/v1/predictions/${id}`, { method: 'DELETE' });
  });

  it('jobs survive a Redis that comes back empty', async () => {
    const [api] = await startAll(300);
    await redis.stop('SIGKILL');
    const accepted = await Promise.all(
      ['MKVLAG', 'MKVLAH', 'MKVLAI'].map((sequence) => api.predict(sequence)),
    );
    expect(accepted.map(({ status }) => status)).toEqual(['waiting', 'waiting', 'waiting']);
    await redis.start();
    for (const { id } of accepted)
      expect(await api.finished(id, 30_000)).toMatchObject({ status: 'completed' });
  });

  it('a database that goes away gives 503, and all recover by themselves', async () => {
    const [api] = await startAll(2000);
    const running = await api.predict('MKVLAK');
    await isActive(api, running.id);
    await postgres.stop();
    const refused = await api.submit('MKVLAL');
    expect(refused.status).toBe(503);
    expect(await problemIn(refused)).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect((await api.fetch('/health/ready')).status).toBe(503);
    expect((await api.fetch('/health/live')).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 2500)); // the prediction ends meanwhile
    await postgres.start();
    expect(await api.finished(running.id)).toMatchObject({ status: 'completed', attempts: 1 });
    expect(await api.predict('MKVLAL', { prefer: 'wait=20' })).toMatchObject({
      status: 'completed',
    });
  });

  it('a server that runs its jobs itself does not share its database', async () => {
    await startAll(20);
    const alone = { ...settings, REDIS_URL: '', DATABASE_URL: postgres.url };
    const first = await spawnServer(alone);
    processes.push(first);
    await expect(spawnServer(alone)).rejects.toThrow('DATA_DIR_IN_USE');
  });
});
