import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ModelHealth } from '#server/jobs/model-health';
import { fakePredictor } from '../../helpers/fake-predictor.js';

const [GOOD, BAD] = ['a'.repeat(64), 'b'.repeat(64)];
let isBroken: boolean;
let numTrials: number;
let health: ModelHealth;
beforeEach(() => {
  [isBroken, numTrials] = [true, 0];
  const bad = fakePredictor({
    name: 'bad',
    sha256: BAD,
    durationMs: 0,
    onStart: () => {
      numTrials++;
      if (isBroken) throw new Error('broken');
    },
  });
  const good = fakePredictor({ name: 'good', sha256: GOOD, durationMs: 0 });
  health = new ModelHealth([good, bad], pino({ level: 'silent' }), 50);
});
afterEach(() => {
  health.close();
});

it('a model that works is well, whatever failed with it', async () => {
  health.doubt(GOOD);
  await delay(20);
  expect(health.failing).toEqual([]);
});

it('a model that does not work is named until it does, without any request', async () => {
  health.doubt(BAD);
  health.doubt(BAD);
  await vi.waitFor(() => {
    expect(health.failing).toEqual(['bad']);
  });
  expect(numTrials).toBe(1); // two doubts are one trial
  isBroken = false;
  await vi.waitFor(() => {
    expect(health.failing).toEqual([]);
  });
  const before = numTrials;
  await delay(120);
  expect(numTrials).toBe(before);
});

it('is asked no more once it is closed', async () => {
  health.doubt(BAD);
  await vi.waitFor(() => {
    expect(health.failing).toEqual(['bad']);
  });
  health.close();
  const before = numTrials;
  await delay(120);
  expect(numTrials).toBe(before);
});
