import { ExactEmbeddingIndex } from './exact-embedding-index.js';
import { migrate } from './migrations.js';
import { openPostgresDatabase } from './postgres-database.js';
import type { PredictionStore } from './prediction-store.js';
import { SqlPredictionStore } from './sql-prediction-store.js';
import { openSqliteDatabase, type SqliteOptions } from './sqlite-database.js';
import { VectorEmbeddingIndex } from './vector-embedding-index.js';

/** Where predictions are kept. */
export type StoreOptions = SqliteOptions | { readonly databaseUrl: string };

/**
 * Opens the store and brings its tables up to date.
 *
 * @param options a folder for SQLite, or the address of a PostgreSQL database
 * @param now milliseconds since 1970; replaced in tests
 * @throws FoldError `DATA_DIR_IN_USE`, `FILE_WRITE`, `STORE_UNAVAILABLE`
 */
export async function openStore(
  options: StoreOptions,
  now: () => number = Date.now,
): Promise<PredictionStore> {
  const isPostgres = 'databaseUrl' in options;
  const database = isPostgres
    ? openPostgresDatabase(options.databaseUrl)
    : openSqliteDatabase(options);
  const embeddings = isPostgres
    ? new ExactEmbeddingIndex(database)
    : new VectorEmbeddingIndex(database);
  try {
    await migrate(database);
  } catch (error) {
    await database.close();
    throw error;
  }
  return new SqlPredictionStore({ database, embeddings, now });
}
