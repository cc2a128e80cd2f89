import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { FoldError } from '#errors';
import type { SqlDatabase, RowsOfEach, SqlRow, SqlStatement, SqlValue } from './sql-database.js';

const INT8 = 20;
const TYPES: pg.CustomTypesConfig = {
  getTypeParser: (id, format) =>
    (id as number) === INT8 ? Number : (pg.types.getTypeParser(id, format) as unknown),
};
/**
 * SQLSTATE classes and codes that mean "not now": connection lost, out of resources (disk full), operator's
 * intervention, system error, read-only server.
 */
const UNAVAILABLE = /^(08|53|57|58|25006|XX000)/;
/** Two transactions met; the loser tries again. */
const RETRY = new Set(['40001', '40P01']);
const MAX_TRIES = 5;
/** Codes of the network and messages of `pg` that carry no SQLSTATE. */
const NETWORK = /^(ECONN|ENOTFOUND|ENOENT|EPIPE|ETIMEDOUT|EHOST|ENET|EAI_AGAIN)/;
const CONNECTION = /connection|timeout|terminat/i;

/**
 * Connects to PostgreSQL, now and again whenever the connection is lost.
 *
 * @param url `postgres://user:password@host:port/database`
 */
export function openPostgresDatabase(url: string): SqlDatabase {
  const pool = new pg.Pool({
    connectionString: url,
    max: 8,
    connectionTimeoutMillis: 5000,
    query_timeout: 30_000,
    keepAlive: true,
    types: TYPES,
    // acknowledged means on disk, whatever the server's default is
    options: '-c synchronous_commit=on',
  });
  // an idle connection was lost: the pool replaces it, and the next query says so if the server stays away
  pool.on('error', () => undefined);
  // nor may a connection that is lost between two statements of a transaction end the process
  pool.on('connect', (client) => client.on('error', () => undefined));
  return new PostgresDatabase(pool);
}

/** Any number that nobody else locks. */
const SOLE_USER_LOCK = 0x636f646f;
const LOCK_AGAIN_MS = 1000;

/**
 * Makes sure that no other process uses the database as its only user; holds for as long as the process lives.
 *
 * @param url as for {@link openPostgresDatabase}
 * @returns a function that lets others in
 * @throws FoldError `DATA_DIR_IN_USE`, `STORE_UNAVAILABLE`
 */
export async function becomeSoleUser(url: string): Promise<() => Promise<void>> {
  let client: pg.Client | undefined;
  let isOver = false;
  const lock = async (): Promise<void> => {
    const connecting = new pg.Client({ connectionString: url, keepAlive: true });
    connecting.on('error', () => undefined);
    await connecting.connect();
    const { rows } = await connecting.query<{ held: boolean }>(
      `SELECT pg_try_advisory_lock(${SOLE_USER_LOCK}) AS held`,
    );
    if (rows[0]?.held !== true) {
      await connecting.end();
      throw new FoldError('DATA_DIR_IN_USE', 'another server uses this database on its own', {
        hint: 'several servers share a database only with REDIS_URL set',
      });
    }
    client = connecting.once('end', () => void lockAgain());
  };
  const lockAgain = async (): Promise<void> => {
    while (!isOver) {
      await delay(LOCK_AGAIN_MS, undefined, { ref: false });
      if (await lock().then(isTrue, isFalse)) return;
    }
  };
  await persistently(lock);
  return async () => {
    isOver = true;
    await client?.end();
  };
}

const isTrue = (): boolean => true;
const isFalse = (): boolean => false;

class PostgresDatabase implements SqlDatabase {
  readonly dialect = {
    name: 'postgres',
    bytes: 'BYTEA',
    integer: 'BIGINT',
    real: 'DOUBLE PRECISION',
    serial: 'BIGSERIAL PRIMARY KEY',
  } as const;
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  query(sql: string, parameters: readonly SqlValue[] = []): Promise<SqlRow[]> {
    return persistently(async () => {
      const { rows } = await this.#pool.query<SqlRow>(sql, bound(parameters));
      return rows;
    });
  }

  atomically<const Statements extends readonly SqlStatement[]>(
    statements: Statements,
  ): Promise<RowsOfEach<Statements>> {
    return persistently(async () => {
      const client = await this.#pool.connect();
      let failure: Error | undefined;
      try {
        const rows: SqlRow[][] = [];
        await client.query('BEGIN');
        for (const { sql, parameters } of statements)
          rows.push((await client.query<SqlRow>(sql, bound(parameters))).rows);
        await client.query('COMMIT');
        return rows as RowsOfEach<Statements>;
      } catch (error) {
        await client.query('ROLLBACK').catch((lost: unknown) => {
          failure = asError(lost);
        });
        throw error;
      } finally {
        client.release(failure); // a lost connection is thrown away
      }
    });
  }

  room(): Promise<number> {
    return Promise.resolve(Infinity);
  }

  close(): Promise<void> {
    return this.#pool.end();
  }
}

async function persistently<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const cause = asError(error);
      const code = codeOf(cause);
      if (RETRY.has(code) && attempt < MAX_TRIES) {
        await delay(10 * attempt * Math.random());
        continue;
      }
      const isAway = code === '' ? CONNECTION.test(cause.message) : NETWORK.test(code);
      if (!isAway && !UNAVAILABLE.test(code)) throw error;
      throw new FoldError('STORE_UNAVAILABLE', 'the database cannot be used at the moment', {
        hint: 'try again later',
        cause,
      });
    }
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : '';
}

function bound(parameters: readonly SqlValue[]): (string | number | null | Buffer)[] {
  return parameters.map((value) =>
    value instanceof Uint8Array
      ? Buffer.from(value.buffer, value.byteOffset, value.byteLength)
      : value,
  );
}
