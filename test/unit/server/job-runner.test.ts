import { rmSync } from 'node:fs';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FoldError } from '#errors';
import type { PredictionRequest, Predictor } from '#predict/prediction';
import { readSettings } from '#server/settings';
import { JobRunner, type RunnerServices } from '#server/jobs/job-runner';
import { ModelHealth } from '#server/jobs/model-health';
import { Metrics } from '#server/metrics';
import { openBus } from '#store/bus/open-bus';
import type { JobBus } from '#store/bus/job-bus';
import type { NewJob } from '#store/job';
import { openStore } from '#store/open-store';
import type { PredictionStore } from '#store/prediction-store';
import { fakePrediction, fakePredictor } from '../../helpers/fake-predictor.js';
import { newJob, newSubmission } from '../../helpers/jobs.js';
import { temporaryFolder } from '../../helpers/services.js';

const away = (): Promise<never> =>
  Promise.reject(new FoldError('STORE_UNAVAILABLE', 'the database is away'));
const died = new FoldError('PROCESS_DIED', 'the model process ended');
/** How long something may take on a busy machine. */
const PATIENCE_MS = 10_000;
const log = pino({ level: 'silent' });

/** A run of the model that has begun; it lasts until it is ended, by the test or by its signal. */
interface Begun {
  readonly id: string;
  readonly finish: () => void;
  readonly fail: (error: Error) => void;
}

let folder: string;
let store: PredictionStore;
let bus: JobBus;
let runner: JobRunner;
/** All that have begun, the names of their jobs in this order. */
let begun: Begun[];
/** What runs at this moment. */
let numRunning: number;
let aborted: string[];
/** Called for each run; by default nothing ends it. */
let onBegin: (run: Begun) => void;

const predictor: Predictor = {
  ...fakePredictor(),
  predict: (request: PredictionRequest, { signal } = {}) =>
    new Promise((resolve, reject) => {
      numRunning++;
      const end = (settle: () => void): void => {
        numRunning--;
        settle();
      };
      const run: Begun = {
        id: request.name,
        finish: () => {
          end(() => {
            resolve(fakePrediction(request));
          });
        },
        fail: (error) => {
          end(() => {
            reject(error);
          });
        },
      };
      signal?.addEventListener('abort', () => {
        aborted.push(run.id);
        run.fail(new FoldError('JOB_CANCELLED', 'cancelled'));
      });
      begun.push(run);
      onBegin(run);
    }),
};

/** A runner of the store, with some of its services replaced. */
function runnerOf(
  environment: Record<string, string> = {},
  changes: Partial<RunnerServices> = {},
): JobRunner {
  const settings = readSettings({ DRAIN_SECONDS: '0', ...environment });
  const metrics = new Metrics(store);
  // failed jobs are not this file's business: a model on trial would count among the runs
  const health = new ModelHealth([], log);
  const templateSearch = { find: () => Promise.resolve(undefined) };
  const services = {
    ...{ settings, store, bus, predictors: [predictor], log, metrics, health },
    templateSearch,
  };
  runner = new JobRunner({ ...services, ...changes });
  return runner;
}

/** The store, where some of what runs do goes otherwise. */
const storeWhere = (changes: Partial<PredictionStore['runs']>): PredictionStore => {
  const { runs } = store;
  const all = [
    'find',
    'claim',
    'renew',
    'complete',
    'fail',
    'release',
    'recover',
    'adopt',
  ] as const;
  const bound = Object.fromEntries(all.map((name) => [name, runs[name].bind(runs)]));
  return { ...store, runs: { ...bound, ...changes } as PredictionStore['runs'] };
};

/** Somebody asks for jobs; the runner is told. */
async function submit(client: string, ids: readonly string[], changes: Partial<NewJob> = {}) {
  for (const id of ids)
    await store.submissions.submit([newSubmission(id, { client, job: newJob(id, changes) })]);
  bus.wake();
}

async function stateOf(id: string): Promise<string | undefined> {
  return (await store.runs.find(id))?.state;
}

const names = (): string[] => begun.map(({ id }) => id);
const haveBegun = (...ids: string[]): Promise<void> =>
  vi.waitFor(() => {
    expect(names()).toEqual(ids);
  }, PATIENCE_MS);
const becomes = (id: string, state: string): Promise<void> =>
  vi.waitFor(async () => {
    expect(await stateOf(id)).toBe(state);
  }, PATIENCE_MS);
const finishAtOnce = ({ finish }: Begun): void => {
  setImmediate(finish);
};

beforeEach(async () => {
  folder = temporaryFolder('runner');
  store = await openStore({ dataDir: folder });
  bus = openBus();
  [begun, numRunning, aborted, onBegin] = [[], 0, [], () => undefined];
});
afterEach(async () => {
  onBegin = () => undefined;
  await runner.drain();
  await bus.close();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('jobs', () => {
  it('run one at a time, of each client in turn', async () => {
    await submit('a', ['a1', 'a2', 'a3', 'a4']);
    await submit('b', ['b1', 'b2']);
    let most = 0;
    onBegin = (run) => {
      most = Math.max(most, numRunning);
      finishAtOnce(run);
    };
    runnerOf().start();
    await becomes('a4', 'completed');
    expect(names()).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', 'a4']);
    expect(most).toBe(1);
  });

  it('count their runs, and apart from them those that ended without saying how', async () => {
    await submit('a', ['a1']);
    onBegin = (run) => {
      if (begun.length <= 2) run.fail(died);
      else finishAtOnce(run);
    };
    runnerOf().start();
    await vi.waitFor(async () => {
      expect(await store.runs.find('a1')).toMatchObject({
        state: 'completed',
        attempts: 3,
        interruptions: 2,
      });
    }, PATIENCE_MS);
  });

  it('that end their process each time fail in the end, and the others run meanwhile', async () => {
    await submit('a', ['poison']);
    await submit('b', ['b1', 'b2', 'b3']);
    onBegin = (run) => {
      if (run.id === 'poison') run.fail(died);
      else finishAtOnce(run);
    };
    runnerOf({ MAX_RESTARTS: '2' }).start();
    await vi.waitFor(async () => {
      expect(await store.runs.find('poison')).toMatchObject({
        state: 'failed',
        error: { code: 'JOB_INTERRUPTED' },
      });
    }, PATIENCE_MS);
    const runsOf = (name: string): number => names().filter((id) => id === name).length;
    expect(runsOf('poison')).toBe(3); // the first run and two more
    expect(names().lastIndexOf('poison')).toBeGreaterThan(names().indexOf('b1'));
    await becomes('b3', 'completed');
    expect(runsOf('b1') + runsOf('b2') + runsOf('b3')).toBe(3);
  });

  it('fail at once where another run would fail in the same way', async () => {
    await submit('a', ['a1', 'a2']);
    onBegin = (run) => {
      if (run.id === 'a1') run.fail(new FoldError('TENSOR_SHAPE', 'wrong', { hint: 'try' }));
      else finishAtOnce(run);
    };
    runnerOf().start();
    await becomes('a2', 'completed');
    expect(await store.runs.find('a1')).toMatchObject({
      state: 'failed',
      attempts: 1,
      error: { code: 'TENSOR_SHAPE', detail: 'wrong', hint: 'try' },
    });
  });

  it('keep to themselves what went wrong inside', async () => {
    await submit('a', ['a1']);
    onBegin = (run) => {
      run.fail(new Error('/home/secret'));
    };
    runnerOf().start();
    await becomes('a1', 'failed');
    expect(JSON.stringify(await store.runs.find('a1'))).not.toContain('secret');
  });

  it('start beside a long one where they are short and another’s', async () => {
    await submit('a', ['long'], { estimate: { seconds: 100, megabytes: 1 } });
    runnerOf().start();
    await haveBegun('long');
    await submit('a', ['own']);
    await submit('b', ['middling'], { estimate: { seconds: 60, megabytes: 1 } });
    await submit('b', ['short']);
    await haveBegun('long', 'short');
  });

  it('leave their place to what has a turn, but for short ones of others', async () => {
    const estimate = { seconds: 10, megabytes: 100 };
    let hasTurn = true;
    await submit('a', ['own']);
    await submit('b', ['long'], { estimate });
    await submit('c', ['short'], { estimate: { seconds: 5, megabytes: 10 } });
    runnerOf({}, { takeTurn: () => (hasTurn ? { client: 'a', estimate } : undefined) }).start();
    await haveBegun('short');
    hasTurn = false;
    begun[0]!.finish();
    await vi.waitFor(() => {
      expect(begun).toHaveLength(2);
    });
  });
});

describe('cancelling', () => {
  it('ends a run, and the next job begins', async () => {
    await submit('a', ['a1', 'a2']);
    runnerOf().start();
    await haveBegun('a1');
    expect(await store.submissions.cancel('a1')).toBe('job');
    bus.cancel('a1');
    await haveBegun('a1', 'a2');
    expect(aborted).toEqual(['a1']);
    expect(await stateOf('a1')).toBe('cancelled');
  });

  it('wins over a result that comes at the same moment', async () => {
    await submit('a', ['a1', 'a2']);
    runnerOf().start();
    await haveBegun('a1');
    await store.submissions.cancel('a1');
    begun[0]!.finish(); // the message is still on its way
    await haveBegun('a1', 'a2');
    expect(await stateOf('a1')).toBe('cancelled');
    expect(await store.results.read('a1')).toBeUndefined();
  });

  it('is noticed without the message, when the lease is renewed', async () => {
    await submit('a', ['a1']);
    runnerOf({ LEASE_SECONDS: '1' }).start();
    await haveBegun('a1');
    await store.submissions.cancel('a1');
    await vi.waitFor(() => {
      expect(aborted).toEqual(['a1']);
    }, PATIENCE_MS);
  });

  it('frees the place of a result that waits for a database which is away', async () => {
    await submit('a', ['a1', 'a2']);
    let numTried = 0;
    const complete = (): Promise<never> => {
      numTried++;
      return away();
    };
    runnerOf({}, { store: storeWhere({ complete }) }).start();
    await haveBegun('a1');
    begun[0]!.finish();
    await vi.waitFor(() => {
      expect(numTried).toBeGreaterThan(0);
    });
    await store.submissions.cancel('a1');
    bus.cancel('a1');
    await haveBegun('a1', 'a2');
    expect(await stateOf('a1')).toBe('cancelled');
  });
});

describe('draining', () => {
  it('lets what runs end, and begins nothing', async () => {
    await submit('a', ['a1', 'a2']);
    runnerOf({ DRAIN_SECONDS: '20' }).start();
    await haveBegun('a1');
    const drained = runner.drain();
    setImmediate(begun[0]!.finish);
    await drained;
    expect(await stateOf('a1')).toBe('completed');
    expect(await stateOf('a2')).toBe('waiting');
    expect(names()).toEqual(['a1']);
  });

  it('gives back what takes too long, which is no interruption', async () => {
    await submit('a', ['a1']);
    runnerOf().start();
    await haveBegun('a1');
    await runner.drain();
    expect(await store.runs.find('a1')).toMatchObject({
      state: 'waiting',
      attempts: 1,
      interruptions: 0,
    });
  });

  it('ends though the database is away, and the job is computed again afterwards', async () => {
    await submit('a', ['a1']);
    const lost = storeWhere({ complete: away, release: away, fail: away });
    runnerOf({ LEASE_SECONDS: '1' }, { store: lost }).start();
    await haveBegun('a1');
    begun[0]!.finish();
    await runner.drain();
    expect(await stateOf('a1')).toBe('active');
    onBegin = finishAtOnce;
    runnerOf({ LEASE_SECONDS: '1' }).start();
    await becomes('a1', 'completed');
  });
});

describe('a store', () => {
  it('that was away is given the result when it is back', async () => {
    await submit('a', ['a1']);
    let isAway = true;
    const complete: PredictionStore['runs']['complete'] = (...result) =>
      isAway ? away() : store.runs.complete(...result);
    runnerOf({}, { store: storeWhere({ complete }) }).start();
    await haveBegun('a1');
    begun[0]!.finish();
    isAway = false;
    await becomes('a1', 'completed');
    expect(names()).toEqual(['a1']);
  });

  it('that is full is given room, and where there is none the job fails and the next begins', async () => {
    await submit('a', ['a1', 'a2']);
    const wanted: number[] = [];
    const makeRoom = (numBytes: number): Promise<boolean> => {
      wanted.push(numBytes);
      return Promise.resolve(false);
    };
    runnerOf({}, { store: storeWhere({ complete: away }), makeRoom }).start();
    await haveBegun('a1');
    begun[0]!.finish();
    await haveBegun('a1', 'a2');
    expect(wanted[0]).toBeGreaterThan(0);
    expect(await store.runs.find('a1')).toMatchObject({
      state: 'failed',
      error: { code: 'STORE_FULL' },
    });
  });

  it('in which another has taken the job over is given nothing', async () => {
    await submit('a', ['a1']);
    runnerOf({ LEASE_SECONDS: '1' }).start();
    await haveBegun('a1');
    await store.runs.recover(true);
    const models = [predictor.model.sha256];
    const other = await store.runs.claim({ token: 'other', leaseMs: 60_000, models });
    expect(other?.job.id).toBe('a1');
    await vi.waitFor(() => {
      expect(aborted).toEqual(['a1']);
    }, PATIENCE_MS);
    expect(await store.runs.find('a1')).toMatchObject({ state: 'active', attempts: 2 });
  });
});

it('jobs of another version run with the weights of this one, where nothing else is to do', async () => {
  const old = { name: predictor.model.name, sha256: '0'.repeat(64) };
  await submit('a', ['old'], { model: old });
  await submit('a', ['new']);
  onBegin = finishAtOnce;
  runnerOf().start();
  await becomes('old', 'completed');
  expect(names()).toEqual(['new', 'old']);
  expect((await store.runs.find('old'))?.model.sha256).toBe(predictor.model.sha256);
});
