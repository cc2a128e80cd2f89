/** Something that happened to a job: plain JSON, whose shape is the publisher's. */
export interface JobEvent {
  readonly jobId: string;
  readonly data: unknown;
}

/** Somebody who runs jobs. */
export interface JobWorker {
  /** There may be something to do. */
  wake(): void;
  /** Nobody wants this job any more. */
  cancel(jobId: string): void;
}

/**
 * What servers and workers tell each other. Any of it may get lost: the store is the truth, and all that is told here can
 * also be found there by looking again.
 */
export interface JobBus {
  /** Tells every listener of every process. */
  publish(event: JobEvent): void;
  /** @returns a function that ends it */
  listen(listener: (event: JobEvent) => void): () => void;
  /** Wakes every worker. */
  wake(): void;
  /** Tells whoever runs a job that nobody wants it any more. */
  cancel(jobId: string): void;
  /** Makes this process a worker. @returns a function that ends it */
  attend(worker: JobWorker): () => void;
  /** How many processes are workers. */
  countWorkers(): Promise<number>;
  close(): Promise<void>;
}
