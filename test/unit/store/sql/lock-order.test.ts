import { afterEach, beforeEach, expect, it } from 'vitest';
import type { SqlDatabase, SqlStatement } from '#store/sql/sql-database';
import { sqlPredictionStore } from '#store/sql/sql-prediction-store';
import { migrate } from '#store/sql/migrations';
import { openSqliteDatabase } from '#store/sql/sqlite-database';
import type { PredictionStore } from '#store/prediction-store';
import { newJob, newSubmission } from '../../../helpers/jobs.js';
import { temporaryFolder } from '../../../helpers/services.js';

let database: SqlDatabase;
let store: PredictionStore;
/** The transactions since the store was opened. */
let transactions: (readonly SqlStatement[])[];

beforeEach(async () => {
  database = await openSqliteDatabase({ dataDir: temporaryFolder('order') });
  await migrate(database);
  transactions = [];
  const recording: SqlDatabase = {
    dialect: database.dialect,
    query: (sql, parameters) => database.query(sql, parameters),
    atomically: (statements) => {
      transactions.push(statements);
      return database.atomically(statements);
    },
    room: () => database.room(),
    close: () => database.close(),
  };
  store = sqlPredictionStore(recording, () => 1000);
});
afterEach(() => store.close());

/** The jobs whose rows a transaction changes, in the order in which it locks them. */
const lockedJobs = (statements: readonly SqlStatement[]): unknown[] =>
  statements
    .filter(({ sql }) => /^\s*(INSERT INTO|UPDATE) jobs\b/.test(sql))
    .map(({ parameters: [id] }) => id);

it('callers who ask for the same jobs lock them in the same order, so none waits for the other', async () => {
  const ids = ['a', 'b', 'c'];
  for (const some of [ids, ids.toReversed()])
    await store.submissions.submit(some.map((id) => newSubmission(id)));
  expect(transactions.map(lockedJobs)).toEqual([ids, ids]);
});

it('workers renew their runs in that order, whichever they began first', async () => {
  await store.submissions.submit(['a', 'b'].map((id) => newSubmission(id)));
  const models = [newJob('any').model.sha256];
  const runs = [];
  for (const token of ['1', '2']) {
    const claimed = await store.runs.claim({ token, leaseMs: 1000, models });
    runs.unshift({ id: claimed!.job.id, token });
  }
  expect(await store.runs.renew(runs, 1000)).toEqual(runs);
  expect(lockedJobs(transactions.at(-1)!)).toEqual(['a', 'b']);
});

it('a job is locked before those who ask for it, also where its worker was lost', async () => {
  await store.submissions.submit([newSubmission('a')]);
  const models = [newJob('any').model.sha256];
  await store.runs.claim({ token: '1', leaseMs: 1000, models });
  await store.runs.recover(true);
  for (const statements of transactions)
    expect(statements[0]!.sql).toMatch(/^\s*(INSERT INTO|UPDATE) jobs\b/);
});
