import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readSettings } from '#server/settings';
import { Retention } from '#server/jobs/retention';
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
