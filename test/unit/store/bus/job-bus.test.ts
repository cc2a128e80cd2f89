import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JobBus, JobEvent } from '#store/bus/job-bus';
import { LocalBus } from '#store/bus/local-bus';
import { RedisBus } from '#store/bus/redis-bus';
import { hasServices, makeRedis, type Service } from '../../../helpers/services.js';

interface Backend {
  readonly name: string;
  readonly setUp?: () => Promise<void>;
  readonly tearDown?: () => Promise<void>;
  readonly open: () => JobBus;
}

let redis: Service;
let count = 0;
const overRedis: Backend = {
  name: 'over Redis',
  setUp: async () => {
    redis = await makeRedis();
    await redis.start();
  },
  tearDown: () => redis.remove(),
  open: () => new RedisBus({ redisUrl: redis.url, prefix: `test${count++}` }),
};
const local: Backend = { name: 'in one process', open: () => new LocalBus() };
const EVENT = { jobId: 'a', data: { text: 'x', number: 1 } };

describe.each([local, ...(hasServices() ? [overRedis] : [])])(
  'JobBus $name',
  ({ setUp, tearDown, open }) => {
    let bus: JobBus;
    beforeAll(async () => {
      await setUp?.();
    }, 60_000);
    afterAll(async () => {
      await tearDown?.();
    }, 60_000);
    beforeEach(async () => {
      bus = open();
      await vi.waitFor(() => bus.countWorkers(), 5000);
    });
    afterEach(() => bus.close());

    it('tells every listener until it is told not to', async () => {
      const heard: JobEvent[] = [];
      const stop = bus.listen((event) => heard.push(event));
      await vi.waitFor(() => {
        bus.publish(EVENT);
        expect(heard[0]).toEqual(EVENT);
      }, 5000);
      await delay(50);
      const { length } = heard;
      stop();
      bus.publish(EVENT);
      await delay(50);
      expect(heard).toHaveLength(length);
    });

    it('wakes workers, tells them what nobody wants, and counts them', async () => {
      const told: string[] = [];
      expect(await bus.countWorkers()).toBe(0);
      const stop = bus.attend({
        wake: () => told.push('wake'),
        cancel: (id) => told.push(`cancel ${id}`),
      });
      await vi.waitFor(async () => {
        expect(await bus.countWorkers()).toBe(1);
      }, 5000);
      bus.wake();
      bus.cancel('a');
      await vi.waitFor(() => {
        expect(told).toEqual(['wake', 'cancel a']);
      });
      stop();
      await vi.waitFor(async () => {
        expect(await bus.countWorkers()).toBe(0);
      }, 5000);
    });
  },
);

describe.runIf(hasServices())('RedisBus', () => {
  beforeAll(async () => {
    redis = await makeRedis();
    await redis.start();
  }, 60_000);
  afterAll(() => redis.remove(), 60_000);

  it('goes on after messages that are none, and after a listener that fails', async () => {
    const troubles: string[] = [];
    const bus = new RedisBus({
      redisUrl: redis.url,
      prefix: 'hostile',
      onTrouble: ({ message }) => troubles.push(message),
    });
    const heard: JobEvent[] = [];
    bus.listen((event) => {
      if (event.data === 'poison') throw new Error('poison');
      heard.push(event);
    });
    const stranger = new Redis(redis.url);
    const hostile = ['', 'no JSON', '{', 'null', '3', '[]', '{"jobId":7}', '{"data":{}}'];
    await vi.waitFor(async () => {
      expect(await stranger.publish('hostile:events', '{')).toBe(1);
    }, 5000);
    for (const message of [...hostile, '{"jobId":"a","data":"poison"}'])
      await stranger.publish('hostile:events', message);
    await stranger.publish('hostile:events', JSON.stringify(EVENT));
    await vi.waitFor(() => {
      expect(heard).toEqual([EVENT]);
    });
    expect(troubles.length).toBeGreaterThan(hostile.length);
    stranger.disconnect();
    await bus.close();
  });
});
