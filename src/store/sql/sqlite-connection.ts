import type Database from 'libsql/promise';
import { FoldError } from '#errors';
import type { SqlDatabase, RowsOfEach, SqlRow, SqlStatement, SqlValue } from './sql-database.js';

/** Results that mean "not now": disk full, input/output error, file locked, cannot open, read-only file system. */
const UNAVAILABLE = /^SQLITE_(FULL|IOERR|BUSY|LOCKED|CANTOPEN|READONLY|NOMEM)/;
/** Statements that change nothing; all others are committed. */
const READING = /^\s*(SELECT|PRAGMA)\b/i;

/** What the package's own types leave out. */
type Connection = Database & {
  readonly inTransaction: boolean;
  exec(sql: string): Promise<unknown>;
};

/** The little of a prepared statement that is used here; the package has no types for it. */
interface Prepared {
  /** Whether it gives rows. */
  readonly reader: boolean;
  all(parameters: readonly unknown[]): Promise<SqlRow[]>;
  run(parameters: readonly unknown[]): void;
}

/** Statements that wait to be committed together with those of others. */
interface Write {
  readonly statements: readonly SqlStatement[];
  readonly resolve: (rows: SqlRow[][]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * One connection to SQLite. Statements run in memory, one at a time; what waits for the disk, the commit, runs on
 * another thread, and all that was asked for meanwhile is committed at once.
 */
export class SqliteConnection implements SqlDatabase {
  readonly dialect = {
    name: 'sqlite',
    bytes: 'BLOB',
    integer: 'INTEGER',
    real: 'REAL',
    serial: 'INTEGER PRIMARY KEY AUTOINCREMENT',
  } as const;
  readonly #database: Connection;
  readonly #prepared = new Map<string, Prepared>();
  readonly #writes: Write[] = [];
  /** Ends when the connection is free. */
  #turn: Promise<unknown> = Promise.resolve();

  /** @param database opened, and used by nobody else */
  constructor(database: Database) {
    this.#database = database as Connection;
  }

  async query(sql: string, parameters: readonly SqlValue[] = []): Promise<SqlRow[]> {
    if (READING.test(sql)) return this.#alone(() => this.#run({ sql, parameters }));
    const [rows] = await this.atomically([{ sql, parameters }]);
    return rows;
  }

  atomically<const Statements extends readonly SqlStatement[]>(
    statements: Statements,
  ): Promise<RowsOfEach<Statements>> {
    return new Promise((resolve, reject) => {
      const done = (rows: SqlRow[][]): void => {
        resolve(rows as RowsOfEach<Statements>);
      };
      this.#writes.push({ statements, resolve: done, reject });
      if (this.#writes.length === 1) void this.#alone(() => this.#commitWrites());
    });
  }

  async room(): Promise<number> {
    const pragma = async (name: string): Promise<number> =>
      Number((await this.query(`PRAGMA ${name}`))[0]?.[name]);
    const pages = (await pragma('max_page_count')) - (await pragma('page_count'));
    return (pages + (await pragma('freelist_count'))) * (await pragma('page_size'));
  }

  close(): Promise<void> {
    return this.#alone(() => {
      this.#prepared.clear();
      this.#database.close();
      return Promise.resolve();
    });
  }

  /** Runs work when all that was asked for before has ended. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work).catch((error: unknown) => {
      throw translated(error);
    });
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** Commits all that waits at once; where that fails, each by itself, so that nobody suffers for others. */
  async #commitWrites(writes = this.#writes.splice(0)): Promise<void> {
    try {
      const rows = await this.#commit(writes);
      writes.forEach(({ resolve }, index) => {
        resolve(rows[index]!);
      });
    } catch (error) {
      if (writes.length === 1) writes[0]!.reject(translated(error));
      else for (const write of writes) await this.#commitWrites([write]);
    }
  }

  async #commit(writes: readonly Write[]): Promise<SqlRow[][][]> {
    await this.#database.exec('BEGIN IMMEDIATE');
    try {
      const rows: SqlRow[][][] = [];
      for (const { statements } of writes) {
        const own: SqlRow[][] = [];
        for (const statement of statements) own.push(await this.#run(statement));
        rows.push(own);
      }
      await this.#database.exec('COMMIT');
      return rows;
    } catch (error) {
      if (this.#database.inTransaction) await this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  async #run({ sql, parameters }: SqlStatement): Promise<SqlRow[]> {
    let statement = this.#prepared.get(sql);
    if (!statement) {
      statement = (await this.#database.prepare(sql.replaceAll(/\$(?=\d)/g, '?'))) as Prepared;
      this.#prepared.set(sql, statement);
    }
    // a bare buffer as the only argument would abort the process
    const bound = parameters.map((value) =>
      value instanceof Uint8Array ? toBuffer(value) : value,
    );
    if (statement.reader) return (await statement.all(bound)).map(withBytes);
    statement.run(bound);
    return [];
  }
}

/** The code of SQLite's result; empty for other errors. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function translated(cause: unknown): unknown {
  if (!UNAVAILABLE.test(codeOf(cause))) return cause;
  return new FoldError('STORE_UNAVAILABLE', 'the database cannot be used at the moment', {
    hint: 'is the disk full? try again later',
    cause,
  });
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** libsql gives blobs as ArrayBuffer. The row is nobody else's, and most have none. */
function withBytes(row: SqlRow): SqlRow {
  const changed = row as Record<string, SqlValue | ArrayBuffer>;
  for (const name in changed)
    if (changed[name] instanceof ArrayBuffer) changed[name] = new Uint8Array(changed[name]);
  return row;
}
