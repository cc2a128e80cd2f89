import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import pg from 'pg';
import { openStore } from '#store/open-store';
import type { PredictionStore, Run } from '#store/prediction-store';
import { newJob, resultOf } from '../../helpers/jobs.js';
import {
  hasServices,
  makePostgres,
  type Service,
  temporaryFolder,
} from '../../helpers/services.js';

const LEASE_MS = 1000;
const run = (id: string, token = `run of ${id}`): Run => ({ id, token });

interface Backend {
  readonly name: string;
  readonly setUp?: () => Promise<void>;
  readonly tearDown?: () => Promise<void>;
  /** A new, empty store. */
  readonly open: (now: () => number) => Promise<PredictionStore>;
}

function sqlite(): Backend {
  const folders: string[] = [];
  return {
    name: 'SQLite',
    open: (now) => {
      folders.push(temporaryFolder('store'));
      return openStore({ dataDir: folders.at(-1)! }, now);
    },
    tearDown: () => {
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
}

function postgres(): Backend {
  let server: Service;
  let count = 0;
  return {
    name: 'PostgreSQL',
    setUp: async () => {
      server = await makePostgres();
      await server.start();
    },
    tearDown: () => server.remove(),
    open: async (now) => {
      const name = `store_${count++}`;
      const client = new pg.Client({ connectionString: server.url });
      await client.connect();
      await client.query(`CREATE DATABASE ${name}`);
      await client.end();
      return openStore({ databaseUrl: server.url.replace(/postgres$/, name) }, now);
    },
  };
}

const backends = [sqlite(), ...(hasServices() ? [postgres()] : [])];

describe.each(backends)('PredictionStore on $name', ({ setUp, tearDown, open }) => {
  let clock = 1000;
  let store: PredictionStore;
  beforeAll(async () => {
    await setUp?.();
  }, 60_000);
  afterAll(async () => {
    await tearDown?.();
  }, 60_000);
  beforeEach(async () => {
    clock = 1000;
    store = await open(() => clock);
  });
  afterEach(() => store.close());

  const finish = async (id: string): Promise<void> => {
    const job = await store.start(run(id), LEASE_MS);
    expect(await store.complete(run(id), await resultOf(job!))).toBe(true);
  };

  describe('submit', () => {
    it('gives back what was asked, waiting', async () => {
      const codons = [{ codon: 'ATG', positions: [1, 2, 3] as const }];
      const job = newJob('a', {
        request: { name: 'β', chains: [{ id: 'A', sequence: 'M', codons }], numRecycles: 1 },
      });
      expect(await store.submit([job])).toEqual(new Set(['a']));
      expect(await store.find('a')).toEqual({
        ...job,
        seq: 1,
        state: 'waiting',
        attempts: 0,
        createdAt: 1000,
        queuedAt: 1000,
      });
    });

    it('leaves a job alone that exists', async () => {
      await store.submit([newJob('a')]);
      await store.start(run('a'), LEASE_MS);
      expect(await store.submit([newJob('a'), newJob('b')])).toEqual(new Set(['b']));
      expect(await store.find('a')).toMatchObject({ state: 'active', attempts: 1 });
    });

    it.each(['cancelled', 'failed'])('lets a job wait anew that is %s', async (state) => {
      await store.submit([newJob('a')]);
      await store.start(run('a'), LEASE_MS);
      if (state === 'cancelled') await store.cancel('a');
      else await store.fail(run('a'), { code: 'ENGINE_FAILED', detail: 'broken' });
      expect(await store.find('a')).toMatchObject({ state });
      clock = 2000;
      expect(await store.submit([newJob('a')])).toEqual(new Set(['a']));
      const job = await store.find('a');
      expect(job).toMatchObject({ state: 'waiting', attempts: 0, queuedAt: 2000 });
      expect(job).not.toHaveProperty('error');
    });

    it('takes name and input of what waits anew from the new submission, of what is there from the first', async () => {
      const named = (name: string) => ({
        model: { ...newJob('a').model, name: `model of ${name}` },
        request: { ...newJob('a').request, name },
        input: { kind: 'protein' as const, title: name, warnings: [`warning of ${name}`] },
        estimate: { seconds: name.length, megabytes: 50 },
      });
      await store.submit([newJob('a', named('first'))]);
      await store.submit([newJob('a', named('second'))]);
      expect(await store.find('a')).toMatchObject(named('first'));
      await store.cancel('a');
      await store.submit([newJob('a', named('third'))]);
      expect(await store.find('a')).toMatchObject(named('third'));
    });

    it('accepts the same jobs from many callers at once, each once', async () => {
      const ids = Array.from({ length: 11 }, (_, i) => `job ${i}`);
      const answers = await Promise.all(
        [ids, ids.toReversed(), ids].map((some) => store.submit(some.map((id) => newJob(id)))),
      );
      expect(answers.flatMap((answer) => [...answer]).sort()).toEqual(ids.toSorted());
      expect(await store.countUnfinished()).toEqual({ waiting: 11, active: 0 });
    });

    it('keeps a batch with its members in order', async () => {
      const members = ['b', 'a', 'c'];
      const jobs = members.map((id) => newJob(id, { owner: 'me' }));
      await store.submit(jobs, { id: 'batch', owner: 'me', members });
      expect(await store.findBatch('batch', 'me')).toEqual({
        id: 'batch',
        owner: 'me',
        createdAt: 1000,
        members,
      });
      expect(await store.findBatch('batch', 'you')).toBeUndefined();
      expect((await store.findMany(members, 'me')).map(({ id }) => id)).toEqual(members);
      expect(await store.findMany(members, 'you')).toEqual([]);
    });
  });

  describe('list', () => {
    it('shows the newest first, page after page, one owner only', async () => {
      for (const id of ['a', 'b', 'c', 'd']) await store.submit([newJob(id, { owner: 'me' })]);
      await store.submit([newJob('other', { owner: 'you' })]);
      const first = await store.list({ owner: 'me', limit: 3 });
      expect(first.map(({ id }) => id)).toEqual(['d', 'c', 'b']);
      const rest = await store.list({ owner: 'me', limit: 3, before: first.at(-1)!.seq });
      expect(rest.map(({ id }) => id)).toEqual(['a']);
      expect(await store.find('other', 'me')).toBeUndefined();
    });

    it('can be narrowed to a state', async () => {
      await store.submit([newJob('a'), newJob('b')]);
      await finish('a');
      const completed = await store.list({ owner: '', state: 'completed', limit: 10 });
      expect(completed.map(({ id }) => id)).toEqual(['a']);
    });

    it('counts the jobs that wait before one', async () => {
      await store.submit(['a', 'b', 'c'].map((id) => newJob(id)));
      clock = 500;
      await store.submit([newJob('earlier')]);
      expect(await store.countBefore((await store.find('c'))!)).toBe(3);
      await store.start(run('a'), LEASE_MS);
      expect(await store.countBefore((await store.find('c'))!)).toBe(2);
    });
  });

  describe('runs', () => {
    beforeEach(() => store.submit([newJob('a')]));

    it('count each start', async () => {
      expect(await store.start(run('a', '1'), LEASE_MS)).toMatchObject({ attempts: 1 });
      expect(await store.start(run('a', '2'), LEASE_MS)).toMatchObject({ attempts: 2 });
    });

    it('cannot finish a job that another run took over', async () => {
      await store.start(run('a', 'old'), LEASE_MS);
      await store.start(run('a', 'new'), LEASE_MS);
      const result = await resultOf(newJob('a'));
      expect(await store.complete(run('a', 'old'), result)).toBe(false);
      expect(await store.fail(run('a', 'old'), { code: 'X', detail: '' })).toBe(false);
      expect(await store.release(run('a', 'old'))).toBe(false);
      expect(await store.renew([run('a', 'old'), run('a', 'new')], 1)).toEqual([run('a', 'new')]);
      expect(await store.find('a')).toMatchObject({ state: 'active' });
      expect(await store.complete(run('a', 'new'), result)).toBe(true);
      expect(await store.result('a')).toEqual(result.bytes);
    });

    it('may say twice that they completed', async () => {
      await finish('a');
      expect(await store.complete(run('a'), await resultOf(newJob('a')))).toBe(true);
    });

    it('do not begin once the job is cancelled', async () => {
      expect(await store.cancel('a')).toBe(true);
      expect(await store.start(run('a'), LEASE_MS)).toBeUndefined();
      expect(await store.cancel('a')).toBe(false);
    });

    it('give the job back without counting the attempt', async () => {
      await store.start(run('a'), LEASE_MS);
      expect(await store.release(run('a'))).toBe(true);
      expect(await store.find('a')).toMatchObject({ state: 'waiting', attempts: 0 });
    });

    it('are unfinished while they wait and when their lease has run out', async () => {
      await store.submit([newJob('b')]);
      await store.start(run('a'), LEASE_MS);
      expect(await store.unfinished(false)).toEqual(['b']);
      expect(await store.unfinished(true)).toEqual(['a', 'b']);
      clock += LEASE_MS + 1;
      expect(await store.unfinished(false)).toEqual(['a', 'b']);
      await store.renew([run('a')], LEASE_MS);
      expect(await store.unfinished(false)).toEqual(['b']);
    });
  });

  describe('results', () => {
    it.each([0, 1, (1 << 18) - 1, 1 << 18, (1 << 19) + 7])(
      'of %d bytes come back whole',
      async (n) => {
        await store.submit([newJob('a')]);
        await store.start(run('a'), LEASE_MS);
        const bytes = Uint8Array.from({ length: n }, (_, i) => (i * 31 + (i >> 8)) & 255);
        await store.complete(run('a'), { ...(await resultOf(newJob('a'))), bytes });
        const read = await store.result('a');
        expect(read?.length).toBe(n);
        expect(Buffer.compare(read!, bytes)).toBe(0);
      },
    );

    it('are not shown before the job is completed', async () => {
      await store.submit([newJob('a')]);
      expect(await store.result('a')).toBeUndefined();
      expect(await store.result('unknown')).toBeUndefined();
    });

    it('that are damaged are marked so, and the job can be asked for anew', async () => {
      await store.submit([newJob('a')]);
      await finish('a');
      await store.discard('a', { code: 'PREDICTION_DAMAGED', detail: 'torn' });
      expect(await store.find('a')).toMatchObject({ state: 'failed', error: { detail: 'torn' } });
      expect(await store.submit([newJob('a')])).toEqual(new Set(['a']));
    });
  });

  describe('neighbours', () => {
    const D = 7;
    const complete = async (id: string, owner: string, embedding: number[]): Promise<void> => {
      await store.submit([newJob(id, { owner })]);
      await store.start(run(id), LEASE_MS);
      const result = await resultOf(newJob(id));
      await store.complete(run(id), { ...result, embedding: Float32Array.from(embedding) });
    };
    const axis = (k: number, tilt: number): number[] =>
      Array.from({ length: D }, (_, i) => Number(i === k) + tilt * Number(i === (k + 1) % D));

    it('are the nearest by cosine, without the job itself and without others of the owner’s', async () => {
      for (let i = 0; i < 30; i++) await complete(`you ${i}`, 'you', axis(0, 0));
      await complete('near', 'me', axis(0, 0.2));
      await complete('far', 'me', axis(3, 0));
      await complete('nearer', 'me', axis(0, 0.1));
      await complete('job', 'me', axis(0, 0));
      const found = await store.neighbours((await store.find('job'))!, 2);
      expect(found.map(({ job }) => job.id)).toEqual(['nearer', 'near']);
      expect(found[0]!.similarity).toBeCloseTo(1 / Math.hypot(1, 0.1), 5);
    });

    it('are none where the job is not finished', async () => {
      await store.submit([newJob('a')]);
      expect(await store.neighbours((await store.find('a'))!, 5)).toEqual([]);
    });
  });

  it('answers a ping', async () => {
    await expect(store.ping()).resolves.toBeUndefined();
  });
});
