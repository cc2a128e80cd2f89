import type { Chain } from '#sequence/chain';
import type { SequenceKind } from '#sequence/interpretation';
import type { JobRecord, JobState, NewJob } from './job.js';

/** How the input was understood. */
export interface SubmissionInput {
  readonly kind: SequenceKind;
  readonly title: string;
  readonly assumed?: string;
  readonly geneticCode?: number;
  readonly frame?: number;
  /** Of the chains, where they are not A, B, … */
  readonly chainNames?: readonly string[];
  readonly warnings: readonly string[];
}

/** What one user asked for: the job is shared, all else is the user's own. */
export interface NewSubmission {
  /** Hash of owner, job, name, chains and input: all that the files of the result depend on. */
  readonly id: string;
  /** Whose it is: a hash of an API key or of a browser's secret; empty for programs without either. */
  readonly owner: string;
  /** Who takes turns with others and is charged for space: a hash of an API key or of an address. */
  readonly client: string;
  readonly name: string;
  /** The chains of the job by the user's names, with codons where they were read from nucleotides. */
  readonly chains: readonly Chain[];
  readonly input: SubmissionInput;
  readonly job: NewJob;
}

/** A submission as it stands. Times are milliseconds since 1970. */
export interface SubmissionRecord extends NewSubmission {
  /** Grows with every submission; a cursor for lists. */
  readonly seq: number;
  readonly job: JobRecord;
  /** The job's, but for submissions that their owner has cancelled. */
  readonly state: JobState;
  readonly createdAt: number;
  /** When it ended for its owner. */
  readonly finishedAt?: number;
}

/** What was submitted together. */
export interface BatchRecord {
  readonly id: string;
  readonly owner: string;
  readonly createdAt: number;
  /** Ids of submissions in the order of the input. */
  readonly members: readonly string[];
}

/** An earlier submission of the same owner and how much of the sequence it shares. */
export interface Neighbour {
  readonly submission: SubmissionRecord;
  /** As `sharedWords` has it, 0-1. */
  readonly similarity: number;
}

/** Which submissions a list shows. */
export interface ListQuery {
  readonly owner: string;
  readonly state?: JobState;
  /** Only submissions with a smaller `seq`. */
  readonly before?: number;
  readonly limit: number;
}
