import type { JobError, JobRecord, Run, StoredResult } from '#store/job';
import type { RunStore } from '#store/prediction-store';
import { embeddingInsertion } from './embeddings.js';
import { partInsertions } from './sql-results.js';
import { JOB_COLUMNS, jobOfRow } from './rows.js';
import type { SqlDatabase, SqlRow } from './sql-database.js';

/** How many jobs `unfinished` gives at most; it is asked again every minute. */
const MAX_UNFINISHED = 10_000;

/** Runs on any SQL database. */
export class SqlRuns implements RunStore {
  readonly #database: SqlDatabase;
  readonly #now: () => number;

  constructor(database: SqlDatabase, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  async find(id: string): Promise<JobRecord | undefined> {
    const sql = `SELECT ${JOB_COLUMNS} FROM jobs WHERE id = $1`;
    const [row] = await this.#database.query(sql, [id]);
    return row && jobOfRow(row);
  }

  async countBefore({ queuedAt, seq }: Pick<JobRecord, 'queuedAt' | 'seq'>): Promise<number> {
    const [row] = await this.#database.query(
      `SELECT COUNT(*) AS count FROM jobs WHERE state = 'waiting'
       AND (queued_at < $1 OR (queued_at = $1 AND seq < $2))`,
      [queuedAt, seq],
    );
    return Number(row?.['count']);
  }

  async countUnfinished(): Promise<Record<'waiting' | 'active', number>> {
    const counts = { waiting: 0, active: 0 };
    const sql = `SELECT state, COUNT(*) AS count FROM jobs
      WHERE state IN ('waiting', 'active') GROUP BY state`;
    for (const { state, count } of await this.#database.query(sql))
      counts[state as 'waiting' | 'active'] = Number(count);
    return counts;
  }

  async start({ id, token }: Run, leaseMs: number): Promise<JobRecord | undefined> {
    const now = this.#now();
    const [[row]] = (await this.#database.atomically([
      {
        // whoever was running it did not say how that ended
        sql: `UPDATE jobs SET state = 'active', attempts = attempts + 1, token = $2, lease_until = $3, started_at = $4,
          interruptions = interruptions + CASE WHEN state = 'active' THEN 1 ELSE 0 END
          WHERE id = $1 AND state IN ('waiting', 'active') RETURNING ${JOB_COLUMNS}`,
        parameters: [id, token, now + leaseMs, now],
      },
      {
        sql: `DELETE FROM result_parts WHERE job = $1
          AND EXISTS (SELECT 1 FROM jobs WHERE id = $1 AND token = $2)`,
        parameters: [id, token],
      },
    ])) as [SqlRow[], SqlRow[]];
    return row && jobOfRow(row);
  }

  async renew(runs: readonly Run[], leaseMs: number): Promise<Run[]> {
    const until = this.#now() + leaseMs;
    const rows = await this.#database.atomically(
      runs.map(({ id, token }) => ({
        sql: `UPDATE jobs SET lease_until = $3
          WHERE id = $1 AND token = $2 AND state = 'active' RETURNING id`,
        parameters: [id, token, until],
      })),
    );
    return runs.filter((_, index) => rows[index]!.length > 0);
  }

  async complete(run: Run, { bytes, summary, embedding }: StoredResult): Promise<boolean> {
    for (const { sql, parameters } of partInsertions(run, bytes))
      await this.#database.query(sql, parameters);
    const [rows] = await this.#database.atomically([
      {
        sql: `UPDATE jobs SET state = 'completed', summary = $3, finished_at = $4
          WHERE id = $1 AND token = $2 AND state = 'active' RETURNING id`,
        parameters: [run.id, run.token, JSON.stringify(summary), this.#now()],
      },
      embeddingInsertion(run, embedding, this.#database.dialect),
    ]);
    if (rows!.length > 0) return true;
    return this.#isCompletedBy(run); // the answer to an earlier try was lost
  }

  fail(run: Run, error: JobError): Promise<boolean> {
    const change = `state = 'failed', error = $3, finished_at = $4`;
    return this.#leave(run, change, JSON.stringify(error), this.#now());
  }

  release(run: Run): Promise<boolean> {
    return this.#leave(run, `state = 'waiting', started_at = NULL`);
  }

  async repeat(id: string): Promise<boolean> {
    const rows = await this.#database.query(
      `UPDATE jobs SET state = 'waiting', queued_at = $2, interruptions = 0, token = NULL, summary = NULL,
         started_at = NULL, finished_at = NULL WHERE id = $1 AND state = 'completed' RETURNING id`,
      [id, this.#now()],
    );
    return rows.length > 0;
  }

  async unfinished(evenLeased: boolean): Promise<string[]> {
    const rows = await this.#database.query(
      `SELECT id FROM jobs
       WHERE state = 'waiting' OR (state = 'active' AND lease_until < $1)
       ORDER BY queued_at, seq LIMIT ${MAX_UNFINISHED}`,
      [evenLeased ? Number.MAX_SAFE_INTEGER : this.#now()],
    );
    return rows.map(({ id }) => String(id));
  }

  async #leave({ id, token }: Run, change: string, ...values: (string | number)[]) {
    const rows = await this.#database.query(
      `UPDATE jobs SET ${change} WHERE id = $1 AND token = $2 AND state = 'active' RETURNING id`,
      [id, token, ...values],
    );
    return rows.length > 0;
  }

  async #isCompletedBy({ id, token }: Run): Promise<boolean> {
    const rows = await this.#database.query(
      `SELECT 1 AS one FROM jobs WHERE id = $1 AND token = $2 AND state = 'completed'`,
      [id, token],
    );
    return rows.length > 0;
  }
}
