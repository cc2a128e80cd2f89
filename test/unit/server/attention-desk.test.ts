import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FoldError } from '#errors';
import type { Predictor } from '#predict/prediction';
import { AttentionDesk } from '#server/results/attention-desk';
import type { JobRecord } from '#store/job';
import type { AttentionSelect, PredictionStore } from '#store/prediction-store';
import { fakePredictor } from '../../helpers/fake-predictor.js';
import { newJob } from '../../helpers/jobs.js';

const N = 10;
const WEIGHTS = new Float32Array(N * N).fill(1 / N);

/** Runs that have begun, as `block/head`, until they are ended. */
let begun: string[];
let ends: Map<string, (error?: Error) => void>;
let kept: Map<string, Uint8Array<ArrayBuffer>>;
let taken: number;
let numTurnsOver: number;
let desk: AttentionDesk;

const nameOf = ({ block, head }: AttentionSelect): string => `${block}/${head}`;
const predictor: Predictor = {
  ...fakePredictor(),
  attention: (_request, select, { signal } = {}) =>
    new Promise((resolve, reject) => {
      begun.push(nameOf(select));
      ends.set(nameOf(select), (error) => {
        if (error) reject(error);
        else resolve({ ...select, weights: WEIGHTS });
      });
      signal?.addEventListener('abort', () => {
        reject(new FoldError('JOB_CANCELLED', 'cancelled'));
      });
    }),
};
const results: Pick<PredictionStore['results'], 'readAttention' | 'keepAttention'> = {
  readAttention: (_id, select) => Promise.resolve(kept.get(nameOf(select))),
  keepAttention: (_id, select, bytes) =>
    Promise.resolve(void kept.set(nameOf(select), new Uint8Array(bytes))),
};

beforeEach(() => {
  vi.useFakeTimers();
  [begun, taken, numTurnsOver] = [[], 0, 0];
  ends = new Map();
  kept = new Map();
  desk = new AttentionDesk({
    store: { results } as unknown as PredictionStore,
    predictors: [predictor],
    log: pino({ level: 'silent' }),
    budget: 1000,
    taken: () => taken,
    onTurnOver: () => numTurnsOver++,
  });
});
afterEach(() => {
  desk.close();
  vi.useRealTimers();
});

const job = newJob('a') as unknown as JobRecord;
const ask = (
  client: string,
  head: number,
  signal = new AbortController().signal,
): Promise<Uint8Array> => desk.weights(job, { block: 0, head }, { client, signal, ms: 60_000 });
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(1);

it('lets clients take turns, one run at a time', async () => {
  const asked = [ask('a', 0), ask('a', 1), ask('a', 2), ask('b', 3)];
  for (const next of ['0/0', '0/1', '0/3', '0/2']) {
    await settle();
    expect(begun.at(-1)).toBe(next);
    ends.get(next)!();
  }
  await Promise.all(asked);
  expect(begun).toHaveLength(4);
});

const jobOf = (id: string, seconds: number): JobRecord => ({
  ...job,
  id,
  estimate: { seconds, megabytes: 300 },
});
const askFor = (client: string, wanted: JobRecord, head: number): Promise<Uint8Array> =>
  desk.weights(
    wanted,
    { block: 0, head },
    { client, signal: new AbortController().signal, ms: 600_000 },
  );

it('lets another client’s short map start beside a long one, and no other', async () => {
  const [long, short] = [jobOf('long', 100), jobOf('short', 10)];
  const asked = [askFor('a', long, 0), askFor('a', short, 1), askFor('b', long, 2), askFor('c', short, 3), askFor('d', short, 4)]; // prettier-ignore
  await settle();
  expect(begun).toEqual(['0/0', '0/3']); // neither a client's second nor as long a one, nor more than two
  for (const next of ['0/3', '0/4', '0/0', '0/1', '0/2']) {
    ends.get(next)!();
    await settle();
  }
  expect(begun).toEqual(['0/0', '0/3', '0/4', '0/1', '0/2']);
  await Promise.all(asked);
});

it('has a turn for the short map while the long one waits for its own, in memory beside it', async () => {
  const [long, short] = [jobOf('long', 100), jobOf('short', 1)];
  taken = 990;
  const asked = [askFor('a', long, 0), askFor('b', short, 1)];
  await vi.advanceTimersByTimeAsync(7900);
  expect(desk.takeTurn()).toBeUndefined();
  await vi.advanceTimersByTimeAsync(200);
  expect(desk.takeTurn()).toMatchObject({ client: 'b' });
  taken = 500; // room for one: the one that began first
  await vi.advanceTimersByTimeAsync(600);
  expect(begun).toEqual(['0/0']);
  taken = 0;
  await vi.advanceTimersByTimeAsync(600);
  expect(begun).toEqual(['0/0', '0/1']);
  for (const head of [0, 1]) ends.get(`0/${head}`)!();
  await Promise.all(asked);
});

it('computes once what many ask for, keeps it, and does not ask the model again', async () => {
  const asked = [ask('a', 0), ask('b', 0)];
  await settle();
  ends.get('0/0')!();
  const [first, second] = await Promise.all(asked);
  expect(new Float32Array(first!.slice().buffer)).toEqual(WEIGHTS);
  expect(second).toEqual(first);
  expect(await ask('c', 0)).toEqual(first);
  expect(begun).toEqual(['0/0']);
});

it('computes again what a crash cut off', async () => {
  kept.set('0/0', new Uint8Array(7));
  const asked = ask('a', 0);
  await settle();
  ends.get('0/0')!();
  expect(await asked).toHaveLength(4 * N * N);
});

it('finishes what was begun when its asker has gone, and never begins what nobody waits for', async () => {
  const [goneEarly, goneLate] = [new AbortController(), new AbortController()];
  const asked = [ask('a', 0, goneLate.signal), ask('a', 1, goneEarly.signal)];
  await settle();
  goneEarly.abort();
  goneLate.abort();
  for (const each of asked) await expect(each).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
  ends.get('0/0')!();
  await settle();
  expect(kept.has('0/0')).toBe(true);
  expect(begun).toEqual(['0/0']);
});

it('waits for memory that predictions need, and gives it back to them', async () => {
  taken = 990;
  const asked = ask('a', 0);
  await vi.advanceTimersByTimeAsync(5000);
  expect(begun).toEqual([]);
  taken = 0;
  await vi.advanceTimersByTimeAsync(1000);
  expect(begun).toEqual(['0/0']);
  taken = 990;
  await vi.advanceTimersByTimeAsync(1000);
  taken = 0;
  await vi.advanceTimersByTimeAsync(1000);
  expect(begun).toEqual(['0/0', '0/0']);
  ends.get('0/0')!();
  await asked;
});

it('tells those who wait of a failure, and goes on with the next', async () => {
  const [failing, next] = [ask('a', 0), ask('a', 1)];
  const failed = expect(failing).rejects.toThrow('broken');
  await settle();
  ends.get('0/0')!(new Error('broken'));
  await failed;
  await settle();
  ends.get('0/1')!();
  expect(await next).toHaveLength(4 * N * N);
});

it('refuses more than its share to a client that waits for much', async () => {
  const asked = Array.from({ length: 17 }, (_, head) => ask('a', head));
  await settle();
  await expect(ask('a', 17)).rejects.toMatchObject({ code: 'CLIENT_LIMIT' });
  const other = ask('b', 18);
  await settle();
  expect(begun).toEqual(['0/0']);
  for (const each of [...asked, other]) each.catch(() => undefined);
});

it('has a turn as if it were a prediction after predictions have had four times as long', async () => {
  taken = 990;
  const asked = ask('a', 0);
  await vi.advanceTimersByTimeAsync(3900);
  expect(desk.takeTurn()).toBeUndefined();
  await vi.advanceTimersByTimeAsync(200);
  expect(desk.takeTurn()).toEqual({ client: 'a', estimate: job.estimate });
  expect(begun).toEqual([]);
  taken = 0;
  await vi.advanceTimersByTimeAsync(600);
  ends.get('0/0')!();
  await asked;
  expect(desk.takeTurn()).toBeUndefined();
  expect(numTurnsOver).toBe(1);
});

it('has no turn and does not begin where nobody waits any longer', async () => {
  taken = 990;
  const gone = new AbortController();
  const asked = ask('a', 0, gone.signal);
  await vi.advanceTimersByTimeAsync(4500);
  gone.abort();
  await expect(asked).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
  expect(desk.takeTurn()).toBeUndefined();
  taken = 0;
  await vi.advanceTimersByTimeAsync(1000);
  expect(begun).toEqual([]);
});

it('refuses what never fits, and goes on with the next', async () => {
  const large = { ...job, id: 'large', estimate: { seconds: 1, megabytes: 1001 } };
  const asker = { client: 'a', signal: new AbortController().signal, ms: 60_000 };
  const refused = expect(desk.weights(large, { block: 0, head: 1 }, asker)).rejects;
  await refused.toMatchObject({ code: 'MEMORY_ESTIMATE' });
  const next = ask('a', 0);
  await settle();
  ends.get('0/0')!();
  expect(await next).toHaveLength(4 * N * N);
});
