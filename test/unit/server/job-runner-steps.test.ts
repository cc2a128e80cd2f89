/** @file What a runner does when: a clock, a store, a bus and a model that the test moves. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SearchOptions } from '#alignment-search/found-alignment';
import { FoldError } from '#errors';
import type { PredictionProgress, PredictionRequest, Predictor } from '#predict/prediction';
import { JobRunner, type RunnerServices } from '#server/jobs/job-runner';
import { readSettings } from '#server/settings';
import type { JobEvent, JobWorker } from '#store/bus/job-bus';
import type { JobError, JobRecord, Run, SearchKind, StoredResult } from '#store/job';
import type { Claim, Claimed } from '#store/prediction-store';
import { fakePrediction, fakePredictor } from '../../helpers/fake-predictor.js';
import { submissionRecord } from '../../helpers/jobs.js';

vi.mock(
  'node:timers/promises',
  async () => (await import('../../helpers/faked-delay.js')).fakedDelay,
);
/** Packing waits for other threads, whatever the clock of the test says. */
const PACKED = Uint8Array.of(1, 2, 3);
vi.mock('#predict/files/serialise', () => ({
  serialisePrediction: () => Promise.resolve(Uint8Array.of(1, 2, 3)),
}));

/** A server of alignments that answers at once, and says so. */
vi.mock('#alignment-search/server/server-source', () => ({
  serverSource: () => ({
    find: (_chains: object, _record: string, { onProgress }: SearchOptions) => {
      onProgress?.({ step: 'submit', message: 'sent' });
      onProgress?.({ step: 'run', message: 'searched' });
      return Promise.resolve({ bytes: new Uint8Array(), name: 'server' });
    },
  }),
}));
vi.mock('#server/jobs/stored-alignment', () => ({
  packAlignment: () => Promise.resolve({ packed: new Uint8Array(7) }),
  alignmentOfJob: () => Promise.resolve(undefined),
}));

const SHA256 = 'f'.repeat(64);

/** What waits to be claimed, in this order. */
let queue: Claimed[];
let claims: Claim[];
/** What the bus was told: events of jobs, and `wake`. */
let told: (JobEvent | string)[];
/** What metrics, health and log were told. */
let noted: unknown[];
let worker: JobWorker;
let hasLeft: boolean;
let runner: JobRunner;
/** What the model does with a request. */
let predict: Predictor['predict'];
/** What the store does with what it is given; by default it takes all. */
const runs = {
  claim: vi.fn<(claim: Claim) => Promise<Claimed | undefined>>(),
  adopt: vi.fn<(models: readonly object[]) => Promise<number>>(),
  complete: vi.fn<(run: Run, result: StoredResult) => Promise<boolean>>(),
  found: vi.fn<(run: Run, inputs: object) => Promise<boolean>>(),
  fail: vi.fn<(run: Run, error: JobError) => Promise<boolean>>(),
  release: vi.fn<(run: Run, isInterrupted: boolean) => Promise<boolean>>(),
  renew: vi.fn<(runs: readonly Run[], leaseMs: number) => Promise<readonly Run[]>>(),
  recover: vi.fn<(evenLeased: boolean) => Promise<number>>(),
};

beforeEach(() => {
  vi.useFakeTimers({ now: 1e12 });
  [queue, claims, told, noted, hasLeft] = [[], [], [], [], false];
  predict = (request) => Promise.resolve(fakePrediction(request));
  const taken = () => Promise.resolve(true);
  runs.claim.mockReset().mockImplementation((claim) => {
    claims.push(claim);
    const { searches = false, seconds = Infinity, exceptClients = [] } = claim;
    const at = queue.findIndex(
      ({ job, client }) =>
        job.searches === searches &&
        job.estimate.seconds <= seconds &&
        !exceptClients.includes(client),
    );
    return Promise.resolve(at < 0 ? undefined : queue.splice(at, 1)[0]);
  });
  runs.adopt.mockReset().mockResolvedValue(0);
  for (const name of ['complete', 'found', 'fail', 'release'] as const)
    runs[name].mockReset().mockImplementation(taken);
  runs.renew.mockReset().mockImplementation((held) => Promise.resolve(held));
  runs.recover.mockReset().mockResolvedValue(0);
});
afterEach(() => void vi.useRealTimers());

function start(environment: Record<string, string> = {}, changes: object = {}): JobRunner {
  const note =
    (what: string) =>
    (...args: unknown[]): number =>
      noted.push([what, ...args]);
  const message = (level: string) => (_what: object, text: string) =>
    noted.push(`${level}: ${text}`);
  const services = {
    settings: readSettings({ DRAIN_SECONDS: '3', ...environment }),
    store: { runs, results: {} },
    bus: {
      attend: (attending: JobWorker) => {
        worker = attending;
        return () => (hasLeft = true);
      },
      publish: (event: JobEvent) => told.push(event),
      wake: () => told.push('wake'),
    },
    predictors: [{ ...fakePredictor(), predict: (request: PredictionRequest, options: object) => predict(request, options) }], // prettier-ignore
    log: { info: message('info'), warn: message('warn'), error: message('error') },
    metrics: {
      waitSeconds: note('waited'),
      runSeconds: note('ran'),
      finished: note('finished'),
    },
    health: { doubt: note('doubt') },
    templateSearch: { find: () => Promise.resolve(undefined) },
    ...changes,
  };
  runner = new JobRunner(services as unknown as RunnerServices);
  runner.start();
  return runner;
}
const settle = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const waits = (id: string, job: Partial<JobRecord> = {}, client = 'a'): Claimed => ({
  job: submissionRecord('active', { job: { id, attempts: 1, queuedAt: Date.now(), ...job } }).job,
  client,
});
const events = () => told.filter((event) => typeof event !== 'string').map(({ data }) => data);
const states = () => events().flatMap((data) => (data as { state?: string }).state ?? []);
/** A model that is at work until it is told to end; it ends by its signal too. */
const atWork = () => {
  const all: { id: string; isExpress: boolean | undefined; finish: () => void; isAborted: () => boolean }[] = []; // prettier-ignore
  predict = (request, { signal, isExpress } = {}) =>
    new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => {
        reject(new FoldError('JOB_CANCELLED', 'cancelled'));
      });
      all.push({
        ...{ id: request.name, isExpress, isAborted: () => signal?.aborted === true },
        finish: () => {
          resolve(fakePrediction(request));
        },
      });
    });
  return all;
};

describe('a run', () => {
  it('is told from its start to its end, with what it took', async () => {
    predict = async (request) => {
      await new Promise((resolve) => setTimeout(resolve, 2500));
      return fakePrediction(request);
    };
    queue = [waits('x', { queuedAt: Date.now() - 3000, numResidues: 7 })];
    start();
    await settle(2400);
    expect(states()).toEqual(['active']);
    await settle(200);
    expect(states()).toEqual(['active', 'completed']);
    expect(events()).toMatchObject([{ order: 1e6 }, { order: 2e6 - 1 }]);
    expect(noted).toEqual([
      'info: job started',
      ['waited', 7, 3],
      ['finished', 'completed'],
      ['ran', 7, 2.5],
    ]);
    const [run, { bytes, summary }] = runs.complete.mock.calls[0]!;
    expect([run.id, bytes]).toEqual(['x', PACKED]);
    expect(Object.keys(summary)).toEqual(['meanPlddt', 'ptm']);
  });

  it('stores how the chains of a complex lie to each other', async () => {
    predict = (request) =>
      Promise.resolve({ ...fakePrediction(request), complex: { iptm: 0.25 } as never });
    queue = [waits('x')];
    start();
    await settle();
    expect(runs.complete.mock.calls[0]?.[1].summary).toMatchObject({ iptm: 0.25 });
  });

  it('is asked for without anybody’s name', async () => {
    const seen: PredictionRequest[] = [];
    predict = (request) => {
      seen.push(request);
      return Promise.resolve(fakePrediction(request));
    };
    queue = [waits('x')];
    start();
    await settle();
    expect(seen).toMatchObject([{ name: 'x', chains: [{ id: 'A' }], numRecycles: 2 }]);
  });

  it('tells its blocks ten times a second, and coordinates always', async () => {
    let onProgress: (progress: PredictionProgress) => void = () => undefined;
    predict = (_request, options) =>
      new Promise(() => {
        onProgress = options?.onProgress ?? onProgress;
      });
    queue = [waits('x')];
    start();
    await settle(1000);
    const [atom14, plddt] = [new Float32Array(42), new Float32Array(1)];
    const numTold = async (ms: number, result: object = {}) => {
      const before = events().length;
      await settle(ms);
      onProgress({ pass: 1, numPasses: 3, block: 0, numBlocks: 4, ...result });
      return events().length - before;
    };
    expect(await numTold(0)).toBe(1);
    expect(await numTold(99)).toBe(0);
    expect(await numTold(1)).toBe(1);
    expect(await numTold(50, { atom14, plddt })).toBe(2);
    expect(await numTold(99)).toBe(0);
    expect(await numTold(1)).toBe(1);
  });

  it('that others have taken over or cancelled tells no end', async () => {
    runs.complete.mockResolvedValue(false);
    queue = [waits('x')];
    start();
    await settle();
    expect(states()).toEqual(['active']);
    expect(noted).not.toContainEqual(['finished', 'completed']);
  });
});

describe('a run that fails', () => {
  const fails = async (error: Error, job: Partial<JobRecord> = {}) => {
    predict = () => Promise.reject(error);
    queue = [waits('x', job)];
    start({ MAX_RESTARTS: '50' });
    await settle();
  };

  it('ends its job with the reason, and the model is doubted', async () => {
    await fails(new FoldError('TENSOR_SHAPE', 'wrong', { hint: 'try' }));
    expect(runs.fail.mock.calls[0]?.[1]).toEqual({
      ...{ code: 'TENSOR_SHAPE', detail: 'wrong', hint: 'try' },
    });
    expect(states()).toEqual(['active', 'failed']);
    expect(noted.slice(2)).toEqual(['warn: job failed', ['doubt', SHA256], ['finished', 'failed']]);
  });

  it('has no hint where there is none, and keeps what is ours to itself', async () => {
    await fails(new FoldError('TENSOR_SHAPE', 'wrong'));
    expect(runs.fail.mock.calls[0]?.[1]).toStrictEqual({ code: 'TENSOR_SHAPE', detail: 'wrong' });
    runs.fail.mockClear();
    await runner.drain();
    await fails(new Error('secret'));
    expect(JSON.stringify(runs.fail.mock.calls[0]?.[1])).not.toContain('secret');
    expect(noted).toContain('error: prediction failed');
  });

  it('tells nothing where the job is somebody else’s by now', async () => {
    runs.fail.mockResolvedValue(false);
    await fails(new FoldError('TENSOR_SHAPE', 'wrong'));
    expect(states()).toEqual(['active']);
    expect(noted).not.toContainEqual(['finished', 'failed']);
  });

  it.each([
    [0, 100],
    [2, 300],
    [20, 1000],
  ])(
    'because its process died after %i others is given back after %i ms',
    async (interruptions, ms) => {
      await fails(new FoldError('PROCESS_DIED', 'it died'), { interruptions });
      await settle(ms - 1);
      expect(runs.release).not.toHaveBeenCalled();
      await settle(1);
      expect(runs.release.mock.calls[0]?.[1]).toBe(true);
      expect(states()).toEqual(['active', 'waiting']);
      expect(noted).toContain('warn: model process died');
      expect(runs.fail).not.toHaveBeenCalled();
    },
  );

  it('because it was stopped is given back at once, and that is told if it was its own', async () => {
    await fails(new FoldError('JOB_CANCELLED', 'stopped'));
    expect(runs.release.mock.calls[0]?.[1]).toBe(false);
    expect(states()).toEqual(['active', 'waiting']);
    await runner.drain();
    told = [];
    runs.release.mockResolvedValue(false);
    await fails(new FoldError('JOB_CANCELLED', 'stopped'));
    expect(states()).toEqual(['active']);
  });

  it('is not begun once more than it may be', async () => {
    const begun = atWork();
    queue = [waits('x', { interruptions: 3 }), waits('y', { interruptions: 4 })];
    start({ MAX_RESTARTS: '3', CONCURRENCY: '2' });
    await settle();
    expect(begun.map(({ id }) => id)).toEqual(['x']);
    expect(runs.fail.mock.calls[0]?.[1]).toMatchObject({
      code: 'JOB_INTERRUPTED',
      detail: expect.stringContaining('interrupted 4 times') as string,
    });
  });

  it('is lost where its end cannot be written, and the next begins', async () => {
    runs.fail.mockRejectedValue(new Error('a bug'));
    queue = [waits('x'), waits('y')];
    predict = ({ name, ...request }) => name === 'x' ? Promise.reject(new Error('no')) : Promise.resolve(fakePrediction({ name, ...request })); // prettier-ignore
    start();
    await settle();
    expect(noted).toContain('error: run was lost, its lease will end');
    expect(runs.complete.mock.calls.map(([{ id }]) => id)).toEqual(['y']);
  });
});

describe('a store that is away', () => {
  const away = new FoldError('STORE_UNAVAILABLE', 'away');

  it('is given the result again each second, and room is made for just that', async () => {
    const makeRoom = vi.fn().mockResolvedValue(true);
    runs.complete.mockRejectedValueOnce(away).mockRejectedValueOnce(away);
    queue = [waits('x')];
    start({}, { makeRoom });
    await settle();
    expect(runs.complete).toHaveBeenCalledTimes(1);
    await settle(999);
    expect(runs.complete).toHaveBeenCalledTimes(1);
    await settle(1);
    expect(runs.complete).toHaveBeenCalledTimes(2);
    await settle(1000);
    expect(states()).toEqual(['active', 'completed']);
    expect(makeRoom.mock.calls).toEqual([[PACKED.length], [PACKED.length]]);
    expect(noted.filter((note) => note === 'warn: the store does not answer, trying again')).toHaveLength(2); // prettier-ignore
  });

  it('need not have made room while it is away', async () => {
    runs.complete.mockRejectedValueOnce(away);
    queue = [waits('x')];
    start({}, { makeRoom: () => Promise.reject(away) });
    await settle(1000);
    expect(states()).toEqual(['active', 'completed']);
    expect(noted).toContain('warn: nothing could be deleted to make room');
  });

  it('without room for a result fails the job; an end without a result needs none', async () => {
    runs.complete.mockRejectedValue(away);
    runs.fail.mockRejectedValueOnce(away);
    const makeRoom = vi.fn().mockResolvedValue(false);
    queue = [waits('x')];
    start({}, { makeRoom });
    await settle(1000);
    expect(runs.fail.mock.lastCall?.[1]).toMatchObject({ code: 'STORE_FULL' });
    expect(makeRoom).toHaveBeenCalledTimes(1);
    expect(states()).toEqual(['active', 'failed']);
  });

  it('of another kind of failure ends the run', async () => {
    runs.complete.mockRejectedValue(new FoldError('PREDICTION_DAMAGED', 'no'));
    queue = [waits('x')];
    start();
    await settle();
    expect(runs.fail.mock.calls[0]?.[1]).toMatchObject({ code: 'PREDICTION_DAMAGED' });
  });

  it('does not keep a place from the next once the job is cancelled', async () => {
    runs.complete.mockRejectedValue(away);
    queue = [waits('x'), waits('y')];
    start();
    await settle();
    worker.cancel('other');
    await settle(10);
    expect(states()).toEqual(['active']);
    worker.cancel('x');
    await settle(10);
    expect(states()).toEqual(['active', 'active']);
    expect(runs.complete).toHaveBeenCalledTimes(2);
  });

  it('has no job, and is asked again a second later', async () => {
    runs.claim.mockRejectedValueOnce(away);
    queue = [waits('x')];
    start();
    await settle(999);
    expect(noted).toEqual(['warn: no job could be taken, trying again']);
    await settle(1);
    expect(states()).toEqual(['active', 'completed']);
  });
});

describe('jobs', () => {
  it('are claimed for the models that are here, each run under a name of its own', async () => {
    atWork();
    queue = [waits('x'), waits('y')];
    start({ CONCURRENCY: '2', LEASE_SECONDS: '7' });
    await settle();
    expect(claims[0]).toEqual({
      ...{ token: expect.any(String) as string, leaseMs: 7000, models: [SHA256] },
    });
    expect(new Set(claims.map(({ token }) => token)).size).toBe(claims.length);
    expect(claims.filter(({ searches }) => searches).map(({ searches, leaseMs, models }) => [searches, leaseMs, models])).toContainEqual(['server', 7000, [SHA256]]); // prettier-ignore
  });

  it('run as many at a time as should, and short ones beside', async () => {
    const begun = atWork();
    queue = [10, 12, 5].map((seconds, i) =>
      waits('xyz'[i]!, { estimate: { seconds, megabytes: 30 } }, 'xyz'[i]),
    );
    start({ CONCURRENCY: '2', MEMORY_LIMIT_MB: '100' });
    await settle();
    expect(begun.map(({ id, isExpress }) => [id, isExpress])).toEqual([
      ['x', false],
      ['y', false],
      ['z', true],
    ]);
    const room = { seconds: 5, megabytes: 140, exceptClients: ['x', 'y'] };
    expect(claims.find(({ seconds }) => seconds !== undefined)).toMatchObject(room);
    expect(runner.megabytes).toBe(90);
    begun[2]!.finish();
    await settle();
    expect(runner.megabytes).toBe(60);
  });

  it('leave a place to what has a turn, which is asked where there is one', async () => {
    const begun = atWork();
    let numAsked = 0;
    const takeTurn = () => {
      numAsked++;
      return numAsked === 1 ? undefined : { client: 'b', estimate: { seconds: 4, megabytes: 1 } };
    };
    queue = [waits('x')];
    start({}, { takeTurn });
    await settle();
    expect(begun).toHaveLength(1);
    expect(numAsked).toBe(1);
    begun[0]!.finish();
    await settle();
    expect(numAsked).toBe(2);
    expect(claims.at(-3)).toMatchObject({ seconds: 2, exceptClients: ['b'] });
  });

  it('are looked for each second, and when somebody says so', async () => {
    start();
    await settle();
    const perLook = claims.length;
    await settle(999);
    expect(claims).toHaveLength(perLook);
    await settle(1);
    expect(claims).toHaveLength(2 * perLook);
    worker.wake();
    await settle();
    expect(claims).toHaveLength(3 * perLook);
  });

  it('that came while others were looked for are looked for again', async () => {
    let answer: (claimed?: Claimed) => void = () => undefined;
    runs.claim.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)));
    start();
    await settle();
    queue = [waits('x')];
    worker.wake();
    worker.wake();
    answer();
    await settle();
    expect(states()).toEqual(['active', 'completed']);
  });

  it('of other weights are adopted where nothing else is to do', async () => {
    runs.adopt.mockImplementationOnce(() => {
      queue = [waits('x')];
      return Promise.resolve(2);
    });
    const begun = atWork();
    start();
    await settle();
    expect(runs.adopt.mock.calls[0]?.[0]).toMatchObject([{ name: 'fake', sha256: SHA256 }]);
    expect(begun.map(({ id }) => id)).toEqual(['x']);
    expect(noted[0]).toBe('info: jobs of another version run with the weights of this one');
    expect(runs.adopt).toHaveBeenCalledTimes(1); // not for what would run beside
  });
});

describe('leases', () => {
  it('are renewed three times in their length; a run that has lost its own ends', async () => {
    const begun = atWork();
    queue = [waits('x'), waits('y')];
    start({ LEASE_SECONDS: '6', CONCURRENCY: '2' });
    await settle(1999);
    expect(runs.renew).not.toHaveBeenCalled();
    runs.renew.mockImplementationOnce((held) => Promise.resolve(held.slice(1)));
    await settle(1);
    const [held, leaseMs] = runs.renew.mock.calls[0]!;
    expect([held.map(({ id }) => id), leaseMs]).toEqual([['x', 'y'], 6000]);
    expect(begun.map(({ isAborted }) => isAborted())).toEqual([true, false]);
  });

  it('of others that have run out let their jobs be looked for at once', async () => {
    start({ LEASE_SECONDS: '2' });
    await settle();
    const before = claims.length;
    await settle(700);
    expect(runs.recover.mock.calls).toEqual([[false]]);
    expect(runs.renew).not.toHaveBeenCalled(); // nothing runs
    expect(claims).toHaveLength(before);
    runs.recover.mockResolvedValueOnce(1);
    await settle(310); // the usual look
    expect(claims).toHaveLength(2 * before);
    await settle(390);
    expect(runs.recover).toHaveBeenCalledTimes(2);
    expect(claims).toHaveLength(3 * before);
  });

  it('of a single run are renewed too', async () => {
    atWork();
    queue = [waits('x')];
    start({ LEASE_SECONDS: '2' });
    await settle(700);
    expect(runs.renew.mock.calls.map(([held]) => held.map(({ id }) => id))).toEqual([['x']]);
  });

  it('that cannot be renewed are told in the log', async () => {
    runs.recover.mockRejectedValue(new Error('away'));
    start({ LEASE_SECONDS: '1' });
    await settle(334);
    expect(noted).toEqual(['warn: leases could not be renewed']);
  });
});

describe('searches', () => {
  const library = { from: 'library' as const, place: 'p' };
  const sought = (id: string, searches: SearchKind) =>
    waits(id, {
      ...{ searches, numResidues: 3, estimate: { seconds: 1, megabytes: 500 } },
      request: { chains: [{ id: 'A', sequence: 'MKV' }], numRecycles: 0, templates: library },
    });
  const searching = () => {
    const all: { onMessage: (message: string) => void; signal: AbortSignal; end: (found?: Uint8Array) => void }[] = []; // prettier-ignore
    const find = (
      _request: unknown,
      options: { signal: AbortSignal; onMessage: (message: string) => void },
    ) =>
      // prettier-ignore
      new Promise<Uint8Array | undefined>((resolve, reject) => {
        options.signal.addEventListener('abort', () => {
          reject(new FoldError('JOB_CANCELLED', 'stopped'));
        });
        all.push({ ...options, end: resolve });
      });
    return { all, templateSearch: { find } };
  };

  it('go on beside predictions, one of each kind at a time, and take no memory', async () => {
    const { all, templateSearch } = searching();
    const begun = atWork();
    queue = [sought('s1', 'server'), sought('s2', 'server'), sought('l1', 'library'), waits('x')];
    start({}, { templateSearch });
    await settle();
    expect(states()).toHaveLength(3);
    expect(begun.map(({ id }) => id)).toEqual(['x']);
    expect(runner.megabytes).toBe(50);
    expect(queue.map(({ job }) => job.id)).toEqual(['s2']);
    expect(noted.filter((note) => Array.isArray(note))).toEqual([['waited', 10, 0]]);
    all[0]!.end();
    await settle();
    expect(queue).toEqual([]);
  });

  it('tell what they do, store what they find, and let the job wait to be computed', async () => {
    const { all, templateSearch } = searching();
    queue = [sought('l1', 'library')];
    start({}, { templateSearch });
    await settle();
    all[0]!.onMessage('one');
    all[0]!.onMessage('two');
    const found = Uint8Array.of(1, 2, 3);
    all[0]!.end(found);
    await settle();
    expect(events()).toMatchObject([
      { state: 'active' },
      { kind: 'search', message: 'one', order: 1e6 + 1 },
      { kind: 'search', message: 'two', order: 1e6 + 2 },
      { state: 'waiting' },
    ]);
    expect(told.at(-1)).toBe('wake');
    expect(runs.found.mock.calls[0]?.[1]).toEqual({ templates: found });
    expect(noted).toEqual(['info: job started']);
  });

  it('for relatives store what the server gave, and say whom they asked', async () => {
    const away = new FoldError('STORE_UNAVAILABLE', 'away');
    const makeRoom = vi.fn().mockResolvedValue(true);
    const MSA_SERVER = 'https://a.example';
    const environment = { MSA_SERVER, CODONFOLD_CONTACT: 'me@b.example' };
    const relatives = (id: string) =>
      waits(id, {
        searches: 'server',
        request: {
          ...{ chains: [{ id: 'A', sequence: 'MKV' }], numRecycles: 0 },
          alignment: { server: MSA_SERVER, mode: 'env' },
        },
      });
    runs.found.mockRejectedValueOnce(away);
    queue = [relatives('s1')];
    start(environment, { makeRoom });
    await settle(1000);
    expect(runs.found.mock.lastCall?.[1]).toStrictEqual({ alignment: new Uint8Array(7) });
    expect(makeRoom.mock.calls).toEqual([[7]]);
    expect(events()).toMatchObject([{ state: 'active' }, { message: 'sent' }, { message: 'searched' }, { state: 'waiting' }]); // prettier-ignore
    expect(noted.filter((note) => note === 'info: sent' || note === 'info: searched')).toEqual(['info: sent']); // prettier-ignore
    await runner.drain();
    runs.found.mockRejectedValueOnce(away);
    queue = [relatives('s2')];
    start(environment, {
      ...{ makeRoom, templateSearch: { find: () => Promise.resolve(new Uint8Array(5)) } },
    });
    await settle(1000);
    expect(runs.found.mock.lastCall?.[1]).toStrictEqual({
      ...{ alignment: new Uint8Array(7), templates: new Uint8Array(5) },
    });
    expect(makeRoom.mock.lastCall).toEqual([12]);
  });

  it('store nothing where they have lost their job', async () => {
    const { all, templateSearch } = searching();
    runs.found.mockResolvedValue(false);
    queue = [sought('l1', 'library')];
    start({}, { templateSearch });
    await settle();
    all[0]!.end();
    await settle();
    expect(runs.found.mock.calls[0]?.[1]).toStrictEqual({});
    expect(states()).toEqual(['active']);
    expect(told).not.toContain('wake');
  });

  it('that fail say nothing about the model, and room is made for what they find', async () => {
    const away = new FoldError('STORE_UNAVAILABLE', 'away');
    runs.found.mockRejectedValue(away);
    const makeRoom = vi.fn().mockResolvedValue(false);
    queue = [sought('l1', 'library')];
    const templateSearch = { find: () => Promise.resolve(new Uint8Array(5)) };
    start({}, { templateSearch, makeRoom });
    await settle();
    expect(makeRoom).toHaveBeenCalledWith(5);
    expect(runs.fail.mock.calls[0]?.[1]).toMatchObject({ code: 'STORE_FULL' });
    expect(noted).not.toContainEqual(['doubt', SHA256]);
  });

  it('go on elsewhere once the server ends', async () => {
    const { all, templateSearch } = searching();
    queue = [sought('l1', 'library')];
    start({}, { templateSearch });
    await settle();
    await runner.drain();
    expect(all[0]!.signal.aborted).toBe(true);
    expect(runs.release.mock.calls[0]?.[1]).toBe(false);
  });
});

describe('the end', () => {
  it('comes when what runs has ended, and leaves nothing behind', async () => {
    const begun = atWork();
    queue = [waits('x'), waits('y')];
    start();
    await settle();
    let isOver = false;
    void runner.drain().then(() => (isOver = true));
    expect(hasLeft).toBe(true);
    await settle(2900);
    expect([isOver, begun[0]!.isAborted()]).toEqual([false, false]);
    begun[0]!.finish();
    await settle();
    expect(isOver).toBe(true);
    expect(begun).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('stops what takes longer than it may, and waits five seconds at most for that', async () => {
    const begun = atWork();
    runs.release.mockRejectedValue(new FoldError('STORE_UNAVAILABLE', 'away'));
    const isStubborn = new Promise<boolean>(() => undefined);
    queue = [waits('x')];
    start();
    await settle();
    runs.release.mockReturnValue(isStubborn);
    let isOver = false;
    void runner.drain().then(() => (isOver = true));
    await settle(2999);
    expect(begun[0]!.isAborted()).toBe(false);
    await settle(1);
    expect(begun[0]!.isAborted()).toBe(true);
    await settle(4999);
    expect(isOver).toBe(false);
    await settle(1);
    expect(isOver).toBe(true);
  });
});
