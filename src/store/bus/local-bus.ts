import { EventEmitter } from 'node:events';
import type { JobBus, JobEvent, JobWorker } from './job-bus.js';

/** The bus of a server that runs its jobs itself. */
export class LocalBus implements JobBus {
  readonly #events = new EventEmitter<{ event: [JobEvent] }>().setMaxListeners(0);
  readonly #workers = new Set<JobWorker>();

  publish(event: JobEvent): void {
    this.#events.emit('event', event);
  }

  listen(listener: (event: JobEvent) => void): () => void {
    this.#events.on('event', listener);
    return () => {
      this.#events.off('event', listener);
    };
  }

  wake(): void {
    for (const worker of this.#workers) worker.wake();
  }

  cancel(jobId: string): void {
    for (const worker of this.#workers) worker.cancel(jobId);
  }

  attend(worker: JobWorker): () => void {
    this.#workers.add(worker);
    return () => {
      this.#workers.delete(worker);
    };
  }

  countWorkers(): Promise<number> {
    return Promise.resolve(this.#workers.size);
  }

  close(): Promise<void> {
    this.#events.removeAllListeners();
    this.#workers.clear();
    return Promise.resolve();
  }
}
