import { rmSync } from 'node:fs';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { JobRecord, NewJob, Run } from '#store/job';
import { openStore } from '#store/open-store';
import type { Claim, PredictionStore } from '#store/prediction-store';
import { newJob, newSubmission, resultOf } from '../../helpers/jobs.js';
import {
  hasServices,
  makePostgres,
  type Service,
  temporaryFolder,
} from '../../helpers/services.js';

const LEASE_MS = 1000;
const MODELS = [newJob('any').model.sha256];
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

  const submit = (...ids: string[]): Promise<Set<string>> =>
    store.submissions.submit(ids.map((id) => newSubmission(id)));
  const claim = async (token: string, changes: Partial<Claim> = {}) => {
    const claimed = await store.runs.claim({
      token,
      leaseMs: LEASE_MS,
      models: MODELS,
      ...changes,
    });
    return claimed?.job;
  };
  /** Begins a run of the job that is next, which must be this one. */
  const start = async (id: string, token = run(id).token): Promise<JobRecord> => {
    const job = await claim(token);
    expect(job?.id).toBe(id);
    return job!;
  };
  const finish = async (id: string): Promise<void> => {
    const job = await start(id);
    expect(await store.runs.complete(run(id), await resultOf(job))).toBe(true);
  };
  /** The same job, asked for by two users. */
  const shared = (id: string, ...owners: string[]) =>
    owners.map((owner) =>
      newSubmission(`${id} of ${owner}`, { owner, client: owner, job: newJob(id) }),
    );

  describe('submit', () => {
    it('gives back what was asked, waiting', async () => {
      const codons = [{ codon: 'ATG', positions: [1, 2, 3] as const }];
      const job = newJob('a', {
        request: { chains: [{ id: 'A', sequence: 'M' }], numRecycles: 1 },
      });
      const submission = newSubmission('mine', {
        name: 'β',
        job,
        chains: [{ id: 'A', sequence: 'M', codons }],
      });
      expect(await store.submissions.submit([submission])).toEqual(new Set(['a']));
      expect(await store.submissions.find('mine')).toEqual({
        ...submission,
        seq: 1,
        state: 'waiting',
        createdAt: 1000,
        job: {
          ...job,
          seq: 1,
          state: 'waiting',
          searches: false,
          attempts: 0,
          interruptions: 0,
          queuedAt: 1000,
        },
      });
    });

    it('lets a job be searched for before it is computed, by whoever still holds it', async () => {
      const alignment = { server: 'http://127.0.0.1', mode: 'env' };
      const job = newJob('a');
      const request = { ...job.request, alignment };
      const submission = newSubmission('a', { job: { ...job, request } });
      await store.submissions.submit([submission]);
      expect(await claim('fold')).toBeUndefined();
      expect(await claim('other', { searches: 'library' })).toBeUndefined();
      const wanted = { id: 'a', searches: 'server' };
      expect(await claim('lost', { searches: 'server' })).toMatchObject(wanted);
      clock += 2 * LEASE_MS;
      await store.runs.recover(false);
      expect(await claim('search', { searches: 'server' })).toMatchObject(wanted);
      const inputs = { alignment: Buffer.from('packed'), templates: Buffer.from('chains') };
      expect(await store.runs.found({ id: 'a', token: 'lost' }, inputs)).toBe(false);
      expect(await store.results.readInput('a', 'alignment')).toBeUndefined();
      expect(await store.runs.found({ id: 'a', token: 'search' }, inputs)).toBe(true);
      for (const kind of ['alignment', 'templates'] as const)
        expect(Buffer.from((await store.results.readInput('a', kind))!)).toEqual(inputs[kind]);
      expect(await claim('again', { searches: 'server' })).toBeUndefined();
      expect(await claim('fold')).toMatchObject({ id: 'a', searches: false, attempts: 3 });
    });

    it('leaves a job alone that exists', async () => {
      await submit('a');
      await start('a');
      expect(await submit('a', 'b')).toEqual(new Set(['b']));
      expect(await store.runs.find('a')).toMatchObject({ state: 'active', attempts: 1 });
    });

    it.each(['cancelled', 'failed'])('lets a job wait again that is %s', async (state) => {
      await submit('a');
      await start('a');
      if (state === 'cancelled') await store.submissions.cancel('a');
      else await store.runs.fail(run('a'), { code: 'ENGINE_FAILED', detail: 'broken' });
      expect(await store.submissions.find('a')).toMatchObject({ state });
      clock = 2000;
      expect(await submit('a')).toEqual(new Set(['a']));
      expect(await store.submissions.find('a')).toMatchObject({ state: 'waiting' });
      const job = await store.runs.find('a');
      expect(job).toMatchObject({ state: 'waiting', attempts: 1, queuedAt: 2000 });
      expect(job).not.toHaveProperty('error');
    });

    it('computes once what two ask for, and gives each their own name and title', async () => {
      const [mine, yours] = shared('a', 'me', 'you');
      const titled = (title: string) => ({ kind: 'protein' as const, title, warnings: [title] });
      await store.submissions.submit([{ ...mine!, name: 'antigen', input: titled('my antigen') }]);
      const again = await store.submissions.submit([
        { ...yours!, name: 'ubq', input: titled('ubiquitin') },
      ]);
      expect(again).toEqual(new Set());
      await finish('a');
      expect(await store.submissions.find(mine!.id)).toMatchObject({
        name: 'antigen',
        input: titled('my antigen'),
        state: 'completed',
      });
      expect(await store.submissions.find(yours!.id)).toMatchObject({
        name: 'ubq',
        input: titled('ubiquitin'),
        state: 'completed',
      });
    });

    it('accepts the same jobs from many callers at once, each once', async () => {
      const ids = Array.from({ length: 11 }, (_, i) => `job ${i}`);
      const answers = await Promise.all(
        [ids, ids.toReversed(), ids].map((some) => submit(...some)),
      );
      expect(answers.flatMap((answer) => [...answer]).sort()).toEqual(ids.toSorted());
      expect(await store.runs.countUnfinished()).toEqual({ waiting: 11, active: 0 });
    });

    it('keeps a batch with its members in order, equal sequences under both their names', async () => {
      const members = ['b', 'a', 'c'];
      const job = newJob('one');
      const submissions = members.map((id) => newSubmission(id, { owner: 'me', job }));
      await store.submissions.submit(submissions, { id: 'batch', owner: 'me', members });
      expect(await store.submissions.findBatch('batch')).toEqual({
        id: 'batch',
        owner: 'me',
        createdAt: 1000,
        members,
      });
      const found = await store.submissions.findMany(members);
      expect(found.map(({ name }) => name)).toEqual(members);
      await store.submissions.removeBatch('batch');
      expect(await store.submissions.findBatch('batch')).toBeUndefined();
    });
  });

  describe('cancel', () => {
    it('leaves the job to others who ask for it, and ends it with the last', async () => {
      await store.submissions.submit(shared('a', 'me', 'you'));
      expect(await store.submissions.cancel('a of me')).toBe('submission');
      expect(await store.submissions.find('a of me')).toMatchObject({ state: 'cancelled' });
      expect(await store.submissions.find('a of you')).toMatchObject({ state: 'waiting' });
      expect(await store.submissions.cancel('a of me')).toBe('nothing');
      expect(await store.submissions.cancel('a of you')).toBe('job');
      expect(await store.runs.find('a')).toMatchObject({ state: 'cancelled' });
    });

    it('at the same moment by all who ask ends the job', async () => {
      const owners = Array.from({ length: 11 }, (_, i) => `owner ${i}`);
      await store.submissions.submit(shared('a', ...owners));
      await Promise.all(owners.map((owner) => store.submissions.cancel(`a of ${owner}`)));
      expect(await store.runs.find('a')).toMatchObject({ state: 'cancelled' });
    });

    it('never takes the job from somebody who asks at the same moment', async () => {
      for (let i = 0; i < 11; i++) {
        const [mine, yours] = shared(`job ${i}`, 'me', 'you');
        await store.submissions.submit([mine!]);
        await Promise.all([store.submissions.cancel(mine!.id), store.submissions.submit([yours!])]);
        expect(await store.submissions.find(yours!.id)).toMatchObject({ state: 'waiting' });
      }
    });

    it('does nothing to what has finished', async () => {
      await submit('a');
      await finish('a');
      expect(await store.submissions.cancel('a')).toBe('nothing');
      expect(await store.submissions.find('a')).toMatchObject({ state: 'completed' });
    });
  });

  describe('remove', () => {
    it('deletes the result with the last who has it', async () => {
      await store.submissions.submit(shared('a', 'me', 'you'));
      await finish('a');
      expect(await store.submissions.remove('a of me')).toBe(true);
      expect(await store.submissions.find('a of me')).toBeUndefined();
      expect(await store.submissions.find('a of you')).toMatchObject({ state: 'completed' });
      expect(await store.results.read('a')).toBeDefined();
      expect(await store.submissions.remove('a of you')).toBe(true);
      expect(await store.runs.find('a')).toBeUndefined();
      expect(await store.results.read('a')).toBeUndefined();
      expect(await store.submissions.submit(shared('a', 'me'))).toEqual(new Set(['a']));
    });

    it('refuses what has not finished, but not what its owner has cancelled', async () => {
      await store.submissions.submit(shared('a', 'me', 'you'));
      expect(await store.submissions.remove('a of me')).toBe(false);
      await store.submissions.cancel('a of me');
      expect(await store.submissions.remove('a of me')).toBe(true);
      expect(await store.submissions.find('a of you')).toMatchObject({ state: 'waiting' });
    });
  });

  describe('list', () => {
    it('shows the newest first, page after page, one owner only', async () => {
      for (const id of ['a', 'b', 'c', 'd'])
        await store.submissions.submit([newSubmission(id, { owner: 'me' })]);
      await store.submissions.submit([newSubmission('other', { owner: 'you' })]);
      const first = await store.submissions.list({ owner: 'me', limit: 3 });
      expect(first.map(({ id }) => id)).toEqual(['d', 'c', 'b']);
      const before = first.at(-1)!.seq;
      const rest = await store.submissions.list({ owner: 'me', limit: 3, before });
      expect(rest.map(({ id }) => id)).toEqual(['a']);
    });

    it('can be narrowed to a state, which is the owner’s own', async () => {
      await store.submissions.submit(shared('a', 'me', 'you'));
      await store.submissions.cancel('a of you');
      await finish('a');
      const listed = async (owner: string, state: 'completed' | 'cancelled') =>
        (await store.submissions.list({ owner, state, limit: 10 })).map(({ id }) => id);
      expect(await listed('me', 'completed')).toEqual(['a of me']);
      expect(await listed('you', 'completed')).toEqual([]);
      expect(await listed('you', 'cancelled')).toEqual(['a of you']);
    });
  });

  describe('turns', () => {
    const ask = (client: string, ...ids: string[]): Promise<unknown> =>
      store.submissions.submit(
        ids.map((id) => newSubmission(`${id} of ${client}`, { client, job: newJob(id) })),
      );
    /** The order in which waiting jobs are begun. */
    const order = async (changes: Partial<Claim> = {}): Promise<string[]> => {
      const ids: string[] = [];
      for (;;) {
        const job = await claim(`run ${ids.length}`, changes);
        if (!job) return ids;
        ids.push(job.id);
      }
    };

    it('are taken by the clients one after the other, within each first come first served', async () => {
      await ask('a', 'a1', 'a2', 'a3', 'a4');
      await ask('b', 'b1', 'b2');
      await ask('c', 'c1');
      expect(await order()).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'a4']);
    });

    it('come at once to a client that was not served lately, however many jobs another has', async () => {
      const many = Array.from({ length: 50 }, (_, i) => `a${i}`);
      await ask('a', ...many);
      expect((await claim('1'))?.id).toBe('a0');
      await ask('b', 'b1', 'b2');
      const begun: string[] = [];
      for (let i = 0; i < 4; i++) begun.push((await claim(`run ${i}`))!.id);
      expect(begun).toEqual(['b1', 'a1', 'b2', 'a2']);
    });

    it('reach a job that another client asked for long before', async () => {
      await ask('a', 'a1', 'a2', 'shared');
      await ask('b', 'shared');
      expect(await order()).toEqual(['a1', 'shared', 'a2']);
    });

    it('pass a job that the worker has no model or no room for', async () => {
      const long = newJob('long', { estimate: { seconds: 100, megabytes: 50 } });
      const large = newJob('large', { estimate: { seconds: 1, megabytes: 500 } });
      const foreign = newJob('foreign', { model: { name: 'other', sha256: 'e'.repeat(64) } });
      for (const job of [long, large, foreign, newJob('short')])
        await store.submissions.submit([newSubmission(job.id, { job, client: 'a' })]);
      expect(await order({ seconds: 50, megabytes: 100 })).toEqual(['short']);
      expect(await order({ megabytes: 100 })).toEqual(['long']);
      expect(await order()).toEqual(['large']);
      expect(await order({ models: ['e'.repeat(64)] })).toEqual(['foreign']);
    });

    it('pass a client that has none now', async () => {
      await ask('a', 'a1', 'shared');
      await ask('b', 'shared', 'b1');
      expect(await order({ exceptClients: ['a', 'c'] })).toEqual(['shared', 'b1']);
      expect(await order({ exceptClients: ['a'] })).toEqual([]);
      expect(await order()).toEqual(['a1']);
    });

    it('give each job to one of many workers', async () => {
      const ids = Array.from({ length: 13 }, (_, i) => `job ${i}`);
      await ask('a', ...ids);
      const claims = await Promise.all(Array.from({ length: 17 }, (_, i) => claim(`worker ${i}`)));
      const begun = claims.flatMap((job) => job?.id ?? []);
      expect(begun.toSorted()).toEqual(ids.toSorted());
    });

    it('are told as a place in the line', async () => {
      await ask('a', 'a1', 'a2', 'a3');
      await ask('b', 'b1', 'b2');
      const places = async (): Promise<Record<string, number>> => {
        const waiting = await store.submissions.list({ owner: '', state: 'waiting', limit: 10 });
        const counted = waiting.map(async (submission) => [
          submission.job.id,
          await store.runs.countBefore(submission),
        ]);
        return Object.fromEntries(await Promise.all(counted)) as Record<string, number>;
      };
      await claim('1'); // a1
      await ask('c', 'c1');
      expect(await places()).toEqual({ b1: 0, c1: 1, a2: 2, b2: 3, a3: 4 });
      const claimed = [(await claim('2'))?.id, (await claim('3'))?.id, (await claim('4'))?.id];
      expect(claimed).toEqual(['b1', 'c1', 'a2']);
      expect(await places()).toEqual({ b2: 0, a3: 1 });
      expect(await store.runs.countWaiting('a')).toBe(1);
      expect(await store.runs.countWaiting('c')).toBe(0);
    });

    it('end with the submission that is cancelled', async () => {
      await ask('a', 'shared', 'a1');
      await ask('b', 'shared');
      await store.submissions.cancel('shared of a');
      await store.submissions.cancel('a1 of a');
      expect(await store.runs.countWaiting('a')).toBe(0);
      expect(await order()).toEqual(['shared']);
    });
  });

  describe('runs', () => {
    beforeEach(() => submit('a'));

    it('count each start, and each that ended with its process', async () => {
      expect(await start('a', '1')).toMatchObject({ attempts: 1, interruptions: 0 });
      expect(await store.runs.release(run('a', '1'), true)).toBe(true);
      expect(await start('a', '2')).toMatchObject({ attempts: 2, interruptions: 1 });
      expect(await store.runs.recover(true)).toBe(1);
      expect(await start('a', '3')).toMatchObject({ attempts: 3, interruptions: 2 });
      await store.runs.fail(run('a', '3'), { code: 'X', detail: '' });
      await submit('a');
      expect(await start('a', '4')).toMatchObject({ attempts: 4, interruptions: 0 });
    });

    it('cannot finish a job that another run took over', async () => {
      await start('a', 'old');
      await store.runs.recover(true);
      await start('a', 'new');
      const result = await resultOf(newJob('a'));
      expect(await store.runs.complete(run('a', 'old'), result)).toBe(false);
      expect(await store.runs.fail(run('a', 'old'), { code: 'X', detail: '' })).toBe(false);
      expect(await store.runs.release(run('a', 'old'), false)).toBe(false);
      const held = await store.runs.renew([run('a', 'old'), run('a', 'new')], 1);
      expect(held).toEqual([run('a', 'new')]);
      expect(await store.runs.find('a')).toMatchObject({ state: 'active' });
      expect(await store.runs.complete(run('a', 'new'), result)).toBe(true);
      expect(await store.results.read('a')).toEqual(result.bytes);
    });

    it('may say twice that they completed', async () => {
      await finish('a');
      expect(await store.runs.complete(run('a'), await resultOf(newJob('a')))).toBe(true);
    });

    it('do not begin once the job is cancelled', async () => {
      await store.submissions.cancel('a');
      expect(await claim('1')).toBeUndefined();
    });

    it('give the job back, which is no interruption', async () => {
      await start('a');
      expect(await store.runs.release(run('a'), false)).toBe(true);
      expect(await store.runs.find('a')).toMatchObject({ state: 'waiting', attempts: 1 });
      expect(await start('a', '2')).toMatchObject({ attempts: 2, interruptions: 0 });
    });

    it('are taken over when their lease has run out, not before', async () => {
      await start('a');
      expect(await store.runs.recover(false)).toBe(0);
      clock += LEASE_MS + 1;
      await store.runs.renew([run('a')], LEASE_MS);
      expect(await store.runs.recover(false)).toBe(0);
      clock += LEASE_MS + 1;
      expect(await store.runs.recover(false)).toBe(1);
      expect(await start('a', '2')).toMatchObject({ attempts: 2, interruptions: 1 });
    });

    it('use the weights that the model has now, where they changed while the job waited', async () => {
      const [fake] = [newJob('a').model];
      const changed = { name: fake.name, sha256: 'd'.repeat(64) };
      const other = newJob('b', { model: { name: 'other', sha256: 'e'.repeat(64) } });
      await store.submissions.submit([newSubmission('b', { job: other })]);
      expect(await store.runs.adopt([changed])).toBe(1);
      expect(await claim('1')).toBeUndefined();
      expect(await claim('1', { models: [changed.sha256] })).toMatchObject({ model: changed });
      const refused = await store.runs.refuseOthers([changed.name], (model) => ({
        code: 'MODEL_UNKNOWN',
        detail: model,
      }));
      expect(refused).toBe(1);
      expect(await store.submissions.find('b')).toMatchObject({
        state: 'failed',
        job: { error: { detail: 'other' } },
      });
      expect(await store.runs.countWaiting('')).toBe(0);
    });
  });

  describe('results', () => {
    it.each([0, 1, (1 << 18) - 1, 1 << 18, (1 << 19) + 7])(
      'of %d bytes come back whole',
      async (n) => {
        await submit('a');
        await start('a');
        const bytes = Uint8Array.from({ length: n }, (_, i) => (i * 31 + (i >> 8)) & 255);
        await store.runs.complete(run('a'), { ...(await resultOf(newJob('a'))), bytes });
        const read = await store.results.read('a');
        expect(read?.length).toBe(n);
        expect(Buffer.compare(read!, bytes)).toBe(0);
      },
    );

    it('are not shown before the job is completed', async () => {
      await submit('a');
      expect(await store.results.read('a')).toBeUndefined();
      expect(await store.results.read('unknown')).toBeUndefined();
    });

    it('that are damaged are computed again', async () => {
      await submit('a');
      await finish('a');
      expect(await store.runs.repeat('a')).toBe(true);
      expect(await store.runs.repeat('a')).toBe(false);
      expect(await store.submissions.find('a')).toMatchObject({ state: 'waiting' });
      expect(await store.results.read('a')).toBeUndefined();
      const again = await start('a', 'again');
      await store.runs.complete(run('a', 'again'), await resultOf(again));
      expect(await store.results.read('a')).toEqual((await resultOf(newJob('a'))).bytes);
    });
  });

  describe('an alignment', () => {
    const alignment = Uint8Array.from({ length: (1 << 18) + 9 }, (_, i) => i % 241);
    const withAlignment = (...owners: string[]) =>
      owners.map((owner) =>
        newSubmission(`a of ${owner}`, { owner, client: owner, job: newJob('a', { alignment }) }),
      );

    it('is there with the job that reads it, and goes with the last who asks for it', async () => {
      await store.submissions.submit(withAlignment('me', 'you'));
      expect(await store.results.readInput('a', 'alignment')).toEqual(alignment);
      await store.submissions.submit(withAlignment('me'));
      await finish('a');
      expect(await store.results.readInput('a', 'alignment')).toEqual(alignment);
      await store.submissions.remove('a of me');
      expect(await store.results.readInput('a', 'alignment')).toEqual(alignment);
      await store.submissions.remove('a of you');
      expect(await store.results.readInput('a', 'alignment')).toBeUndefined();
      await store.submissions.submit(withAlignment('me'));
      expect(await store.results.readInput('a', 'alignment')).toEqual(alignment);
    });

    it('is none where the job reads none', async () => {
      await submit('a');
      expect(await store.results.readInput('a', 'alignment')).toBeUndefined();
    });

    it('counts as space of who asked first, from the start', async () => {
      const space = async () => Object.fromEntries(await store.runs.unfinishedBytes());
      await store.submissions.submit(withAlignment('me', 'you'));
      await submit('b');
      expect(await space()).toEqual({ me: alignment.length, '': 0 });
      await start('a');
      expect(await space()).toMatchObject({ me: alignment.length });
      const displaced = () => store.submissions.displaced({ most: 0, free: 0 }, 10);
      expect(await displaced()).toEqual([]); // what has not finished does not go
      await store.runs.complete(run('a'), await resultOf(newJob('a')));
      expect(await space()).toEqual({ '': 0 });
      expect(await displaced()).toEqual(['a of me', 'a of you']);
      await store.runs.repeat('a');
      expect(await space()).toMatchObject({ me: alignment.length });
    });

    it('counts templates too', async () => {
      const job = newJob('t', { alignment, templates: new Uint8Array(77) });
      await store.submissions.submit([newSubmission('t', { client: 'me', job })]);
      expect(await store.runs.unfinishedBytes()).toEqual(new Map([['me', alignment.length + 77]]));
    });

    it('of what failed or was cancelled goes like a result, whoever has most of what waits', async () => {
      const ask = (id: string, client: string) =>
        store.submissions.submit([newSubmission(id, { client, job: newJob(id, { alignment }) })]);
      await ask('failed', 'me');
      await start('failed');
      await store.runs.fail(run('failed'), { code: 'INTERNAL', detail: '' });
      await ask('cancelled', 'me');
      await store.submissions.cancel('cancelled');
      for (const id of ['w1', 'w2', 'w3']) await ask(id, 'patient');
      const most = 3 * alignment.length;
      const displaced = await store.submissions.displaced({ most, free: 0 }, 10);
      expect(displaced.sort()).toEqual(['cancelled', 'failed']);
      for (const id of displaced) await store.submissions.remove(id);
      expect(await store.submissions.displaced({ most, free: 0 }, 10)).toEqual([]);
    });
  });

  describe('attention', () => {
    const name = 'trunk.1.2';
    const map = Uint8Array.from({ length: (1 << 18) + 9 }, (_, i) => i % 251);

    it('is kept with the result and goes with it', async () => {
      await submit('a');
      await finish('a');
      expect(await store.results.readAttention('a', name)).toBeUndefined();
      await store.results.keepAttention('a', new Map([[name, map.subarray(1)]]));
      const overview = map.subarray(0, 7);
      await store.results.keepAttention('a', new Map([[name, map], ['overview', overview]])); // prettier-ignore
      expect(await store.results.readAttention('a', name)).toEqual(map);
      expect(await store.results.readAttention('a', 'overview')).toEqual(overview);
      expect(await store.results.readAttention('a', 'trunk.1.1')).toBeUndefined();
      await store.submissions.remove('a');
      expect(await store.results.readAttention('a', name)).toBeUndefined();
    });

    it('is not kept of what has no result', async () => {
      await submit('a');
      await store.results.keepAttention('a', new Map([[name, map]]));
      expect(await store.results.readAttention('a', name)).toBeUndefined();
    });
  });

  describe('neighbours', () => {
    const SEQUENCE = 'MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQAPILSRVGDGTQ';
    const jobOf = (id: string, sequence: string): NewJob =>
      newJob(id, { request: { chains: [{ id: 'A', sequence }], numRecycles: 2 } });
    const complete = async (id: string, owner: string, sequence: string): Promise<void> => {
      const job = jobOf(id, sequence);
      await store.submissions.submit([newSubmission(id, { owner, job })]);
      await start(id);
      await store.runs.complete(run(id), await resultOf(job));
    };

    it('are the owner’s that resemble the job most, each under its newest name, without the job itself', async () => {
      for (let i = 0; i < 30; i++) await complete(`you ${i}`, 'you', SEQUENCE);
      await complete('near', 'me', SEQUENCE.slice(10));
      await complete('stranger', 'me', 'TTCCPSIVARSNFNVCRLPGTPEALCATYTGCIIIPGATCPGDYAN');
      await complete('nearer', 'me', SEQUENCE.slice(5));
      await complete('job', 'me', SEQUENCE);
      const job = jobOf('nearer', SEQUENCE.slice(5));
      const newName = newSubmission('new name', { owner: 'me', job });
      const sameJob = newSubmission('the same', { owner: 'me', job: jobOf('job', SEQUENCE) });
      await store.submissions.submit([newName, sameJob]);
      const asked = (await store.runs.find('job'))!;
      const found = await store.submissions.neighbours(asked, 'me', 5);
      expect(found.map(({ submission }) => submission.id)).toEqual(['new name', 'near']);
      expect(found[0]!.similarity).toBeCloseTo(Math.sqrt(118 / 133), 2);
      expect(await store.submissions.neighbours(asked, 'me', 1)).toHaveLength(1);
      expect(await store.submissions.neighbours(asked, 'nobody', 2)).toEqual([]);
    });

    it('are none where the job is not finished', async () => {
      await submit('a');
      const job = (await store.runs.find('a'))!;
      expect(await store.submissions.neighbours(job, '', 5)).toEqual([]);
    });
  });

  describe('what is to go', () => {
    const ask = async (client: string, ...ids: string[]): Promise<void> => {
      for (const id of ids) {
        clock++;
        const submission = newSubmission(`${id} of ${client}`, { client, job: newJob(id) });
        await store.submissions.submit([submission]);
        if ((await store.runs.find(id))?.state === 'waiting') await finish(id);
      }
    };
    const sizeOfOne = async (): Promise<number> => (await resultOf(newJob('a'))).bytes.length;

    it('are results of the client that has most, first those that were asked for longest ago', async () => {
      const bytes = await sizeOfOne();
      await ask('few', 'f1');
      await ask('many', 'm1', 'm2', 'm3', 'm1');
      const displaced = (share: number, free = 0) =>
        store.submissions.displaced({ most: share * bytes, free }, 10);
      expect(await displaced(4)).toEqual([]);
      expect(await displaced(3.5)).toEqual(['m2 of many']);
      expect(await displaced(2.5)).toEqual(['m2 of many', 'm3 of many']);
      expect(await displaced(4, 1)).toEqual(['m2 of many']);
      expect(await displaced(0)).toHaveLength(3); // the others’ when these are gone
    });

    it('are results under the ids of all who asked for them', async () => {
      await ask('a', 'shared');
      await ask('b', 'shared');
      expect(await store.submissions.displaced({ most: 0, free: 0 }, 10)).toEqual([
        'shared of a',
        'shared of b',
      ]);
    });

    it('are submissions that were last asked for before a time and have ended', async () => {
      await ask('a', 'old', 'again');
      const noon = (clock += 10);
      await ask('a', 'again', 'new');
      await submit('waiting');
      expect(await store.submissions.endedBefore(noon, 10)).toEqual(['old of a']);
      expect(await store.submissions.endedBefore(clock + 1, 10)).toEqual([
        'old of a',
        'again of a',
        'new of a',
      ]);
    });

    it('are batches and clients of which nothing is left', async () => {
      const batch = (id: string, ...members: string[]) =>
        store.submissions.submit(
          members.map((member) => newSubmission(member, { client: id })),
          { id, owner: 'me', members },
        );
      await batch('gone', 'a');
      await finish('a');
      await batch('kept', 'b', 'c');
      await store.submissions.remove('a');
      clock++;
      await store.submissions.tidy(clock);
      expect(await store.submissions.findBatch('gone')).toBeUndefined();
      expect(await store.submissions.findBatch('kept')).toBeDefined();
      expect((await claim('next'))?.id).toBe('b');
    });
  });

  it('answers a ping, and many at once', async () => {
    expect(await Promise.all([store.ping(), store.ping()])).toEqual([undefined, undefined]);
    await store.ping();
  });
});
