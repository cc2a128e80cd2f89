import { join } from 'node:path';
import Database from 'libsql/promise';
import { FoldError } from '#errors';
import { makeFolder } from '#machine/make-folder';
import type { SqlDatabase } from './sql-database.js';
import { codeOf, SqliteConnection } from './sqlite-connection.js';

const FILE_NAME = 'codonfold.db';
const BYTES_PER_MEGABYTE = 1 << 20;

/** How the file is opened. */
export interface SqliteOptions {
  readonly dataDir: string;
  /** Largest size of the database in MB; above it writes fail as on a full disk. Default: none. */
  readonly maxMegabytes?: number;
}

/**
 * Opens the embedded database: write-ahead log, every commit synced to disk, the file locked as long as it is open.
 *
 * @param options folder and limits; the folder is made where there is none
 * @throws FoldError `DATA_DIR_IN_USE` where another process has it open, `FILE_WRITE` where it cannot be opened
 */
export async function openSqliteDatabase(options: SqliteOptions): Promise<SqlDatabase> {
  const { dataDir, maxMegabytes } = options;
  const database = new SqliteConnection(await openLocked(dataDir));
  if (maxMegabytes !== undefined) {
    const [row] = await database.query('PRAGMA page_size');
    const maxPages = Math.ceil((maxMegabytes * BYTES_PER_MEGABYTE) / Number(row?.['page_size']));
    await database.query(`PRAGMA max_page_count = ${maxPages}`);
  }
  return database;
}

async function openLocked(dataDir: string): Promise<Database> {
  let database: Database | undefined;
  try {
    makeFolder(dataDir);
    database = new Database(join(dataDir, FILE_NAME), {});
    await database.pragma('locking_mode = EXCLUSIVE', {});
    await database.pragma('journal_mode = WAL', {});
    await database.pragma('synchronous = FULL', {});
    await database.exec('BEGIN IMMEDIATE');
    await database.exec('COMMIT');
    return database;
  } catch (cause) {
    database?.close();
    if (codeOf(cause).startsWith('SQLITE_BUSY'))
      throw new FoldError('DATA_DIR_IN_USE', `another process uses the data folder ${dataDir}`, {
        hint: 'stop that server, or set DATA_DIR to another folder; several servers share DATABASE_URL',
        cause,
      });
    throw new FoldError('FILE_WRITE', `the data folder ${dataDir} cannot be opened`, {
      hint: 'check that it exists, that it may be written and that the disk is not full',
      cause,
    });
  }
}
