import type { PredictionEstimate } from '#architectures/family';
import type { PredictionRequest } from '#predict/prediction';
import type { SequenceKind } from '#sequence/interpretation';

/** Where a job stands; only the first two ever change again by themselves. */
export type JobState = 'waiting' | 'active' | 'completed' | 'failed' | 'cancelled';

/** States that a job leaves only when its input is submitted anew. */
export const FINAL_STATES: readonly JobState[] = ['completed', 'failed', 'cancelled'];

/** Why a job failed, as its owner may read it. */
export interface JobError {
  readonly code: string;
  readonly detail: string;
  readonly hint?: string;
}

/** How the input was understood. */
export interface JobInput {
  readonly kind: SequenceKind;
  readonly title: string;
  readonly assumed?: string;
  readonly geneticCode?: number;
  readonly frame?: number;
  readonly warnings: readonly string[];
}

/** A prediction to be made. `id` is a hash of everything that determines the result. */
export interface NewJob {
  readonly id: string;
  /** Whose it is: a hash of the API key, empty where keys are off. */
  readonly owner: string;
  readonly model: { readonly name: string; readonly sha256: string };
  readonly request: PredictionRequest;
  readonly numResidues: number;
  readonly numRecycles: number;
  readonly input: JobInput;
  readonly estimate: PredictionEstimate;
}

/** What is known of a job without its result. Times are milliseconds since 1970. */
export interface JobRecord extends NewJob {
  /** Grows with every new job; a cursor for lists. */
  readonly seq: number;
  readonly state: JobState;
  /** How often it was started. */
  readonly attempts: number;
  readonly createdAt: number;
  /** When it last began to wait. */
  readonly queuedAt: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly error?: JobError;
  /** Of completed jobs. */
  readonly summary?: ResultSummary;
}

/** What a list shows of a result. */
interface ResultSummary {
  readonly meanPlddt: number;
  readonly ptm: number;
}

/** A finished prediction, ready to be stored. */
export interface StoredResult {
  /** What `serialisePrediction` wrote. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly summary: ResultSummary;
  /** `[D]` */
  readonly embedding: Float32Array;
}

/** Jobs that were submitted together. */
export interface BatchRecord {
  readonly id: string;
  readonly owner: string;
  readonly createdAt: number;
  /** Ids in the order of the input. */
  readonly members: readonly string[];
}

/** An earlier prediction and how near its sequence embedding is. */
export interface Neighbour {
  readonly job: JobRecord;
  /** Cosine similarity, -1 to 1. */
  readonly similarity: number;
}

/** One run of a job by one worker; a later run of the same job ends it. */
export interface Run {
  readonly id: string;
  /** Unique among all runs. */
  readonly token: string;
}

/** Which jobs a list shows. */
export interface ListQuery {
  readonly owner: string;
  readonly state?: JobState;
  /** Only jobs with a smaller `seq`. */
  readonly before?: number;
  readonly limit: number;
}

/**
 * What was asked, its state and its results. What a method acknowledges is on disk. Every method throws FoldError
 * `STORE_UNAVAILABLE` while the database is away or its disk is full, and works again by itself afterwards.
 */
export interface PredictionStore {
  /**
   * Accepts jobs, all or none. A job that exists is left alone, except that failed and cancelled ones wait anew, as
   * they are asked for now.
   *
   * @returns the ids that now wait and did not before
   */
  submit(jobs: readonly NewJob[], batch?: Omit<BatchRecord, 'createdAt'>): Promise<Set<string>>;
  find(id: string, owner?: string): Promise<JobRecord | undefined>;
  /** In the order of `ids`; unknown ones are left out. */
  findMany(ids: readonly string[], owner: string): Promise<JobRecord[]>;
  findBatch(id: string, owner: string): Promise<BatchRecord | undefined>;
  /** Newest first. */
  list(query: ListQuery): Promise<JobRecord[]>;
  /** How many waiting jobs stand before this one, whoever owns them. */
  countBefore(job: Pick<JobRecord, 'queuedAt' | 'seq'>): Promise<number>;
  /** How many jobs have not finished. */
  countUnfinished(): Promise<Record<'waiting' | 'active', number>>;
  /** Cancels a waiting or active job; any other is left as it is. */
  cancel(id: string): Promise<boolean>;

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
  /** Lets the job wait again, its attempt not counted: the worker leaves, the job is not to blame. */
  release(run: Run): Promise<boolean>;
  /** Waiting jobs, and active ones whose lease has run out, in queue order; all active ones with `evenLeased`. */
  unfinished(evenLeased: boolean): Promise<string[]>;

  /** The bytes as stored; undefined unless completed. */
  result(id: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Marks a completed job failed because its result is damaged, so that it can be asked for anew. */
  discard(id: string, error: JobError): Promise<void>;
  /** Nearest completed predictions of the same owner and model by sequence embedding, nearest first. */
  neighbours(job: JobRecord, limit: number): Promise<Neighbour[]>;

  /** Does the database answer? */
  ping(): Promise<void>;
  close(): Promise<void>;
}
