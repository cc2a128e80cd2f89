import type { JobError, JobRecord, Run, StoredResult } from './job.js';
import type {
  BatchRecord,
  ListQuery,
  Neighbour,
  NewSubmission,
  SubmissionRecord,
} from './submission.js';

/** Who asked for what. */
export interface SubmissionStore {
  /**
   * Accepts submissions, all or none. A submission that exists is asked for again: it is no longer cancelled. A job that
   * exists is left alone, except that failed and cancelled ones wait again.
   *
   * @param submissions of one owner, each once
   * @returns ids of the jobs that now wait and did not before
   */
  submit(
    submissions: readonly NewSubmission[],
    batch?: Omit<BatchRecord, 'createdAt'>,
  ): Promise<Set<string>>;
  find(id: string): Promise<SubmissionRecord | undefined>;
  /** In the order of `ids`; unknown ones are left out. */
  findMany(ids: readonly string[]): Promise<SubmissionRecord[]>;
  findBatch(id: string): Promise<BatchRecord | undefined>;
  /** Newest first. */
  list(query: ListQuery): Promise<SubmissionRecord[]>;
  /**
   * Cancels a submission whose job has not finished, and the job where nobody else asks for it.
   *
   * @returns what was cancelled
   */
  cancel(id: string): Promise<'nothing' | 'submission' | 'job'>;
  /** Deletes a submission that has ended, and job and result where nobody else has them. @returns whether it did */
  remove(id: string): Promise<boolean>;
  /** Deletes a batch; its submissions stay. */
  removeBatch(id: string): Promise<void>;
  /** An owner's nearest completed submissions of the same model by sequence embedding, nearest first. */
  neighbours(job: JobRecord, owner: string, limit: number): Promise<Neighbour[]>;
}

/** What is computed, and by whom at the moment. */
export interface RunStore {
  find(id: string): Promise<JobRecord | undefined>;
  /** How many waiting jobs stand before this one. */
  countBefore(job: Pick<JobRecord, 'queuedAt' | 'seq'>): Promise<number>;
  /** How many jobs have not finished. */
  countUnfinished(): Promise<Record<'waiting' | 'active', number>>;
  /**
   * Begins a run. An active job is taken over: the run before can no longer finish it.
   *
   * @returns the job with its attempts counted up, or undefined where there is nothing left to do
   */
  start(run: Run, leaseMs: number): Promise<JobRecord | undefined>;
  /** Keeps runs alive. @returns those that still hold their job */
  renew(runs: readonly Run[], leaseMs: number): Promise<Run[]>;
  /** @returns false where the run no longer holds its job, and nothing was stored */
  complete(run: Run, result: StoredResult): Promise<boolean>;
  /** @returns false where the run no longer holds its job */
  fail(run: Run, error: JobError): Promise<boolean>;
  /** Lets the job wait again: the worker leaves, the job is not to blame. */
  release(run: Run): Promise<boolean>;
  /** Lets a completed job wait again, since its result is damaged. @returns whether it was completed */
  repeat(id: string): Promise<boolean>;
  /** Waiting jobs, and active ones whose lease has run out, in queue order; all active ones with `evenLeased`. */
  unfinished(evenLeased: boolean): Promise<string[]>;
}

/** What was computed. */
export interface ResultStore {
  /** The bytes as stored; undefined unless the job is completed. */
  read(id: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
}

/**
 * What was asked, its state and its results. What a method acknowledges is on disk. Every method throws FoldError
 * `STORE_UNAVAILABLE` while the database is away or its disk is full, and works again by itself afterwards.
 */
export interface PredictionStore {
  readonly submissions: SubmissionStore;
  readonly runs: RunStore;
  readonly results: ResultStore;
  /** Does the database answer? */
  ping(): Promise<void>;
  close(): Promise<void>;
}
