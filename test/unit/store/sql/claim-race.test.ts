import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { migrate } from '#store/sql/migrations';
import { openSqliteDatabase } from '#store/sql/sqlite-database';
import type { SqlDatabase } from '#store/sql/sql-database';
import { sqlPredictionStore } from '#store/sql/sql-prediction-store';
import { newJob, newSubmission } from '../../../helpers/jobs.js';
import { temporaryFolder } from '../../../helpers/services.js';

let folder: string;
let database: SqlDatabase;
beforeEach(async () => {
  folder = temporaryFolder('race');
  database = await openSqliteDatabase({ dataDir: folder });
  await migrate(database);
});
afterEach(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

it('a job that a worker of another version adopts at the moment of the claim is not started', async () => {
  const store = sqlPredictionStore(database, Date.now);
  await store.submissions.submit([newSubmission('a', { job: newJob('a') })]);
  const { name, sha256 } = newJob('a').model;
  const newer = { name, sha256: '1'.repeat(64) };
  // between the look for the next job and its start
  const slow: SqlDatabase = {
    dialect: database.dialect,
    query: (sql, parameters) => database.query(sql, parameters),
    room: () => database.room(),
    close: () => database.close(),
    atomically: async (statements) => {
      await store.runs.adopt([newer]);
      return database.atomically(statements);
    },
  };
  const claim = { token: 'run', leaseMs: 1000, models: [sha256] };
  expect(await sqlPredictionStore(slow, Date.now).runs.claim(claim)).toBeUndefined();
  expect(await store.runs.find('a')).toMatchObject({ state: 'waiting', attempts: 0, model: newer });
  const claimed = await store.runs.claim({ ...claim, models: [newer.sha256] });
  expect(claimed?.job.id).toBe('a');
});
