/** @file When a model that failed is tried again, by a clock that the test moves. */
import type { Logger } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { PredictionRequest, Predictor } from '#predict/prediction';
import { ModelHealth } from '#server/jobs/model-health';
import { fakePrediction, fakePredictor } from '../../helpers/fake-predictor.js';

vi.mock(
  'node:timers/promises',
  async () => (await import('../../helpers/faked-delay.js')).fakedDelay,
);

const SHA256 = 'f'.repeat(64);
let trials: PredictionRequest[];
let logged: unknown[];
let predict: (request: PredictionRequest) => ReturnType<Predictor['predict']>;
let health: ModelHealth;
const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  [trials, logged] = [[], []];
  predict = (request) => Promise.resolve(fakePrediction(request));
  const predictor: Predictor = {
    ...fakePredictor(),
    predict: (request) => {
      trials.push(request);
      return predict(request);
    },
  };
  const log = { error: ({ model }: { model: string }) => logged.push(model) };
  health = new ModelHealth([predictor], log as unknown as Logger);
});
afterEach(() => {
  health.close();
  vi.useRealTimers();
});

it('a trial is one pass over a short protein, each time the model is doubted', async () => {
  health.doubt(SHA256);
  await settle();
  expect(trials).toMatchObject([{ chains: [{ id: 'A' }], numRecycles: 0 }]);
  expect(trials[0]!.chains[0]!.sequence.length).toBeLessThan(20);
  health.doubt(SHA256);
  await settle();
  expect(trials).toHaveLength(2);
  expect([health.failing, logged]).toEqual([[], []]);
});

it('another follows half a minute after one that failed, and the log is told', async () => {
  predict = () => Promise.reject(new Error('broken'));
  health.doubt(SHA256);
  await settle(29_999);
  expect([health.failing, logged, trials.length]).toEqual([['fake'], ['fake'], 1]);
  predict = (request) => Promise.resolve(fakePrediction(request));
  await settle(1);
  expect([health.failing, logged, trials.length]).toEqual([[], ['fake'], 2]);
  await settle(60_000);
  expect(trials).toHaveLength(2);
});

it('none is made of a model that is not here', async () => {
  health.doubt('0'.repeat(64));
  await settle(60_000);
  expect([trials, health.failing, logged]).toEqual([[], [], []]);
});

it('one that ends with the server says nothing about the model, nor are there others', async () => {
  let fail: (error: Error) => void = () => undefined;
  predict = () => new Promise((_resolve, reject) => (fail = reject));
  health.doubt(SHA256);
  await settle();
  health.close();
  fail(new Error('closed'));
  await settle(60_000);
  expect([health.failing, logged, trials.length]).toEqual([[], [], 1]);
  health.doubt(SHA256);
  await settle();
  expect(trials).toHaveLength(1);
});
