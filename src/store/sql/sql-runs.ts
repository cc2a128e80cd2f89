import type { FoundInputs, JobError, JobRecord, NewJob, Run, StoredResult } from '#store/job';
import type { Claim, Claimed, RunStore } from '#store/prediction-store';
import type { SubmissionRecord } from '#store/submission';
import { nextJob } from './next-job.js';
import { foundInsertions, partInsertions } from './sql-results.js';
import { JOB_COLUMNS, jobOfRow } from './rows.js';
import {
  inLockOrder,
  placeholders,
  type SqlDatabase,
  type SqlStatement,
  type SqlValue,
} from './sql-database.js';
import { TAKE_TURNS } from './sql-submissions.js';

/** How often a worker looks for another job where others were faster. */
const MAX_RACES = 100;
const RESTS = `UPDATE submissions SET waits = 0 WHERE job = $1 AND waits = 1`;
const INPUT_BYTES = '(SELECT COALESCE(SUM(LENGTH(bytes)), 0) FROM input_parts WHERE job = $1)';

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

  async countBefore({ client, seq }: SubmissionRecord): Promise<number> {
    const rows = await this.#database.query(
      `SELECT submissions.client AS client, COUNT(*) AS count,
         COUNT(CASE WHEN seq < $1 THEN 1 END) AS before
       FROM submissions LEFT JOIN clients ON clients.client = submissions.client WHERE waits = 1
       GROUP BY submissions.client, last_turn ORDER BY COALESCE(last_turn, 0), MIN(seq)`,
      [seq],
    );
    const turn = rows.findIndex((row) => row['client'] === client);
    const round = Number(rows[turn]?.['before'] ?? 0);
    // those whose turn comes earlier have one more before this one
    const turns = rows.map(({ count }, index) =>
      index === turn ? round : Math.min(Number(count), round + Number(index < turn)),
    );
    return turns.reduce((sum, each) => sum + each, 0);
  }

  async countUnfinished(): Promise<Record<'waiting' | 'active', number>> {
    const counts = { waiting: 0, active: 0 };
    const sql = `SELECT state, COUNT(*) AS count FROM jobs
      WHERE state IN ('waiting', 'active') GROUP BY state`;
    for (const { state, count } of await this.#database.query(sql))
      counts[state as 'waiting' | 'active'] = Number(count);
    return counts;
  }

  async countWaiting(client: string): Promise<number> {
    const sql = 'SELECT COUNT(*) AS count FROM submissions WHERE waits = 1 AND client = $1';
    const [row] = await this.#database.query(sql, [client]);
    return Number(row?.['count']);
  }

  async unfinishedBytes(): Promise<Map<string, number>> {
    const rows = await this.#database.query(
      `SELECT client, SUM(bytes) AS bytes FROM jobs WHERE state IN ('waiting', 'active') GROUP BY client`,
    );
    return new Map(rows.map(({ client, bytes }) => [String(client), Number(bytes)]));
  }

  async claim(claim: Claim): Promise<Claimed | undefined> {
    for (let race = 0; race < MAX_RACES; race++) {
      const next = await nextJob(this.#database, claim);
      if (!next) return undefined;
      const job = await this.#start(next, claim);
      if (job) return { job, client: next.client };
    }
    return undefined;
  }

  async #start(
    { job, client }: { readonly job: string; readonly client: string },
    { token, leaseMs, models }: Claim,
  ): Promise<JobRecord | undefined> {
    const now = this.#now();
    const isMine = 'EXISTS (SELECT 1 FROM jobs WHERE id = $1 AND token = $2)';
    const [rows] = await this.#database.atomically([
      {
        sql: `UPDATE jobs SET state = 'active', attempts = attempts + 1, token = $2, lease_until = $3, started_at = $4
          WHERE id = $1 AND state = 'waiting' AND model_sha256 IN (${placeholders(models, 5)})
          RETURNING ${JOB_COLUMNS}`, // a worker of another version may have adopted it meanwhile
        parameters: [job, token, now + leaseMs, now, ...models],
      },
      { sql: `${RESTS} AND ${isMine}`, parameters: [job, token] },
      {
        sql: `INSERT INTO clients (client, last_turn)
          SELECT CAST($3 AS TEXT), (SELECT COALESCE(MAX(last_turn), 0) + 1 FROM clients) WHERE ${isMine}
          ON CONFLICT (client) DO UPDATE SET last_turn = excluded.last_turn`,
        parameters: [job, token, client],
      },
      {
        sql: `DELETE FROM result_parts WHERE job = $1 AND ${isMine}`, // of runs before
        parameters: [job, token],
      },
    ]);
    const [row] = rows;
    return row && jobOfRow(row);
  }

  async renew(runs: readonly Run[], leaseMs: number): Promise<Run[]> {
    const until = this.#now() + leaseMs;
    const rows = await this.#database.atomically(
      inLockOrder(runs).map(({ id, token }) => ({
        sql: `UPDATE jobs SET lease_until = $3
          WHERE id = $1 AND token = $2 AND state = 'active' RETURNING token`,
        parameters: [id, token, until],
      })),
    );
    const held = new Set(rows.flat().map((row) => row['token']));
    return runs.filter(({ token }) => held.has(token));
  }

  async complete(run: Run, { bytes, summary }: StoredResult): Promise<boolean> {
    await this.#writeParts(run, bytes);
    const [rows] = await this.#database.atomically([
      {
        sql: `UPDATE jobs SET state = 'completed', summary = $3, finished_at = $4,
            bytes = $5 + ${INPUT_BYTES}
          WHERE id = $1 AND token = $2 AND state = 'active' RETURNING id`,
        parameters: [run.id, run.token, JSON.stringify(summary), this.#now(), bytes.length],
      },
    ]);
    if (rows.length > 0) return true;
    if (await this.#isCompletedBy(run)) return true; // the answer to an earlier try was lost
    await this.#deleteParts(run);
    return false;
  }

  found(run: Run, inputs: FoundInputs): Promise<boolean> {
    const numBytes = Object.values(inputs).reduce((sum, { length }) => sum + length, 0);
    return this.#leave(
      run,
      {
        change: `state = 'waiting', started_at = NULL, searches = 0, bytes = bytes + $3`,
        values: [numBytes],
      },
      ...foundInsertions(run, inputs, this.#database),
      { sql: TAKE_TURNS, parameters: [run.id] },
    );
  }

  fail(run: Run, error: JobError): Promise<boolean> {
    const change = `state = 'failed', error = $3, finished_at = $4`;
    return this.#leave(run, { change, values: [JSON.stringify(error), this.#now()] });
  }

  release(run: Run, isInterrupted: boolean): Promise<boolean> {
    const change = `state = 'waiting', started_at = NULL, interruptions = interruptions + $3`;
    const turns = { sql: TAKE_TURNS, parameters: [run.id] };
    return this.#leave(run, { change, values: [Number(isInterrupted)] }, turns);
  }

  async repeat(id: string): Promise<boolean> {
    const [rows] = await this.#database.atomically([
      {
        sql: `UPDATE jobs SET state = 'waiting', queued_at = $2, interruptions = 0, token = NULL, summary = NULL,
            started_at = NULL, finished_at = NULL, bytes = ${INPUT_BYTES}
          WHERE id = $1 AND state = 'completed' RETURNING id`,
        parameters: [id, this.#now()],
      },
      { sql: TAKE_TURNS, parameters: [id] },
    ]);
    return rows.length > 0;
  }

  async recover(evenLeased: boolean): Promise<number> {
    const lost = `state = 'active' AND lease_until < $1`;
    const until = evenLeased ? Number.MAX_SAFE_INTEGER : this.#now();
    const found = await this.#database.query(`SELECT id FROM jobs WHERE ${lost}`, [until]);
    let numRecovered = 0;
    for (const { id } of found) {
      const [rows] = await this.#database.atomically([
        {
          sql: `UPDATE jobs SET state = 'waiting', started_at = NULL, interruptions = interruptions + 1
            WHERE ${lost} AND id = $2 RETURNING id`,
          parameters: [until, id!],
        },
        { sql: TAKE_TURNS, parameters: [id!] },
      ]);
      numRecovered += rows.length;
    }
    return numRecovered;
  }

  async adopt(models: readonly NewJob['model'][]): Promise<number> {
    const hashes = models.map(({ sha256 }) => sha256);
    let numAdopted = 0;
    for (const { name, sha256 } of models) {
      const others = `state = 'waiting' AND model_name = $1 AND model_sha256 NOT IN (${placeholders(hashes, 2)})`;
      const found = await this.#database.query(`SELECT id FROM jobs WHERE ${others}`, [
        name,
        ...hashes,
      ]);
      for (const { id } of found)
        await this.#database.query(
          `UPDATE jobs SET model_sha256 = $2 WHERE id = $1 AND state = 'waiting'`,
          [id!, sha256],
        );
      numAdopted += found.length;
    }
    return numAdopted;
  }

  async refuseOthers(
    names: readonly string[],
    error: (model: string) => JobError,
  ): Promise<number> {
    const rows = await this.#database.query(
      `SELECT id, model_name FROM jobs WHERE state = 'waiting' AND model_name NOT IN (${placeholders(names, 1)})`,
      names,
    );
    for (const { id, model_name } of rows)
      await this.#database.atomically([
        {
          sql: `UPDATE jobs SET state = 'failed', error = $2, finished_at = $3 WHERE id = $1 AND state = 'waiting'`,
          parameters: [id!, JSON.stringify(error(String(model_name))), this.#now()],
        },
        { sql: RESTS, parameters: [id!] },
      ]);
    return rows.length;
  }

  async #leave(
    { id, token }: Run,
    { change, values }: { readonly change: string; readonly values: readonly SqlValue[] },
    ...more: readonly SqlStatement[]
  ): Promise<boolean> {
    const [rows] = await this.#database.atomically([
      {
        sql: `UPDATE jobs SET ${change} WHERE id = $1 AND token = $2 AND state = 'active' RETURNING id`,
        parameters: [id, token, ...values],
      },
      ...more,
    ]);
    return rows.length > 0;
  }

  /** All parts, or none: what a full store has cut off would take the room that is missing. */
  async #writeParts(run: Run, bytes: Uint8Array): Promise<void> {
    try {
      for (const { sql, parameters } of partInsertions(run, bytes))
        await this.#database.query(sql, parameters);
    } catch (error) {
      await this.#deleteParts(run).catch(() => undefined); // the database is away: the next run does it
      throw error;
    }
  }

  async #deleteParts({ id, token }: Run): Promise<void> {
    await this.#database.query(
      `DELETE FROM result_parts WHERE job = $1 AND token = $2
         AND NOT EXISTS (SELECT 1 FROM jobs WHERE id = $1 AND token = $2 AND state = 'completed')`,
      [id, token],
    );
  }

  async #isCompletedBy({ id, token }: Run): Promise<boolean> {
    const rows = await this.#database.query(
      `SELECT 1 AS one FROM jobs WHERE id = $1 AND token = $2 AND state = 'completed'`,
      [id, token],
    );
    return rows.length > 0;
  }
}
