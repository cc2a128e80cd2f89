import type {
  FoundInputs,
  InputKind,
  JobError,
  JobRecord,
  NewJob,
  Run,
  SearchKind,
  StoredResult,
} from './job.js';
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
  /** Ids of submissions that have ended and were last asked for before a time, oldest first. */
  endedBefore(time: number, limit: number): Promise<string[]>;
  /**
   * What must go so that jobs take no more than some bytes, and so that others are free: of the client whose jobs take
   * most, those that have ended and were not asked for for longest, under everybody's id.
   */
  displaced(
    space: { readonly most: number; readonly free: number },
    limit: number,
  ): Promise<string[]>;
  /** Forgets batches from before a time of which nothing is left, and clients of which nothing is left. */
  tidy(time: number): Promise<void>;
  /** Deletes a batch; its submissions stay. */
  removeBatch(id: string): Promise<void>;
  /** An owner's nearest completed submissions of the same model that resemble a job, nearest first. */
  neighbours(job: JobRecord, owner: string, limit: number): Promise<Neighbour[]>;
}

/** Which job a worker can take. */
export interface Claim {
  /** Unique among all runs. */
  readonly token: string;
  readonly leaseMs: number;
  /** Hashes of the weights that the worker has. */
  readonly models: readonly string[];
  /** The longest job that it has room for, as estimated; any where absent. */
  readonly seconds?: number;
  /** The most memory that it has room for, as estimated; any where absent. */
  readonly megabytes?: number;
  /** A job is wanted that waits for such a search; one that can be computed where absent. */
  readonly searches?: SearchKind | false;
  /** Clients that have no turn now. */
  readonly exceptClients?: readonly string[];
}

/** A job that a worker has taken. */
export interface Claimed {
  readonly job: JobRecord;
  /** Whose turn it was. */
  readonly client: string;
}

/** What is computed, by whom at the moment, and what is next. */
export interface RunStore {
  find(id: string): Promise<JobRecord | undefined>;
  /** How many waiting jobs may be started before this one. */
  countBefore(submission: SubmissionRecord): Promise<number>;
  /** How many jobs have not finished. */
  countUnfinished(): Promise<Record<'waiting' | 'active', number>>;
  /** How many submissions of a client wait. */
  countWaiting(client: string): Promise<number>;
  /** Bytes that jobs take which have not finished, what they read, by the client that asked for each. */
  unfinishedBytes(): Promise<ReadonlyMap<string, number>>;
  /**
   * Begins a run of the next job: of the client that was served longest ago the job that it has asked for first.
   *
   * @returns the job, its attempts counted up, or undefined where none waits that the worker can take
   */
  claim(claim: Claim): Promise<Claimed | undefined>;
  /** Keeps runs alive. @returns those that still hold their job */
  renew(runs: readonly Run[], leaseMs: number): Promise<Run[]>;
  /** @returns false where the run no longer holds its job, and nothing was stored */
  complete(run: Run, result: StoredResult): Promise<boolean>;
  /**
   * Stores what was searched for, packed by gzip, and lets the job wait to be computed.
   *
   * @returns false where the run no longer holds its job, and nothing was stored
   */
  found(run: Run, inputs: FoundInputs): Promise<boolean>;
  /** @returns false where the run no longer holds its job */
  fail(run: Run, error: JobError): Promise<boolean>;
  /** Lets the job wait again. With `isInterrupted` its own process ended, else the worker leaves. */
  release(run: Run, isInterrupted: boolean): Promise<boolean>;
  /** Lets a completed job wait again, since its result is damaged. @returns whether it was completed */
  repeat(id: string): Promise<boolean>;
  /** Lets jobs wait again whose lease has run out, and all active ones with `evenLeased`. @returns how many */
  recover(evenLeased: boolean): Promise<number>;
  /** Gives waiting jobs the weights that the model of that name has now. @returns how many had others */
  adopt(models: readonly NewJob['model'][]): Promise<number>;
  /** Ends waiting jobs of models with other names. @returns how many */
  refuseOthers(names: readonly string[], error: (model: string) => JobError): Promise<number>;
}

/** What was computed, and the alignments and templates that it was computed from. */
export interface ResultStore {
  /** What a job reads beside its request, packed by gzip; undefined where it reads no such thing. */
  readInput(id: string, kind: InputKind): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** The bytes as stored; undefined unless the job is completed. */
  read(id: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Attention of a job by its name, where it was kept; shorter where a crash cut it off. */
  readAttention(id: string, name: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Keeps attention with the result. @param maps by their names */
  keepAttention(id: string, maps: ReadonlyMap<string, Uint8Array>): Promise<void>;
}

/**
 * What was asked, its state and its results. What a method acknowledges is on disk. Every method throws FoldError
 * `STORE_UNAVAILABLE` while the database is away or its disk is full, and works again by itself afterwards.
 */
export interface PredictionStore {
  readonly submissions: SubmissionStore;
  readonly runs: RunStore;
  readonly results: ResultStore;
  /** Can the database be written to? Callers who ask at the same time share the answer. */
  ping(): Promise<void>;
  /** Bytes that it may still take before it reaches a limit of its own; the disk may end before. */
  room(): Promise<number>;
  close(): Promise<void>;
}
