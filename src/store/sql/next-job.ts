/** @file Whose turn it is: the one rule of fairness, for every database. */
import type { Claim } from '#store/prediction-store';
import { searchNumber } from './rows.js';
import { placeholders, type SqlDatabase, type SqlValue } from './sql-database.js';

/** A job that waits, and the client whose turn it is. */
export interface Turn {
  readonly job: string;
  readonly client: string;
}

/** Every client that waits, one look into an index for each, however many jobs it waits for. */
const QUEUE = `WITH RECURSIVE queue (client) AS (
  SELECT MIN(client) FROM submissions WHERE waits = 1
  UNION ALL
  SELECT (SELECT MIN(client) FROM submissions WHERE waits = 1 AND client > queue.client)
  FROM queue WHERE client IS NOT NULL)`;

/**
 * The job that is next for a worker: of the client that was served longest ago (first those that never were, in the order
 * in which they came) the job that it has asked for first, among the jobs that the worker has a model and room for.
 *
 * @param database where
 * @param claim what the worker can take
 */
export async function nextJob(database: SqlDatabase, claim: Claim): Promise<Turn | undefined> {
  const { condition, parameters } = fitting(claim);
  // most often there is none, and this is read off an index
  const [any] = await database.query(`SELECT id FROM jobs WHERE ${condition} LIMIT 1`, parameters);
  if (!any) return undefined;
  const { exceptClients = [] } = claim;
  const others =
    exceptClients.length === 0
      ? ''
      : `AND queue.client NOT IN (${placeholders(exceptClients, parameters.length + 1)})`;
  const waiting = `submissions JOIN jobs ON jobs.id = submissions.job WHERE waits = 1 AND ${condition}`;
  const [turn] = await database.query(
    `${QUEUE} SELECT queue.client FROM queue LEFT JOIN clients ON clients.client = queue.client
     WHERE EXISTS (SELECT 1 FROM ${waiting} AND submissions.client = queue.client) ${others}
     ORDER BY COALESCE(last_turn, 0),
       (SELECT MIN(seq) FROM submissions WHERE waits = 1 AND client = queue.client) LIMIT 1`,
    [...parameters, ...exceptClients],
  );
  if (!turn) return undefined;
  const client = String(turn['client']);
  const [first] = await database.query(
    `SELECT job FROM ${waiting} AND submissions.client = $${parameters.length + 1}
     ORDER BY submissions.seq LIMIT 1`,
    [...parameters, client],
  );
  return first && { job: String(first['job']), client };
}

/** What a worker can take, as a condition on `jobs`. */
function fitting({ models, seconds = Infinity, megabytes = Infinity, searches = false }: Claim): {
  readonly condition: string;
  readonly parameters: readonly SqlValue[];
} {
  return {
    condition: `jobs.state = 'waiting' AND jobs.seconds <= $1 AND jobs.megabytes <= $2
      AND jobs.model_sha256 IN (${placeholders(models, 4)}) AND jobs.searches = $3`,
    parameters: [
      Math.min(seconds, Number.MAX_VALUE),
      Math.min(megabytes, Number.MAX_VALUE),
      searchNumber(searches),
      ...models,
    ],
  };
}
