import { afterEach, beforeEach, expect, it } from 'vitest';
import type { PredictionStore } from '#store/prediction-store';
import { migrate } from '#store/sql/migrations';
import type { SqlDatabase } from '#store/sql/sql-database';
import { sqlPredictionStore } from '#store/sql/sql-prediction-store';
import { openSqliteDatabase } from '#store/sql/sqlite-database';
import { newJob, newSubmission, resultOf } from '../../../helpers/jobs.js';
import { temporaryFolder } from '../../../helpers/services.js';

let database: SqlDatabase;
let store: PredictionStore;
beforeEach(async () => {
  database = await openSqliteDatabase({ dataDir: temporaryFolder('torn'), maxMegabytes: 2 });
  await migrate(database);
  store = sqlPredictionStore(database, () => 1000);
  await store.submissions.submit([newSubmission('a')]);
  const models = [newJob('any').model.sha256];
  await store.runs.claim({ token: 'run', leaseMs: 1000, models });
});
afterEach(() => store.close());

const run = { id: 'a', token: 'run' };
const numParts = async (): Promise<unknown> =>
  (await database.query('SELECT COUNT(*) AS count FROM result_parts'))[0]?.['count'];
const result = async (numBytes: number) => ({
  ...(await resultOf(newJob('a'))),
  bytes: new Uint8Array(numBytes),
});

it('that a full store has cut off are deleted, and the run may try again', async () => {
  await expect(store.runs.complete(run, await result(3_000_000))).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
  });
  expect(await numParts()).toBe(0);
  expect(await store.runs.complete(run, await result(300_000))).toBe(true);
});

it('of a job that was cancelled meanwhile are deleted', async () => {
  await store.submissions.cancel('a');
  expect(await store.runs.complete(run, await result(300_000))).toBe(false);
  expect(await numParts()).toBe(0);
});

it('of a completed run are kept, whoever says what afterwards', async () => {
  await store.runs.complete(run, await result(300_000));
  expect(await store.runs.complete(run, await result(300_000))).toBe(true);
  expect(await store.runs.release(run, true)).toBe(false);
  expect(await store.runs.fail(run, { code: 'INTERNAL', detail: '' })).toBe(false);
  expect(await numParts()).toBe(2);
});
