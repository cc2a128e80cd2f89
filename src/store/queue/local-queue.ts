import { EventEmitter } from 'node:events';
import type { JobEvent, JobQueue, RunJob } from './job-queue.js';

interface Running {
  readonly abort: AbortController;
  readonly ended: Promise<void>;
}

/** The queue of a server that runs its jobs itself. */
export class LocalQueue implements JobQueue {
  /** In queue order. */
  readonly #waiting = new Set<string>();
  readonly #running = new Map<string, Running>();
  readonly #events = new EventEmitter<{ event: [JobEvent] }>().setMaxListeners(0);
  #run: RunJob | undefined;
  #concurrency = 0;

  add(ids: readonly string[]): Promise<void> {
    for (const id of ids)
      if (this.#running.get(id)?.abort.signal.aborted !== false) this.#waiting.add(id);
    this.#next();
    return Promise.resolve();
  }

  process(run: RunJob, concurrency: number): void {
    this.#run = run;
    this.#concurrency = concurrency;
    this.#next();
  }

  cancel(id: string): Promise<void> {
    this.#waiting.delete(id);
    this.#running.get(id)?.abort.abort();
    return Promise.resolve();
  }

  publish(event: JobEvent): void {
    this.#events.emit('event', event);
  }

  listen(listener: (event: JobEvent) => void): () => void {
    this.#events.on('event', listener);
    return () => {
      this.#events.off('event', listener);
    };
  }

  countWorkers(): Promise<number> {
    return Promise.resolve(this.#run ? 1 : 0);
  }

  async drain(signal: AbortSignal): Promise<void> {
    this.#run = undefined;
    const abortAll = (): void => {
      for (const { abort } of this.#running.values()) abort.abort();
    };
    if (signal.aborted) abortAll();
    signal.addEventListener('abort', abortAll);
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
    signal.removeEventListener('abort', abortAll);
  }

  close(): Promise<void> {
    this.#events.removeAllListeners();
    return Promise.resolve();
  }

  #next(): void {
    for (const id of this.#waiting) {
      if (!this.#run || this.#running.size >= this.#concurrency) return;
      if (this.#running.has(id)) continue; // its aborted run has not ended yet
      this.#waiting.delete(id);
      const abort = new AbortController();
      const ended = this.#run(id, abort.signal).then((outcome) => {
        this.#running.delete(id);
        if (outcome === 'again') this.#waiting.add(id);
        this.#next();
      });
      this.#running.set(id, { abort, ended });
    }
  }
}
