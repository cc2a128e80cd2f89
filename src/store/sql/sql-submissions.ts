import type { JobRecord } from '#store/job';
import type { SubmissionStore } from '#store/prediction-store';
import type {
  BatchRecord,
  ListQuery,
  Neighbour,
  NewSubmission,
  SubmissionRecord,
} from '#store/submission';
import { nearestJobs } from './nearest-jobs.js';
import {
  NEW_JOB_COLUMNS,
  NEW_SUBMISSION_COLUMNS,
  SUBMISSION_COLUMNS,
  SUBMISSION_STATE,
  submissionOfRow,
  SUBMISSIONS,
  valuesOfJob,
  valuesOfSubmission,
} from './rows.js';
import { inputInsertions } from './sql-results.js';
import { inLockOrder, placeholders, type SqlDatabase, type SqlStatement } from './sql-database.js';

/** How many submissions are read at a stretch: a millisecond or two. */
const ROWS_PER_QUERY = 50;
/**
 * Holds the job of a submission until the transaction ends: else one of two who leave a job at the same time might not
 * see the other go, and one who comes might not be seen.
 */
const LOCK_JOB = `UPDATE jobs SET seq = seq WHERE id = (SELECT job FROM submissions WHERE id = $1)`;

/** Lets those who ask for a job take turns for it where it waits. */
export const TAKE_TURNS = `UPDATE submissions SET waits = 1 WHERE job = $1 AND cancelled_at IS NULL AND waits = 0
  AND EXISTS (SELECT 1 FROM jobs WHERE id = $1 AND state = 'waiting')`;
/** Of jobs: whether it has ended, with a result or without. */
const IS_OVER = `state NOT IN ('waiting', 'active')`;
/** Deletes a job and all that is kept of it. */
const DELETE_JOB = [
  'DELETE FROM jobs WHERE id = $1',
  'DELETE FROM result_parts WHERE job = $1',
  'DELETE FROM attention_parts WHERE job = $1',
  'DELETE FROM input_parts WHERE job = $1',
];

/** Submissions on any SQL database. */
export class SqlSubmissions implements SubmissionStore {
  readonly #database: SqlDatabase;
  readonly #now: () => number;

  constructor(database: SqlDatabase, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  async submit(
    submissions: readonly NewSubmission[],
    batch?: Omit<BatchRecord, 'createdAt'>,
  ): Promise<Set<string>> {
    const now = this.#now();
    const { client } = submissions[0]!;
    // in one order for all: two who lock the same jobs in different orders would wait for each other
    const jobs = inLockOrder(new Map(submissions.map(({ job }) => [job.id, job])).values());
    const statements = jobs.map((job): SqlStatement => ({
      sql: `INSERT INTO jobs (${NEW_JOB_COLUMNS}, client, state, attempts, interruptions, queued_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'waiting', 0, 0, $11)
        ON CONFLICT (id) DO UPDATE SET state = 'waiting', interruptions = 0, queued_at = excluded.queued_at,
          client = excluded.client, model_name = excluded.model_name, seconds = excluded.seconds,
          megabytes = excluded.megabytes, token = NULL, lease_until = NULL, error = NULL,
          started_at = NULL, finished_at = NULL
        WHERE jobs.state IN ('failed', 'cancelled') RETURNING id`,
      parameters: [...valuesOfJob(job), client, now],
    }));
    const own = submissions.map((submission): SqlStatement => ({
      sql: `INSERT INTO submissions (${NEW_SUBMISSION_COLUMNS}, waits, created_at, asked_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $8)
        ON CONFLICT (id) DO UPDATE SET client = excluded.client, asked_at = excluded.asked_at, cancelled_at = NULL`,
      parameters: [...valuesOfSubmission(submission), now],
    }));
    const waiting = jobs.map(({ id }) => ({ sql: TAKE_TURNS, parameters: [id] }));
    const together = batch && {
      sql: `INSERT INTO batches (id, owner, created_at, members) VALUES ($1, $2, $3, $4)
        ON CONFLICT (id) DO NOTHING`,
      parameters: [batch.id, batch.owner, now, JSON.stringify(batch.members)],
    };
    const rows = await this.#database.atomically([
      ...statements,
      ...jobs.flatMap(inputInsertions),
      ...own,
      ...waiting,
      ...(together ? [together] : []),
    ]);
    return new Set(rows.flat().map(({ id }) => String(id)));
  }

  async find(id: string): Promise<SubmissionRecord | undefined> {
    const [found] = await this.findMany([id]);
    return found;
  }

  async findMany(ids: readonly string[]): Promise<SubmissionRecord[]> {
    const found = new Map<string, SubmissionRecord>();
    for (let at = 0; at < ids.length; at += ROWS_PER_QUERY) {
      const some = ids.slice(at, at + ROWS_PER_QUERY);
      const rows = await this.#database.query(
        `SELECT ${SUBMISSION_COLUMNS} FROM ${SUBMISSIONS} WHERE submissions.id IN (${placeholders(some, 1)})`,
        some,
      );
      for (const submission of rows.map(submissionOfRow)) found.set(submission.id, submission);
    }
    return ids.flatMap((id) => found.get(id) ?? []);
  }

  async findBatch(id: string): Promise<BatchRecord | undefined> {
    const sql = 'SELECT owner, created_at, members FROM batches WHERE id = $1';
    const [row] = await this.#database.query(sql, [id]);
    if (!row) return undefined;
    const members = JSON.parse(String(row['members'])) as string[];
    return { id, owner: String(row['owner']), createdAt: Number(row['created_at']), members };
  }

  async list({ owner, state, before, limit }: ListQuery): Promise<SubmissionRecord[]> {
    const listed: SubmissionRecord[] = [];
    for (let next = before ?? Number.MAX_SAFE_INTEGER; ;) {
      const wanted = Math.min(ROWS_PER_QUERY, limit - listed.length);
      const rows = await this.#database.query(
        `SELECT ${SUBMISSION_COLUMNS} FROM ${SUBMISSIONS} WHERE owner = $1 AND submissions.seq < $2
         ${state ? `AND ${SUBMISSION_STATE} = $4` : ''} ORDER BY submissions.seq DESC LIMIT $3`,
        [owner, next, wanted, ...(state ? [state] : [])],
      );
      listed.push(...rows.map(submissionOfRow));
      if (rows.length < wanted || listed.length >= limit) return listed;
      next = listed.at(-1)!.seq;
    }
  }

  async cancel(id: string): Promise<'nothing' | 'submission' | 'job'> {
    const now = this.#now();
    const [, own, shared] = await this.#database.atomically([
      { sql: LOCK_JOB, parameters: [id] },
      {
        sql: `UPDATE submissions SET cancelled_at = $2, waits = 0 WHERE id = $1 AND cancelled_at IS NULL
          AND EXISTS (SELECT 1 FROM jobs WHERE id = submissions.job AND state IN ('waiting', 'active'))
          RETURNING id`,
        parameters: [id, now],
      },
      {
        sql: `UPDATE jobs SET state = 'cancelled', finished_at = $2
          WHERE id = (SELECT job FROM submissions WHERE id = $1) AND state IN ('waiting', 'active')
          AND NOT EXISTS (SELECT 1 FROM submissions WHERE job = jobs.id AND cancelled_at IS NULL)
          RETURNING id`,
        parameters: [id, now],
      },
    ]);
    if (shared.length > 0) return 'job';
    return own.length > 0 ? 'submission' : 'nothing';
  }

  async remove(id: string): Promise<boolean> {
    const submission = await this.find(id);
    if (!submission) return false;
    const job = submission.job.id;
    const unclaimed = `NOT EXISTS (SELECT 1 FROM submissions WHERE job = $1)`;
    const [, own] = await this.#database.atomically([
      { sql: LOCK_JOB, parameters: [id] },
      {
        sql: `DELETE FROM submissions WHERE id = $1 AND (cancelled_at IS NOT NULL OR EXISTS
          (SELECT 1 FROM jobs WHERE id = submissions.job AND state NOT IN ('waiting', 'active'))) RETURNING id`,
        parameters: [id],
      },
      ...DELETE_JOB.map((sql) => ({ sql: `${sql} AND ${unclaimed}`, parameters: [job] })),
    ]);
    return own.length > 0;
  }

  async endedBefore(time: number, limit: number): Promise<string[]> {
    const rows = await this.#database.query(
      `SELECT submissions.id AS id FROM ${SUBMISSIONS}
       WHERE asked_at < $1 AND ${SUBMISSION_STATE} NOT IN ('waiting', 'active')
       ORDER BY asked_at LIMIT $2`,
      [time, limit],
    );
    return rows.map(({ id }) => String(id));
  }

  async displaced(
    { most, free }: { readonly most: number; readonly free: number },
    limit: number,
  ): Promise<string[]> {
    const sizes = await this.#database.query(
      `SELECT client, SUM(bytes) AS bytes, SUM(CASE WHEN ${IS_OVER} THEN bytes ELSE 0 END) AS removable
       FROM jobs GROUP BY client ORDER BY SUM(bytes) DESC`,
    );
    const excess = Math.max(
      sizes.reduce((sum, { bytes }) => sum + Number(bytes), -most),
      free,
    );
    const largest = sizes.find(({ removable }) => Number(removable) > 0);
    if (excess <= 0 || !largest) return [];
    const jobs = await this.#database.query(
      `SELECT id, bytes FROM jobs WHERE client = $1 AND bytes > 0 AND ${IS_OVER}
       ORDER BY (SELECT MAX(asked_at) FROM submissions WHERE job = jobs.id), finished_at LIMIT $2`,
      [largest['client']!, limit],
    );
    let freed = 0;
    const going = jobs.filter(({ bytes }) => {
      const isNeeded = freed < excess;
      if (isNeeded) freed += Number(bytes);
      return isNeeded;
    });
    const ids = going.map(({ id }) => id!);
    const rows = await this.#database.query(
      `SELECT id FROM submissions WHERE job IN (${placeholders(ids, 1)}) ORDER BY asked_at`,
      ids,
    );
    return rows.map(({ id }) => String(id));
  }

  async tidy(time: number): Promise<void> {
    const batches = await this.#database.query(
      'SELECT id, members FROM batches WHERE created_at < $1',
      [time],
    );
    for (const { id, members } of batches)
      if ((await this.findMany(JSON.parse(String(members)) as string[])).length === 0)
        await this.removeBatch(String(id));
    await this.#database.query(
      'DELETE FROM clients WHERE client NOT IN (SELECT client FROM submissions)',
    );
  }

  async removeBatch(id: string): Promise<void> {
    await this.#database.query('DELETE FROM batches WHERE id = $1', [id]);
  }

  async neighbours(job: JobRecord, owner: string, limit: number): Promise<Neighbour[]> {
    const near = await nearestJobs(this.#database, job, { owner, limit });
    const found = await this.findMany(near.map(({ submission }) => submission));
    const byId = new Map(found.map((submission) => [submission.id, submission]));
    return near.flatMap(({ submission: id, similarity }) => {
      const submission = byId.get(id);
      return submission ? [{ submission, similarity }] : [];
    });
  }
}
