import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readSettings } from '#server/settings';
import { Retention, type RetentionServices } from '#server/jobs/retention';
import { openStore } from '#store/open-store';
import type { PredictionStore } from '#store/prediction-store';
import { newJob, newSubmission, resultOf } from '../../helpers/jobs.js';
import { temporaryFolder } from '../../helpers/services.js';

const DAY_MS = 86_400_000;
let clock: number;
let store: PredictionStore;
let forgotten: string[];
beforeEach(async () => {
  [clock, forgotten] = [100 * DAY_MS, []];
  store = await openStore({ dataDir: temporaryFolder('retention') }, () => clock);
});
afterEach(() => store.close());

const complete = async (...ids: string[]): Promise<void> => {
  for (const id of ids) {
    const [job, token] = [newJob(id), `run of ${id}`];
    await store.submissions.submit([newSubmission(id)]);
    await store.runs.claim({ token, leaseMs: 1000, models: [job.model.sha256] });
    await store.runs.complete({ id, token }, await resultOf(job));
    clock++;
  }
};
const sweep = (settings: Record<string, string>): Promise<void> =>
  new Retention({
    store,
    results: { forget: (id) => forgotten.push(id) },
    settings: readSettings(settings),
    log: pino({ level: 'silent' }),
    now: () => clock,
  }).sweep();
const left = async (): Promise<string[]> =>
  (await store.submissions.list({ owner: '', limit: 1000 })).map(({ id }) => id);

it('keeps everything unless it is told otherwise', async () => {
  await complete('a', 'b');
  clock += 1000 * DAY_MS;
  await sweep({});
  expect(await left()).toEqual(['b', 'a']);
});

it('deletes what nobody asked for for so many days, results and all that is in memory', async () => {
  await complete('a', 'b');
  clock += 6 * DAY_MS;
  await complete('c');
  await complete('b'); // asked for again
  clock += 2 * DAY_MS;
  await sweep({ KEEP_DAYS: '7' });
  expect(await left()).toEqual(['c', 'b']);
  expect(forgotten).toEqual(['a']);
  expect(await store.results.read('a')).toBeUndefined();
});

it('deletes the oldest results where they take too much space, however many those are', async () => {
  const ids = Array.from({ length: 1200 }, (_, i) => `job ${i}`);
  await complete(...ids);
  await sweep({ RESULTS_MAX_MB: '1' });
  const kept = await left();
  expect(kept.length).toBeLessThan(1000);
  expect(kept).toEqual(ids.toReversed().slice(0, kept.length));
  expect(forgotten).toHaveLength(ids.length - kept.length);
});

describe('with a store that the test moves', () => {
  const DISPLACED = ['a', 'b', 'c', 'd'];
  /** What the store was asked, and what was logged. */
  let asked: unknown[];
  let gone: Set<string>;
  let rooms: number[];
  beforeEach(() => {
    [asked, gone, rooms] = [[], new Set(), []];
  });
  afterEach(() => void vi.useRealTimers());

  const retention = (settings: Record<string, string>, changes: object = {}): Retention => {
    const submissions = {
      displaced: (space: object, limit: number) => {
        asked.push(['displaced', space, limit]);
        return Promise.resolve(DISPLACED.filter((id) => !gone.has(id)).slice(0, 2));
      },
      endedBefore: (time: number, limit: number) => {
        asked.push(['endedBefore', time, limit]);
        return Promise.resolve(gone.has('old') ? [] : ['old']);
      },
      remove: (id: string) => {
        gone.add(id);
        return Promise.resolve(id !== 'c'); // c has gone already
      },
      tidy: (time: number) => {
        asked.push(['tidy', time]);
        return Promise.resolve();
      },
      ...changes,
    };
    const note = (_what: object, message: string) => asked.push(message);
    return new Retention({
      store: { submissions, room: () => Promise.resolve(rooms.shift() ?? 0) },
      results: { forget: (id: string) => forgotten.push(id) },
      settings: readSettings(settings),
      log: { info: note, warn: note },
      now: () => clock,
    } as unknown as RetentionServices);
  };

  it('makes room for half as much again as is wanted, and a twentieth of all beside', async () => {
    rooms = [1000, 1499, 1500];
    expect(await retention({ RESULTS_MAX_MB: '1' }).makeRoom(1000)).toBe(true);
    const most = 2 ** 20;
    expect(asked).toEqual([
      ['displaced', { most, free: 500 + 0.05 * most }, 50],
      ['displaced', { most, free: 1 + 0.05 * most }, 50],
      'results were deleted to make room',
    ]);
    expect(forgotten).toEqual(['a', 'b', 'd']);
  });

  it('makes just the room that is wanted where results have no limit', async () => {
    rooms = [1000, 5000];
    expect(await retention({}).makeRoom(1000)).toBe(true);
    expect(asked[0]).toEqual(['displaced', { most: Infinity, free: 500 }, 50]);
  });

  it('deletes nothing where there is room', async () => {
    rooms = [1500];
    expect(await retention({}).makeRoom(1000)).toBe(true);
    expect(asked).toEqual([]);
  });

  it('has no room where nothing more can be deleted', async () => {
    expect(await retention({}).makeRoom(1000)).toBe(false);
    expect(forgotten).toEqual(['a', 'b', 'd']);
  });

  it('says how much it deletes, and tidies up after what is old', async () => {
    await retention({ RESULTS_MAX_MB: '3', KEEP_DAYS: '2' }).sweep();
    const before = clock - 2 * DAY_MS;
    expect(asked).toEqual([
      ...[1, 2, 3].map(() => ['displaced', { most: 3 * 2 ** 20, free: 0 }, 50]),
      'results were deleted to make room',
      ['endedBefore', before, 50],
      ['endedBefore', before, 50],
      ['tidy', before],
      'predictions were deleted because of their age',
    ]);
    asked = [];
    gone = new Set([...DISPLACED, 'old']);
    await retention({ RESULTS_MAX_MB: '3', KEEP_DAYS: '2' }).sweep();
    expect(asked.map((one) => (Array.isArray(one) ? (one[0] as string) : one))).toEqual(['displaced', 'endedBefore']); // prettier-ignore
  });

  it('sweeps at once and each minute, one sweep at a time, until it is closed', async () => {
    vi.useFakeTimers();
    const endedBefore = vi.fn().mockResolvedValue([]);
    const all = retention({ KEEP_DAYS: '1' }, { endedBefore });
    all.start();
    expect(all.sweep()).toBe(all.sweep());
    await vi.advanceTimersByTimeAsync(59_999);
    expect(endedBefore).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(endedBefore).toHaveBeenCalledTimes(2);
    await all.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('says so of a single result too, and nothing where results have no limit', async () => {
    gone = new Set(['a', 'b', 'c', 'old']);
    rooms = [0, 5000];
    expect(await retention({ RESULTS_MAX_MB: '3' }).makeRoom(1000)).toBe(true);
    expect(asked.at(-1)).toBe('results were deleted to make room');
    [asked, gone] = [[], new Set(['a', 'b', 'c', 'old'])];
    await retention({ RESULTS_MAX_MB: '3' }).sweep();
    expect(asked.at(-1)).toBe('results were deleted to make room');
    asked = [];
    await retention({}).sweep();
    expect(asked).toEqual([]);
  });

  it('goes on after a sweep that failed', async () => {
    const endedBefore = vi.fn().mockRejectedValueOnce(new Error('away')).mockResolvedValue([]);
    const all = retention({ KEEP_DAYS: '1' }, { endedBefore });
    await all.sweep();
    expect(asked).toEqual(['old predictions could not be deleted']);
    await all.sweep();
    expect(endedBefore).toHaveBeenCalledTimes(2);
  });
});
