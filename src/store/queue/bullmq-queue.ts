import { setTimeout as delay } from 'node:timers/promises';
import { type Job, Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { JobEvent, JobQueue, RunJob } from './job-queue.js';

const NAME = 'predictions';
/** A worker that is silent for this long has died. */
const LOCK_MS = 10_000;
const STALLED_CHECK_MS = 5000;
/** The store counts attempts and gives up; the queue never does. */
const UNLIMITED = 1_000_000;
/** How long `cancel` waits for a running job to end, so that it can be queued anew at once. */
const CANCEL_WAIT_MS = 800;

/** How long Redis may take to answer. */
const ANSWER_MS = 2000;

/** Where the queue lives. */
export interface BullmqOptions {
  readonly redisUrl: string;
  /** Keys and channels begin with it. */
  readonly prefix?: string;
  /** Told of trouble that the queue recovers from by itself. */
  readonly onTrouble?: (error: Error) => void;
}

/**
 * The queue of many servers and workers: BullMQ hands each job to one worker, renews its lock and gives it to another
 * when the worker dies. Events and cancellations go over publish and subscribe, which keeps nothing: coordinates would
 * fill Redis if they were kept, and the truth is in the store.
 */
export class BullmqQueue implements JobQueue {
  readonly #options: Required<BullmqOptions>;
  readonly #queue: Queue;
  readonly #publisher: Redis;
  readonly #subscriber: Redis;
  readonly #listeners = new Set<(event: JobEvent) => void>();
  readonly #running = new Map<string, AbortController>();
  #worker: Worker | undefined;

  constructor({ redisUrl, prefix = 'codonfold', onTrouble = () => undefined }: BullmqOptions) {
    this.#options = { redisUrl, prefix, onTrouble };
    const connection = { url: redisUrl, maxRetriesPerRequest: null }; // waits for Redis to come back
    this.#queue = new Queue(NAME, {
      connection,
      prefix,
      defaultJobOptions: { removeOnComplete: true, removeOnFail: true, attempts: UNLIMITED },
    });
    this.#publisher = new Redis(redisUrl, { enableOfflineQueue: false, maxRetriesPerRequest: 1 });
    this.#subscriber = new Redis(redisUrl, { maxRetriesPerRequest: null });
    for (const part of [this.#queue, this.#publisher, this.#subscriber])
      part.on('error', onTrouble);
    this.#subscriber.on('message', (channel: string, message: string) => {
      this.#receive(channel, message);
    });
    this.#subscriber.subscribe(this.#channel('events'), this.#channel('cancel')).catch(onTrouble);
  }

  async add(ids: readonly string[]): Promise<void> {
    const jobs = ids.map((id) => ({ name: NAME, data: {}, opts: { jobId: id } }));
    await inTime(this.#queue.addBulk(jobs));
  }

  process(run: RunJob, concurrency: number): void {
    this.#worker = new Worker(NAME, (job) => this.#process(job, run), {
      connection: { url: this.#options.redisUrl, maxRetriesPerRequest: null },
      prefix: this.#options.prefix,
      concurrency,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_CHECK_MS,
      maxStalledCount: UNLIMITED,
      runRetryDelay: 1000,
    });
    this.#worker.on('error', this.#options.onTrouble);
  }

  async cancel(id: string): Promise<void> {
    this.#running.get(id)?.abort();
    await inTime(this.#endEverywhere(id));
  }

  async #endEverywhere(id: string): Promise<void> {
    await this.#publisher.publish(this.#channel('cancel'), id);
    for (const until = Date.now() + CANCEL_WAIT_MS; Date.now() < until;) {
      const removed = await this.#queue.remove(id).catch(() => 0); // refused while a worker holds it
      if (removed > 0 || !(await this.#queue.getJob(id))) return;
      await delay(50);
    }
  }

  publish(event: JobEvent): void {
    this.#publisher
      .publish(this.#channel('events'), JSON.stringify(event))
      .catch(this.#options.onTrouble);
  }

  listen(listener: (event: JobEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  countWorkers(): Promise<number> {
    return inTime(this.#queue.getWorkersCount());
  }

  async drain(signal: AbortSignal): Promise<void> {
    const abortAll = (): void => {
      for (const abort of this.#running.values()) abort.abort();
    };
    if (signal.aborted) abortAll();
    signal.addEventListener('abort', abortAll);
    await this.#worker?.close();
    signal.removeEventListener('abort', abortAll);
  }

  async close(): Promise<void> {
    await this.#worker?.close(true);
    await this.#queue.close();
    this.#publisher.disconnect();
    this.#subscriber.disconnect();
  }

  async #process(job: Job, run: RunJob): Promise<void> {
    const id = String(job.id);
    const abort = new AbortController();
    this.#running.set(id, abort);
    const outcome = await run(id, abort.signal);
    if (this.#running.get(id) === abort) this.#running.delete(id);
    if (outcome === 'again') throw new Error('to be run again'); // BullMQ queues it once more
  }

  #receive(channel: string, message: string): void {
    if (channel === this.#channel('cancel')) {
      this.#running.get(message)?.abort();
      return;
    }
    const event = JSON.parse(message) as JobEvent;
    for (const listener of this.#listeners) listener(event);
  }

  #channel(topic: 'events' | 'cancel'): string {
    return `${this.#options.prefix}:${topic}`;
  }
}

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
