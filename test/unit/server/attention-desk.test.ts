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
let room: number;
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
  [begun, room] = [[], 1000];
  ends = new Map();
  kept = new Map();
  desk = new AttentionDesk({
    store: { results } as unknown as PredictionStore,
    predictors: [predictor],
    log: pino({ level: 'silent' }),
    hasRoom: (megabytes) => megabytes <= room,
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
  room = 10;
  const asked = ask('a', 0);
  await vi.advanceTimersByTimeAsync(5000);
  expect(begun).toEqual([]);
  room = 1000;
  await vi.advanceTimersByTimeAsync(1000);
  expect(begun).toEqual(['0/0']);
  room = 10;
  await vi.advanceTimersByTimeAsync(1000);
  room = 1000;
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
