import { FoldError } from '#errors';
import type { SqlDatabase } from './sql-database.js';
import { firstSchema } from './schema-1.js';
import { submissionsApartFromJobs } from './schema-2.js';
import { alignmentsOfJobs } from './schema-3.js';
import { inputsOfJobs } from './schema-4.js';
import { searchesOfJobs } from './schema-5.js';
import { attentionByName } from './schema-6.js';

/** The statements that bring a database one version further; they run in one transaction. */
export type Migration = (database: SqlDatabase) => Promise<readonly string[]> | readonly string[];

/** What is released is never changed. */
const MIGRATIONS: readonly Migration[] = [
  firstSchema,
  submissionsApartFromJobs,
  alignmentsOfJobs,
  inputsOfJobs,
  searchesOfJobs,
  attentionByName,
];

/**
 * Brings the tables to the newest version; safe to call from several processes at once.
 *
 * @param database empty, or used by this version of the program or an earlier one
 * @throws FoldError `STORE_NEWER` where a later version of the program has used it
 */
export async function migrate(database: SqlDatabase): Promise<void> {
  const versions = 'CREATE TABLE IF NOT EXISTS schema_versions (version INTEGER PRIMARY KEY)';
  // in PostgreSQL it fails where two sessions do it at the same moment
  await database.query(versions).catch(() => database.query(versions));
  const version = await versionOf(database);
  if (version > MIGRATIONS.length)
    throw new FoldError(
      'STORE_NEWER',
      `the database was written by a newer version of codonfold: its tables have version ${version}, and this program knows versions up to ${MIGRATIONS.length}`,
      {
        hint: 'run that version of the program, or give this one another DATA_DIR or DATABASE_URL',
      },
    );
  for (let next = version + 1; next <= MIGRATIONS.length; next++) await apply(database, next);
}

async function apply(database: SqlDatabase, version: number): Promise<void> {
  try {
    const statements = await MIGRATIONS[version - 1]!(database);
    const steps = [
      `INSERT INTO schema_versions (version) VALUES (${version})`, // taken by one process alone
      ...statements,
    ];
    await database.atomically(steps.map((sql) => ({ sql, parameters: [] })));
  } catch (error) {
    if ((await versionOf(database)) < version) throw error; // else another process was faster
  }
}

async function versionOf(database: SqlDatabase): Promise<number> {
  const sql = 'SELECT COALESCE(MAX(version), 0) AS version FROM schema_versions';
  const [row] = await database.query(sql);
  return Number(row?.['version']);
}
