import { makeIfMissing, type SqlDatabase } from './sql-database.js';

type Dialect = SqlDatabase['dialect'];

/** Each entry brings the schema one version further; what is released is never changed. */
const MIGRATIONS: readonly ((dialect: Dialect) => readonly string[])[] = [
  ({ serial, integer, bytes }) => [
    `CREATE TABLE predictions (
      seq ${serial},
      id TEXT NOT NULL UNIQUE,
      owner TEXT NOT NULL,
      model_name TEXT NOT NULL,
      model_sha256 TEXT NOT NULL,
      request TEXT NOT NULL,
      num_residues INTEGER NOT NULL,
      num_recycles INTEGER NOT NULL,
      input TEXT NOT NULL,
      estimate TEXT NOT NULL,
      state TEXT NOT NULL,
      attempts INTEGER NOT NULL,
      token TEXT,
      lease_until ${integer},
      error TEXT,
      summary TEXT,
      created_at ${integer} NOT NULL,
      queued_at ${integer} NOT NULL,
      started_at ${integer},
      finished_at ${integer}
    )`,
    'CREATE INDEX predictions_by_state ON predictions (state, queued_at, seq)',
    'CREATE INDEX predictions_by_owner ON predictions (owner, seq)',
    // parts of results; those of a run that did not finish its job belong to nothing and are swept
    `CREATE TABLE result_parts (
      id TEXT NOT NULL,
      token TEXT NOT NULL,
      part INTEGER NOT NULL,
      bytes ${bytes} NOT NULL,
      PRIMARY KEY (id, token, part)
    )`,
    `CREATE TABLE batches (
      id TEXT PRIMARY KEY,
      owner TEXT NOT NULL,
      created_at ${integer} NOT NULL,
      members TEXT NOT NULL
    )`,
  ],
];

/**
 * Brings the tables to the newest version; safe to call from several processes at once.
 *
 * @param database empty, or used by this version of the program or an earlier one
 */
export async function migrate(database: SqlDatabase): Promise<void> {
  const versions = 'CREATE TABLE IF NOT EXISTS schema_versions (version INTEGER PRIMARY KEY)';
  await makeIfMissing(database, versions);
  for (const [index, statements] of MIGRATIONS.entries()) {
    const version = index + 1;
    if (await isApplied(database, version)) continue;
    const steps = [
      `INSERT INTO schema_versions (version) VALUES (${version})`,
      ...statements(database.dialect),
    ];
    try {
      await database.atomically(steps.map((sql) => ({ sql, parameters: [] })));
    } catch (error) {
      if (!(await isApplied(database, version))) throw error; // else another process was faster
    }
  }
}

async function isApplied(database: SqlDatabase, version: number): Promise<boolean> {
  const rows = await database.query('SELECT version FROM schema_versions WHERE version = $1', [
    version,
  ]);
  return rows.length > 0;
}
