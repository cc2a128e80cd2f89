import { packCodons, type PackedCodons, unpackCodons } from './packed-codons.js';
import type { Chain } from '#sequence/chain';
import {
  inputBytesOf,
  type JobRecord,
  type JobRequest,
  searchOf,
  SEARCH_KINDS,
  type JobState,
  type SearchKind,
  type NewJob,
} from '#store/job';
import type { NewSubmission, SubmissionInput, SubmissionRecord } from '#store/submission';
import type { SqlRow, SqlValue } from './sql-database.js';

/** What {@link jobOfRow} needs of a row. */
export const JOB_COLUMNS = `jobs.seq AS job_seq, jobs.id AS job_id, model_name, model_sha256, request, num_residues,
  seconds, megabytes, state, searches, attempts, interruptions, error, summary, queued_at, started_at, finished_at`;

/** The columns that {@link valuesOfJob} fills, in its order. */
export const NEW_JOB_COLUMNS =
  'id, model_name, model_sha256, request, num_residues, seconds, megabytes, searches, bytes';

/** What {@link submissionOfRow} needs of a row of {@link SUBMISSIONS}. */
export const SUBMISSION_COLUMNS = `submissions.seq AS seq, submissions.id AS id, owner, submissions.client AS client, name, input, codons, created_at,
  cancelled_at, ${JOB_COLUMNS}`;

/** Submissions, each with its job. */
export const SUBMISSIONS = 'submissions JOIN jobs ON jobs.id = submissions.job';

/** Where a submission stands, in SQL. */
export const SUBMISSION_STATE = `CASE WHEN cancelled_at IS NULL THEN state ELSE 'cancelled' END`;

/** The columns that {@link valuesOfSubmission} fills, in its order. */
export const NEW_SUBMISSION_COLUMNS = 'id, owner, client, job, name, input, codons';

/** The values of a new job's row; all that it takes until it has a result is what it reads. */
export function valuesOfJob(job: NewJob): SqlValue[] {
  const { id, model, request, numResidues, estimate } = job;
  const { seconds, megabytes } = estimate;
  const written = [JSON.stringify(request), numResidues, seconds, megabytes];
  const searches = searchNumber(searchOf(request));
  return [id, model.name, model.sha256, ...written, searches, inputBytesOf(job)];
}

/** How a kind of search stands in a row; 0 where there is none. */
export function searchNumber(kind: SearchKind | false): number {
  return kind === false ? 0 : SEARCH_KINDS.indexOf(kind) + 1;
}

/** The values of a new submission's row. */
export function valuesOfSubmission(submission: NewSubmission): SqlValue[] {
  const { id, owner, client, job, name, input, chains } = submission;
  const codons = chains.map((chain) => chain.codons && packCodons(chain.codons));
  const isTranslated = codons.some((each) => each !== undefined);
  const packed = isTranslated ? JSON.stringify(codons) : null;
  return [id, owner, client, job.id, name, JSON.stringify(input), packed];
}

/** A job as its row tells it. */
export function jobOfRow(row: SqlRow): JobRecord {
  return {
    seq: Number(row['job_seq']),
    id: String(row['job_id']),
    model: { name: String(row['model_name']), sha256: String(row['model_sha256']) },
    request: json(row['request']) as JobRequest,
    numResidues: Number(row['num_residues']),
    estimate: { seconds: Number(row['seconds']), megabytes: Number(row['megabytes']) },
    state: row['state'] as JobState,
    searches: SEARCH_KINDS[Number(row['searches']) - 1] ?? false,
    attempts: Number(row['attempts']),
    interruptions: Number(row['interruptions']),
    queuedAt: Number(row['queued_at']),
    ...optional('startedAt', number(row['started_at'])),
    ...optional('finishedAt', number(row['finished_at'])),
    ...optional('error', json(row['error'])),
    ...optional('summary', json(row['summary'])),
  };
}

/** A submission as its row tells it. */
export function submissionOfRow(row: SqlRow): SubmissionRecord {
  const job = jobOfRow(row);
  const cancelledAt = number(row['cancelled_at']);
  const input = json(row['input']) as SubmissionInput;
  const codons = json(row['codons']) as StoredCodons | undefined;
  return {
    seq: Number(row['seq']),
    id: String(row['id']),
    owner: String(row['owner']),
    client: String(row['client']),
    name: String(row['name']),
    chains: chainsOf(job.request, codons, input.chainNames),
    input,
    job,
    state: cancelledAt === undefined ? job.state : 'cancelled',
    createdAt: Number(row['created_at']),
    ...optional('finishedAt', cancelledAt ?? job.finishedAt),
  };
}

/** Of each chain; null for chains that were given as protein. */
type StoredCodons = readonly (PackedCodons | null)[];

/** Codons are unpacked only when somebody looks: lists do not. */
function chainsOf(
  { chains }: JobRequest,
  codons: StoredCodons | undefined,
  names: readonly string[] | undefined,
): Chain[] {
  return chains.map((ofJob, index): Chain => {
    const chain = { ...ofJob, id: names?.[index] ?? ofJob.id };
    const packed = codons?.[index];
    if (!packed) return chain;
    return {
      ...chain,
      get codons() {
        return unpackCodons(packed);
      },
    };
  });
}

function optional(name: string, value: unknown): Record<string, unknown> {
  return value === undefined ? {} : { [name]: value };
}

function json(value: SqlValue | undefined): unknown {
  return typeof value === 'string' ? JSON.parse(value) : undefined;
}

function number(value: SqlValue | undefined): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}
