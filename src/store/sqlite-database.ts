import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import Database from 'libsql';
import { FoldError } from '#errors';
import type { SqlDatabase, SqlRow, SqlStatement, SqlValue } from './sql-database.js';

const FILE_NAME = 'codonfold.db';
const BYTES_PER_MEGABYTE = 1 << 20;
/** Results that mean "not now": disk full, input/output error, file locked, cannot open, read-only file system. */
const UNAVAILABLE = /^SQLITE_(FULL|IOERR|BUSY|LOCKED|CANTOPEN|READONLY|NOMEM)/;

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
export function openSqliteDatabase(options: SqliteOptions): SqlDatabase {
  const { dataDir, maxMegabytes } = options;
  const database = openLocked(dataDir);
  if (maxMegabytes !== undefined) {
    const [row] = database.pragma('page_size') as { page_size: number }[];
    const maxPages = Math.ceil((maxMegabytes * BYTES_PER_MEGABYTE) / (row?.page_size ?? 4096));
    database.pragma(`max_page_count = ${maxPages}`);
  }
  return new SqliteDatabase(database);
}

function openLocked(dataDir: string): Database.Database {
  let database: Database.Database | undefined;
  try {
    mkdirSync(dataDir, { recursive: true });
    database = new Database(join(dataDir, FILE_NAME));
    database.pragma('locking_mode = EXCLUSIVE');
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.exec('BEGIN IMMEDIATE');
    database.exec('COMMIT');
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

/** One connection. libsql works synchronously, so statements are kept small and nothing interleaves. */
class SqliteDatabase implements SqlDatabase {
  readonly dialect = {
    bytes: 'BLOB',
    integer: 'INTEGER',
    serial: 'INTEGER PRIMARY KEY AUTOINCREMENT',
  };
  readonly #database: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();

  constructor(database: Database.Database) {
    this.#database = database;
  }

  async query(sql: string, parameters: readonly SqlValue[] = []): Promise<SqlRow[]> {
    await setImmediate(); // other work gets its turn between statements
    return translatingErrors(() => this.#run(sql, parameters));
  }

  async atomically(statements: readonly SqlStatement[]): Promise<SqlRow[][]> {
    await setImmediate();
    return translatingErrors(() => {
      this.#database.exec('BEGIN IMMEDIATE');
      try {
        const rows = statements.map(({ sql, parameters }) => this.#run(sql, parameters));
        this.#database.exec('COMMIT');
        return rows;
      } catch (error) {
        if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
        throw error;
      }
    });
  }

  close(): Promise<void> {
    this.#statements.clear();
    this.#database.close();
    return Promise.resolve();
  }

  #run(sql: string, parameters: readonly SqlValue[]): SqlRow[] {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#database.prepare(sql.replaceAll('$', '?'));
      this.#statements.set(sql, statement);
    }
    // a bare buffer as the only argument would abort the process
    const bound = parameters.map((value) =>
      value instanceof Uint8Array ? toBuffer(value) : value,
    );
    if (statement.reader) return (statement.all(bound) as SqlRow[]).map(withBytes);
    statement.run(bound);
    return [];
  }
}

function translatingErrors<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!UNAVAILABLE.test(codeOf(cause))) throw cause;
    throw new FoldError('STORE_UNAVAILABLE', 'the database cannot be used at the moment', {
      hint: 'is the disk full? try again later',
      cause,
    });
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** libsql gives blobs as ArrayBuffer. */
function withBytes(row: SqlRow): SqlRow {
  const entries = Object.entries(row as Record<string, SqlValue | ArrayBuffer>);
  return Object.fromEntries(
    entries.map(([name, value]) => [
      name,
      value instanceof ArrayBuffer ? new Uint8Array(value) : value,
    ]),
  );
}
