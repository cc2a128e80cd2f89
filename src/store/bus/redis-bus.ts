import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { z } from 'zod';
import type { JobBus, JobEvent, JobWorker } from './job-bus.js';

/** How long Redis may take to answer. */
const ANSWER_MS = 2000;
const Event = z.object({ jobId: z.string(), data: z.unknown() });

/** Where the bus is. */
export interface RedisBusOptions {
  readonly redisUrl: string;
  /** Channels begin with it. */
  readonly prefix?: string;
  /** Told of trouble that the bus recovers from by itself. */
  readonly onTrouble?: (error: Error) => void;
}

/** The bus of many servers and workers, over publish and subscribe, which keeps nothing. */
export class RedisBus implements JobBus {
  readonly #prefix: string;
  readonly #onTrouble: (error: Error) => void;
  readonly #publisher: Redis;
  readonly #subscriber: Redis;
  readonly #listeners = new Set<(event: JobEvent) => void>();
  readonly #workers = new Set<JobWorker>();

  constructor({ redisUrl, prefix = 'codonfold', onTrouble = () => undefined }: RedisBusOptions) {
    this.#prefix = prefix;
    this.#onTrouble = onTrouble;
    this.#publisher = new Redis(redisUrl, { enableOfflineQueue: false, maxRetriesPerRequest: 1 });
    this.#subscriber = new Redis(redisUrl, { maxRetriesPerRequest: null }); // waits for it to come back
    for (const part of [this.#publisher, this.#subscriber]) part.on('error', onTrouble);
    this.#subscriber.on('message', (channel: string, message: string) => {
      this.#receive(channel, message);
    });
  }

  publish(event: JobEvent): void {
    this.#tell('events', JSON.stringify(event));
  }

  listen(listener: (event: JobEvent) => void): () => void {
    this.#listeners.add(listener);
    this.#subscribe('events');
    return () => {
      this.#listeners.delete(listener);
    };
  }

  wake(): void {
    this.#tell('work', '');
  }

  cancel(jobId: string): void {
    this.#tell('cancel', jobId);
  }

  attend(worker: JobWorker): () => void {
    this.#workers.add(worker);
    this.#subscribe('work', 'cancel');
    return () => {
      this.#workers.delete(worker);
      const channels = [this.#channel('work'), this.#channel('cancel')];
      this.#subscriber.unsubscribe(...channels).catch(this.#onTrouble);
    };
  }

  async countWorkers(): Promise<number> {
    const [, count] = await inTime(this.#publisher.pubsub('NUMSUB', this.#channel('work')));
    return Number(count);
  }

  close(): Promise<void> {
    this.#publisher.disconnect();
    this.#subscriber.disconnect();
    return Promise.resolve();
  }

  #tell(topic: Topic, message: string): void {
    this.#publisher.publish(this.#channel(topic), message).catch(this.#onTrouble);
  }

  #subscribe(...topics: Topic[]): void {
    const channels = topics.map((topic) => this.#channel(topic));
    this.#subscriber.subscribe(...channels).catch(this.#onTrouble);
  }

  /** Anybody may publish anything: what cannot be understood, or makes a listener fail, ends nothing. */
  #receive(channel: string, message: string): void {
    try {
      if (channel === this.#channel('work')) for (const worker of this.#workers) worker.wake();
      else if (channel === this.#channel('cancel'))
        for (const worker of this.#workers) worker.cancel(message);
      else {
        const { jobId, data } = Event.parse(JSON.parse(message));
        for (const listener of this.#listeners) listener({ jobId, data });
      }
    } catch (cause) {
      this.#onTrouble(new Error(`a message on ${channel} cannot be understood`, { cause }));
    }
  }

  #channel(topic: Topic): string {
    return `${this.#prefix}:${topic}`;
  }
}

type Topic = 'events' | 'work' | 'cancel';

/** While Redis is away its commands wait; whoever waits for them must not. */
async function inTime<T>(answer: Promise<T>): Promise<T> {
  const clock = new AbortController();
  const late = delay(ANSWER_MS, undefined, { signal: clock.signal }).then(() => {
    throw new Error(`Redis did not answer within ${ANSWER_MS} ms`);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clock.abort();
    late.catch(() => undefined);
    answer.catch(() => undefined);
  }
}
