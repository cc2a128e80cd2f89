import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { BullmqQueue } from '#store/queue/bullmq-queue';
import type { JobEvent, JobQueue } from '#store/queue/job-queue';
import { LocalQueue } from '#store/queue/local-queue';
import { hasServices, makeRedis, type Service } from '../../../helpers/services.js';

interface Backend {
  readonly name: string;
  readonly setUp?: () => Promise<void>;
  readonly tearDown?: () => Promise<void>;
  readonly open: () => JobQueue;
}

function bullmq(): Backend {
  let redis: Service;
  let count = 0;
  return {
    name: 'BullMQ',
    setUp: async () => {
      redis = await makeRedis();
      await redis.start();
    },
    tearDown: () => redis.remove(),
    open: () => new BullmqQueue({ redisUrl: redis.url, prefix: `test${count++}` }),
  };
}

const local: Backend = { name: 'one process', open: () => new LocalQueue() };
const backends = [local, ...(hasServices() ? [bullmq()] : [])];

describe.each(backends)('JobQueue in $name', ({ setUp, tearDown, open }) => {
  let queue: JobQueue;
  /** Jobs begun, in order. */
  let begun: string[];
  /** Ends a running job. */
  let finish: Map<string, (outcome?: 'done' | 'again') => void>;
  let signals: Map<string, AbortSignal>;

  beforeAll(async () => {
    await setUp?.();
  }, 60_000);
  afterAll(async () => {
    await tearDown?.();
  }, 60_000);
  beforeEach(async () => {
    begun = [];
    finish = new Map();
    signals = new Map();
    queue = open();
    await vi.waitFor(() => queue.countWorkers(), 5000);
  });
  afterEach(async () => {
    for (const end of finish.values()) end();
    await queue.close();
  });

  const begin = (concurrency = 1): void => {
    queue.process((id, signal) => {
      begun.push(id);
      signals.set(id, signal);
      return new Promise((resolve) => {
        finish.set(id, (outcome = 'done') => {
          resolve(outcome);
        });
        signal.addEventListener('abort', () => {
          resolve('done');
        });
      });
    }, concurrency);
  };
  const hasBegun = (...ids: string[]): Promise<void> =>
    vi.waitFor(() => {
      expect(begun).toEqual(ids);
    }, 5000);

  it('hands out jobs in order, no more than asked for at once', async () => {
    begin(2);
    await queue.add(['a', 'b']);
    await queue.add(['c', 'd']);
    await hasBegun('a', 'b');
    await delay(100);
    expect(begun).toEqual(['a', 'b']);
    finish.get('b')!();
    await hasBegun('a', 'b', 'c');
  });

  it('keeps what is added before anybody takes jobs', async () => {
    await queue.add(['a']);
    begin();
    await hasBegun('a');
  });

  it('never queues an id twice that waits or runs', async () => {
    begin();
    await queue.add(['a', 'b', 'a']);
    await hasBegun('a');
    await queue.add(['a', 'b']);
    finish.get('a')!();
    await hasBegun('a', 'b');
    finish.get('b')!();
    await delay(100);
    expect(begun).toEqual(['a', 'b']);
  });

  it('takes an id anew once its run has ended', async () => {
    begin();
    await queue.add(['a']);
    await hasBegun('a');
    finish.get('a')!();
    await vi.waitFor(async () => {
      await queue.add(['a']);
      expect(begun).toEqual(['a', 'a']);
    }, 5000);
  });

  it('runs a job again that asks for it', async () => {
    begin();
    await queue.add(['a']);
    await hasBegun('a');
    finish.get('a')!('again');
    await hasBegun('a', 'a');
  });

  it('forgets a cancelled job that waits', async () => {
    begin();
    await queue.add(['a', 'b', 'c']);
    await hasBegun('a');
    await queue.cancel('b');
    finish.get('a')!();
    await hasBegun('a', 'c');
  });

  it('aborts a cancelled job that runs, and takes it anew at once', async () => {
    begin();
    await queue.add(['a']);
    await hasBegun('a');
    await queue.cancel('a');
    expect(signals.get('a')!.aborted).toBe(true);
    await queue.add(['a']);
    await hasBegun('a', 'a');
    expect(signals.get('a')!.aborted).toBe(false);
  });

  it('tells every listener until it is told not to', async () => {
    const heard: JobEvent[] = [];
    const stop = queue.listen((event) => heard.push(event));
    const event = { jobId: 'a', data: { text: 'x', number: 1 } };
    await vi.waitFor(() => {
      queue.publish(event);
      expect(heard[0]).toEqual(event);
    }, 5000);
    await delay(50);
    const { length } = heard;
    stop();
    queue.publish(event);
    await delay(50);
    expect(heard).toHaveLength(length);
  });

  it('drains: no new jobs, running ones end', async () => {
    begin();
    await queue.add(['a', 'b']);
    await hasBegun('a');
    const drained = queue.drain(new AbortController().signal);
    await delay(50);
    finish.get('a')!();
    await drained;
    expect(begun).toEqual(['a']);
  });

  it('aborts running jobs when draining takes too long', async () => {
    begin();
    await queue.add(['a']);
    await hasBegun('a');
    const abort = new AbortController();
    const drained = queue.drain(abort.signal);
    abort.abort();
    await drained;
    expect(signals.get('a')!.aborted).toBe(true);
  });

  it('counts workers', async () => {
    expect(await queue.countWorkers()).toBe(0);
    begin();
    await vi.waitFor(async () => {
      expect(await queue.countWorkers()).toBe(1);
    }, 5000);
  });
});
