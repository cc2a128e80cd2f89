import type { EmbeddingIndex } from './embedding-index.js';
import { JOB_COLUMNS, jobOfRow, NEW_JOB_COLUMNS, valuesOfJob } from './job-row.js';
import type {
  BatchRecord,
  JobError,
  JobRecord,
  ListQuery,
  Neighbour,
  NewJob,
  PredictionStore,
  Run,
  StoredResult,
} from './prediction-store.js';
import type { SqlDatabase, SqlRow, SqlStatement } from './sql-database.js';

/** Results are written and read in parts of this size, a few milliseconds each. */
const PART_BYTES = 1 << 18;
/** How many ids one statement names. */
const IDS_PER_QUERY = 200;
/** How many jobs `unfinished` gives at most; it is asked again every minute. */
const MAX_UNFINISHED = 10_000;

/** What the store is made of. */
export interface SqlStoreParts {
  readonly database: SqlDatabase;
  readonly embeddings: EmbeddingIndex;
  /** Milliseconds since 1970; replaced in tests. */
  readonly now?: () => number;
}

/** The store on any SQL database; what differs between databases is behind `SqlDatabase` and `EmbeddingIndex`. */
export class SqlPredictionStore implements PredictionStore {
  readonly #database: SqlDatabase;
  readonly #embeddings: EmbeddingIndex;
  readonly #now: () => number;

  constructor({ database, embeddings, now = Date.now }: SqlStoreParts) {
    this.#database = database;
    this.#embeddings = embeddings;
    this.#now = now;
  }

  async submit(
    jobs: readonly NewJob[],
    batch?: Omit<BatchRecord, 'createdAt'>,
  ): Promise<Set<string>> {
    const now = this.#now();
    const statements = jobs.map((job): SqlStatement => ({
      sql: `INSERT INTO predictions (${NEW_JOB_COLUMNS}, state, attempts, created_at, queued_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting', 0, $10, $10)
        ON CONFLICT (id) DO UPDATE SET state = 'waiting', attempts = 0, queued_at = excluded.queued_at,
          model_name = excluded.model_name, request = excluded.request, input = excluded.input,
          estimate = excluded.estimate, token = NULL, lease_until = NULL, error = NULL,
          started_at = NULL, finished_at = NULL
        WHERE predictions.state IN ('failed', 'cancelled') RETURNING id`,
      parameters: [...valuesOfJob(job), now],
    }));
    if (batch)
      statements.push({
        sql: `INSERT INTO batches (id, owner, created_at, members) VALUES ($1, $2, $3, $4)
          ON CONFLICT (id) DO NOTHING`,
        parameters: [batch.id, batch.owner, now, JSON.stringify(batch.members)],
      });
    const rows = await this.#database.atomically(statements);
    return new Set(rows.flat().map(({ id }) => String(id)));
  }

  async find(id: string, owner?: string): Promise<JobRecord | undefined> {
    const [row] = await this.#database.query(
      `SELECT ${JOB_COLUMNS} FROM predictions WHERE id = $1`,
      [id],
    );
    const job = row && jobOfRow(row);
    return owner === undefined || job?.owner === owner ? job : undefined;
  }

  async findMany(ids: readonly string[], owner: string): Promise<JobRecord[]> {
    const found = new Map<string, JobRecord>();
    for (let at = 0; at < ids.length; at += IDS_PER_QUERY) {
      const some = ids.slice(at, at + IDS_PER_QUERY);
      const rows = await this.#database.query(
        `SELECT ${JOB_COLUMNS} FROM predictions WHERE owner = $1 AND id IN (${placeholders(some, 2)})`,
        [owner, ...some],
      );
      for (const job of rows.map(jobOfRow)) found.set(job.id, job);
    }
    return ids.flatMap((id) => found.get(id) ?? []);
  }

  async findBatch(id: string, owner: string): Promise<BatchRecord | undefined> {
    const [row] = await this.#database.query(
      'SELECT created_at, members FROM batches WHERE id = $1 AND owner = $2',
      [id, owner],
    );
    if (!row) return undefined;
    const members = JSON.parse(String(row['members'])) as string[];
    return { id, owner, createdAt: Number(row['created_at']), members };
  }

  async list({ owner, state, before, limit }: ListQuery): Promise<JobRecord[]> {
    const rows = await this.#database.query(
      `SELECT ${JOB_COLUMNS} FROM predictions WHERE owner = $1 AND seq < $2
       ${state ? 'AND state = $4' : ''} ORDER BY seq DESC LIMIT $3`,
      [owner, before ?? Number.MAX_SAFE_INTEGER, limit, ...(state ? [state] : [])],
    );
    return rows.map(jobOfRow);
  }

  async countBefore({ queuedAt, seq }: Pick<JobRecord, 'queuedAt' | 'seq'>): Promise<number> {
    const [row] = await this.#database.query(
      `SELECT COUNT(*) AS count FROM predictions WHERE state = 'waiting'
       AND (queued_at < $1 OR (queued_at = $1 AND seq < $2))`,
      [queuedAt, seq],
    );
    return Number(row?.['count']);
  }

  async countUnfinished(): Promise<Record<'waiting' | 'active', number>> {
    const counts = { waiting: 0, active: 0 };
    const sql = `SELECT state, COUNT(*) AS count FROM predictions
      WHERE state IN ('waiting', 'active') GROUP BY state`;
    for (const { state, count } of await this.#database.query(sql))
      counts[state as 'waiting' | 'active'] = Number(count);
    return counts;
  }

  async cancel(id: string): Promise<boolean> {
    const rows = await this.#database.query(
      `UPDATE predictions SET state = 'cancelled', finished_at = $2
       WHERE id = $1 AND state IN ('waiting', 'active') RETURNING id`,
      [id, this.#now()],
    );
    return rows.length > 0;
  }

  async start({ id, token }: Run, leaseMs: number): Promise<JobRecord | undefined> {
    const now = this.#now();
    const [[row]] = (await this.#database.atomically([
      {
        sql: `UPDATE predictions SET state = 'active', attempts = attempts + 1, token = $2, lease_until = $3,
          started_at = $4 WHERE id = $1 AND state IN ('waiting', 'active') RETURNING ${JOB_COLUMNS}`,
        parameters: [id, token, now + leaseMs, now],
      },
      {
        sql: `DELETE FROM result_parts WHERE id = $1
          AND EXISTS (SELECT 1 FROM predictions WHERE id = $1 AND token = $2)`,
        parameters: [id, token],
      },
    ])) as [SqlRow[], SqlRow[]];
    return row && jobOfRow(row);
  }

  async renew(runs: readonly Run[], leaseMs: number): Promise<Run[]> {
    const until = this.#now() + leaseMs;
    const rows = await this.#database.atomically(
      runs.map(({ id, token }) => ({
        sql: `UPDATE predictions SET lease_until = $3
          WHERE id = $1 AND token = $2 AND state = 'active' RETURNING id`,
        parameters: [id, token, until],
      })),
    );
    return runs.filter((_, index) => rows[index]!.length > 0);
  }

  async complete(run: Run, { bytes, summary, embedding }: StoredResult): Promise<boolean> {
    for (let part = 0; part * PART_BYTES < bytes.length; part++)
      await this.#database.query(
        `INSERT INTO result_parts (id, token, part, bytes) VALUES ($1, $2, $3, $4)
         ON CONFLICT (id, token, part) DO UPDATE SET bytes = excluded.bytes`,
        [run.id, run.token, part, bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES)],
      );
    const insertion = await this.#embeddings.insertion(run, embedding);
    const [rows] = await this.#database.atomically([
      {
        sql: `UPDATE predictions SET state = 'completed', summary = $3, finished_at = $4
          WHERE id = $1 AND token = $2 AND state = 'active' RETURNING id`,
        parameters: [run.id, run.token, JSON.stringify(summary), this.#now()],
      },
      insertion,
    ]);
    if (rows!.length > 0) return true;
    return this.#isCompletedBy(run); // the answer to an earlier try was lost
  }

  fail(run: Run, error: JobError): Promise<boolean> {
    return this.#leave(
      run,
      `state = 'failed', error = $3, finished_at = $4`,
      JSON.stringify(error),
      this.#now(),
    );
  }

  release(run: Run): Promise<boolean> {
    return this.#leave(run, `state = 'waiting', attempts = attempts - 1, started_at = NULL`);
  }

  async unfinished(evenLeased: boolean): Promise<string[]> {
    const rows = await this.#database.query(
      `SELECT id FROM predictions
       WHERE state = 'waiting' OR (state = 'active' AND lease_until < $1)
       ORDER BY queued_at, seq LIMIT ${MAX_UNFINISHED}`,
      [evenLeased ? Number.MAX_SAFE_INTEGER : this.#now()],
    );
    return rows.map(({ id }) => String(id));
  }

  async result(id: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const [row] = await this.#database.query(
      `SELECT token FROM predictions WHERE id = $1 AND state = 'completed'`,
      [id],
    );
    if (!row) return undefined;
    const parts: Uint8Array[] = [];
    for (;;) {
      const [found] = await this.#database.query(
        'SELECT bytes FROM result_parts WHERE id = $1 AND token = $2 AND part = $3',
        [id, row['token']!, parts.length],
      );
      if (!(found?.['bytes'] instanceof Uint8Array)) break;
      parts.push(found['bytes']);
      if (found['bytes'].length < PART_BYTES) break;
    }
    const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
    parts.forEach((part, index) => {
      bytes.set(part, index * PART_BYTES);
    });
    return bytes;
  }

  async discard(id: string, error: JobError): Promise<void> {
    await this.#database.query(
      `UPDATE predictions SET state = 'failed', error = $2 WHERE id = $1 AND state = 'completed'`,
      [id, JSON.stringify(error)],
    );
  }

  async neighbours(job: JobRecord, limit: number): Promise<Neighbour[]> {
    const near = await this.#embeddings.nearest(job, limit);
    if (near.length === 0) return [];
    const seqs = near.map(({ seq }) => seq);
    const rows = await this.#database.query(
      `SELECT ${JOB_COLUMNS} FROM predictions WHERE state = 'completed' AND seq IN (${placeholders(seqs, 1)})`,
      seqs,
    );
    const jobs = new Map(rows.map(jobOfRow).map((other) => [other.seq, other]));
    return near.flatMap(({ seq, similarity }) => {
      const other = jobs.get(seq);
      return other ? [{ job: other, similarity }] : [];
    });
  }

  async ping(): Promise<void> {
    await this.#database.query('SELECT 1 AS one');
  }

  close(): Promise<void> {
    return this.#database.close();
  }

  async #leave({ id, token }: Run, change: string, ...values: (string | number)[]) {
    const rows = await this.#database.query(
      `UPDATE predictions SET ${change} WHERE id = $1 AND token = $2 AND state = 'active' RETURNING id`,
      [id, token, ...values],
    );
    return rows.length > 0;
  }

  async #isCompletedBy({ id, token }: Run): Promise<boolean> {
    const rows = await this.#database.query(
      `SELECT 1 AS one FROM predictions WHERE id = $1 AND token = $2 AND state = 'completed'`,
      [id, token],
    );
    return rows.length > 0;
  }
}

function placeholders(values: readonly unknown[], first: number): string {
  return values.map((_, index) => `$${index + first}`).join(', ');
}
