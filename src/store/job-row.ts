import type { Chain } from '#sequence/chain';
import { packCodons, type PackedCodons, unpackCodons } from './packed-codons.js';
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
    JSON.stringify(storedRequest(job.request)),
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
    request: requestOf(json(row['request']) as StoredRequest),
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

type Request = NewJob['request'];
type StoredRequest = Omit<Request, 'chains'> & {
  readonly chains: readonly (Omit<Chain, 'codons'> & { readonly codons?: PackedCodons })[];
};

function storedRequest({ chains, ...request }: Request): StoredRequest {
  const stored = chains.map(({ codons, ...chain }) =>
    codons ? { ...chain, codons: packCodons(codons) } : chain,
  );
  return { ...request, chains: stored };
}

/** Codons are unpacked only when somebody looks: lists do not. */
function requestOf({ chains, ...request }: StoredRequest): Request {
  const read = chains.map(({ codons, ...chain }): Chain => {
    if (!codons) return chain;
    return {
      ...chain,
      get codons() {
        return unpackCodons(codons);
      },
    };
  });
  return { ...request, chains: read };
}

function json(value: SqlValue | undefined): unknown {
  return typeof value === 'string' ? JSON.parse(value) : undefined;
}

function number(value: SqlValue | undefined): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}
