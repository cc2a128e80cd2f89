import type { JobInput, JobRecord, JobState, NewJob } from './prediction-store.js';
import type { SqlRow, SqlValue } from './sql-database.js';

/** What {@link jobOfRow} needs of a row. */
export const JOB_COLUMNS = `seq, id, owner, model_name, model_sha256, request, num_residues, num_recycles, input,
  estimate, state, attempts, error, summary, created_at, queued_at, started_at, finished_at`;

/** The columns that {@link valuesOfJob} fills, in its order. */
export const NEW_JOB_COLUMNS =
  'id, owner, model_name, model_sha256, request, num_residues, num_recycles, input, estimate';

/** The values of a new job's row. */
export function valuesOfJob(job: NewJob): SqlValue[] {
  return [
    job.id,
    job.owner,
    job.model.name,
    job.model.sha256,
    JSON.stringify(job.request),
    job.numResidues,
    job.numRecycles,
    JSON.stringify(job.input),
    JSON.stringify(job.estimate),
  ];
}

/** A job as its row tells it. */
export function jobOfRow(row: SqlRow): JobRecord {
  const optional = (name: string, value: unknown) => (value === undefined ? {} : { [name]: value });
  return {
    seq: Number(row['seq']),
    id: String(row['id']),
    owner: String(row['owner']),
    model: { name: String(row['model_name']), sha256: String(row['model_sha256']) },
    request: json(row['request']) as NewJob['request'],
    numResidues: Number(row['num_residues']),
    numRecycles: Number(row['num_recycles']),
    input: json(row['input']) as JobInput,
    estimate: json(row['estimate']) as NewJob['estimate'],
    state: row['state'] as JobState,
    attempts: Number(row['attempts']),
    createdAt: Number(row['created_at']),
    queuedAt: Number(row['queued_at']),
    ...optional('startedAt', number(row['started_at'])),
    ...optional('finishedAt', number(row['finished_at'])),
    ...optional('error', json(row['error'])),
    ...optional('summary', json(row['summary'])),
  };
}

function json(value: SqlValue | undefined): unknown {
  return typeof value === 'string' ? JSON.parse(value) : undefined;
}

function number(value: SqlValue | undefined): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}
