import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SqlDatabase } from '#store/sql/sql-database';
import { openSqliteDatabase } from '#store/sql/sqlite-database';
import { temporaryFolder } from '../../../helpers/services.js';

let dataDir: string;
let database: SqlDatabase;
beforeEach(async () => {
  dataDir = temporaryFolder('sqlite');
  database = await openSqliteDatabase({ dataDir, maxMegabytes: 1 });
  await database.query('CREATE TABLE things (id INTEGER PRIMARY KEY, bytes BLOB)');
});
afterEach(async () => {
  await database.close();
  rmSync(dataDir, { recursive: true, force: true });
});
const insert = (bytes: Uint8Array) => ({
  sql: 'INSERT INTO things (bytes) VALUES ($1)',
  parameters: [bytes],
});
const count = async (): Promise<unknown> =>
  (await database.query('SELECT COUNT(*) AS count FROM things'))[0]?.['count'];

describe('openSqliteDatabase', () => {
  it('syncs every commit to disk before it is acknowledged', async () => {
    const FULL = 2;
    expect(await database.query('PRAGMA synchronous')).toEqual([{ synchronous: FULL }]);
    expect(await database.query('PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }]);
  });

  it('keeps the folder for itself', async () => {
    const again = openSqliteDatabase({ dataDir });
    await expect(again).rejects.toMatchObject({ code: 'DATA_DIR_IN_USE' });
  });

  it('says which folder cannot be used', async () => {
    const notAFolder = openSqliteDatabase({ dataDir: '/dev/null/x' });
    await expect(notAFolder).rejects.toMatchObject({ code: 'FILE_WRITE' });
  });

  it('does all statements or none', async () => {
    const statements = [insert(new Uint8Array(3)), { sql: 'INSERT INTO nothing', parameters: [] }];
    await expect(database.atomically(statements)).rejects.toThrow();
    expect(await count()).toBe(0);
    await database.atomically([insert(new Uint8Array(3)), insert(new Uint8Array(5))]);
    expect(await count()).toBe(2);
  });

  it('commits what many ask for together, and only what can be done', async () => {
    const asked = Array.from({ length: 23 }, (_, i) => {
      const statements = [insert(Uint8Array.of(i))];
      if (i % 5 === 0) statements.push({ sql: 'INSERT INTO nothing', parameters: [] });
      return database.atomically(statements);
    });
    const settled = await Promise.allSettled(asked);
    expect(settled.map(({ status }) => status === 'rejected')).toEqual(
      Array.from({ length: 23 }, (_, i) => i % 5 === 0),
    );
    expect(await count()).toBe(18);
  });

  it('never shows what is not yet on disk', async () => {
    const writing = database.atomically([insert(new Uint8Array(3))]);
    let isOnDisk = false;
    void writing.then(() => (isOnDisk = true));
    const seen = await count();
    expect([seen, isOnDisk]).toEqual([1, true]);
  });

  it('is unavailable while it is full, and works again when there is room', async () => {
    await database.query('INSERT INTO things (bytes) VALUES ($1)', [new Uint8Array(600_000)]);
    const tooMuch = database.atomically([insert(new Uint8Array(600_000))]);
    await expect(tooMuch).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(await database.room()).toBeLessThan(600_000);
    await database.query('DELETE FROM things');
    expect(await database.room()).toBeGreaterThan(600_000);
    await database.atomically([insert(new Uint8Array(600_000))]);
    expect(await count()).toBe(1);
  });

  it('gives bytes back as it got them', async () => {
    const bytes = Uint8Array.of(0, 1, 254, 255);
    await database.query('INSERT INTO things (bytes) VALUES ($1)', [bytes.subarray(1)]);
    expect(await database.query('SELECT bytes FROM things')).toEqual([{ bytes: bytes.slice(1) }]);
  });
});
