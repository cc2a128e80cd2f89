/** Something that happened to a job: plain JSON but for `data`, whose shape is the publisher's. */
export interface JobEvent {
  readonly jobId: string;
  readonly data: unknown;
}

/**
 * Runs one job. Returns `done` when nothing is left to do, whatever became of the job, and `again` when it is to be
 * queued once more; must not throw.
 */
export type RunJob = (id: string, signal: AbortSignal) => Promise<'done' | 'again'>;

/**
 * Hands job ids to workers. It may forget everything at any time: the store is the truth, and `add` is called again
 * for what was lost. An id that is queued or running is never queued twice.
 */
export interface JobQueue {
  /** Queues jobs in this order, after what waits already. */
  add(ids: readonly string[]): Promise<void>;
  /** Begins to take jobs, `concurrency` at a time. */
  process(run: RunJob, concurrency: number): void;
  /** Forgets a waiting job; aborts a running one wherever it runs. */
  cancel(id: string): Promise<void>;
  /** Tells every listener of every process; may be lost. */
  publish(event: JobEvent): void;
  /** @returns a function that ends it */
  listen(listener: (event: JobEvent) => void): () => void;
  /** Workers that take jobs from this queue. */
  countWorkers(): Promise<number>;
  /** Takes no more jobs and waits for running ones; `signal` aborts them. */
  drain(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
