import type { PredictionStore } from './prediction-store.js';
import { migrate } from './sql/migrations.js';
import { becomeSoleUser, openPostgresDatabase } from './sql/postgres-database.js';
import type { SqlDatabase } from './sql/sql-database.js';
import { sqlPredictionStore } from './sql/sql-prediction-store.js';
import { openSqliteDatabase, type SqliteOptions } from './sql/sqlite-database.js';

/** Where predictions are kept. */
export type StoreOptions = SqliteOptions | PostgresOptions;

interface PostgresOptions {
  readonly databaseUrl: string;
  /** Refuse to share the database: for a server that runs its jobs itself. The embedded database is never shared. */
  readonly isSoleUser?: boolean;
}

/**
 * Opens the store and brings its tables up to date.
 *
 * @param options a folder for SQLite, or the address of a PostgreSQL database
 * @param now milliseconds since 1970; replaced in tests
 * @throws FoldError `DATA_DIR_IN_USE`, `FILE_WRITE`, `STORE_UNAVAILABLE`, `STORE_NEWER`
 */
export async function openStore(
  options: StoreOptions,
  now: () => number = Date.now,
): Promise<PredictionStore> {
  if (!('databaseUrl' in options)) return migrated(await openSqliteDatabase(options), now);
  const leave = options.isSoleUser ? await becomeSoleUser(options.databaseUrl) : undefined;
  const database = openPostgresDatabase(options.databaseUrl);
  const shared: SqlDatabase = {
    dialect: database.dialect,
    query: (sql, parameters) => database.query(sql, parameters),
    atomically: (statements) => database.atomically(statements),
    room: () => database.room(),
    async close() {
      await leave?.();
      await database.close();
    },
  };
  return migrated(shared, now);
}

async function migrated(database: SqlDatabase, now: () => number): Promise<PredictionStore> {
  try {
    await migrate(database);
  } catch (error) {
    await database.close();
    throw error;
  }
  return sqlPredictionStore(database, now);
}
