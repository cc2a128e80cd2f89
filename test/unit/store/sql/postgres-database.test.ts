import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPostgresDatabase } from '#store/sql/postgres-database';
import type { SqlDatabase } from '#store/sql/sql-database';
import { hasServices, makePostgres, type Service } from '../../../helpers/services.js';

describe.runIf(hasServices())('openPostgresDatabase', () => {
  let server: Service;
  let database: SqlDatabase;
  beforeAll(async () => {
    server = await makePostgres();
    await server.start();
    database = openPostgresDatabase(server.url);
  }, 60_000);
  afterAll(async () => {
    await database.close();
    await server.remove();
  }, 60_000);

  it('acknowledges only what is on disk, even where the server would not wait for it', async () => {
    await database.query('ALTER ROLE test SET synchronous_commit = off');
    const later = openPostgresDatabase(server.url);
    const answer = await later.query('SHOW synchronous_commit');
    await later.close();
    expect(answer).toEqual([{ synchronous_commit: 'on' }]);
  });
});
