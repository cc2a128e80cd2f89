import type { SqlDatabase } from './sql-database.js';

type Dialect = SqlDatabase['dialect'];

/**
 * Takes predictions apart: a job is what is computed, a submission is what one user asked for. Submissions keep the ids
 * that predictions had, so that links go on to work. Clients take turns; attention is kept; the embeddings of sequences
 * are dropped, since neighbours are found by the sequences themselves.
 */
export async function submissionsApartFromJobs(database: SqlDatabase): Promise<string[]> {
  const { serial, integer, real, bytes, name } = database.dialect;
  const json = JSON_OF_REQUEST[name];
  return [
    'ALTER TABLE predictions RENAME TO jobs',
    'DROP INDEX predictions_by_state',
    'DROP INDEX predictions_by_owner',
    'CREATE INDEX jobs_by_state ON jobs (state)',
    `CREATE TABLE submissions (
      seq ${serial},
      id TEXT NOT NULL UNIQUE,
      owner TEXT NOT NULL,
      client TEXT NOT NULL,
      job TEXT NOT NULL,
      name TEXT NOT NULL,
      input TEXT NOT NULL,
      codons TEXT,
      -- 1 while its job waits and its owner has not cancelled it
      waits INTEGER NOT NULL,
      created_at ${integer} NOT NULL,
      asked_at ${integer} NOT NULL,
      cancelled_at ${integer}
    )`,
    'CREATE INDEX submissions_by_owner ON submissions (owner, seq)',
    'CREATE INDEX submissions_by_job ON submissions (job)',
    'CREATE INDEX submissions_by_age ON submissions (asked_at)',
    'CREATE INDEX submissions_that_wait ON submissions (client, seq) WHERE waits = 1',
    `INSERT INTO submissions
        (id, owner, client, job, name, input, codons, waits, created_at, asked_at, cancelled_at)
      SELECT id, owner, owner, id, ${json.recordName}, input, ${json.codons},
        CASE WHEN state = 'waiting' THEN 1 ELSE 0 END, created_at, created_at,
        CASE WHEN state = 'cancelled' THEN finished_at END
      FROM jobs ORDER BY seq`,
    // whose turn it is: who was served longest ago
    `CREATE TABLE clients (client TEXT PRIMARY KEY, last_turn ${integer} NOT NULL)`,
    'CREATE INDEX clients_by_turn ON clients (last_turn)',
    // who is charged for the space that a result takes
    `ALTER TABLE jobs ADD COLUMN client TEXT NOT NULL DEFAULT ''`,
    `ALTER TABLE jobs ADD COLUMN bytes ${integer} NOT NULL DEFAULT 0`,
    'ALTER TABLE jobs ADD COLUMN interruptions INTEGER NOT NULL DEFAULT 0',
    `ALTER TABLE jobs ADD COLUMN seconds ${real} NOT NULL DEFAULT 0`,
    `ALTER TABLE jobs ADD COLUMN megabytes ${real} NOT NULL DEFAULT 0`,
    `UPDATE jobs SET client = owner, request = ${json.withoutNames}, seconds = ${json.seconds},
      megabytes = ${json.megabytes}, bytes = (SELECT COALESCE(SUM(LENGTH(bytes)), 0) FROM result_parts
        WHERE result_parts.id = jobs.id AND result_parts.token = jobs.token)`,
    ...['owner', 'input', 'num_recycles', 'estimate', 'created_at'].map(
      (column) => `ALTER TABLE jobs DROP COLUMN ${column}`,
    ),
    `CREATE INDEX jobs_that_wait ON jobs (seconds) WHERE state = 'waiting'`,
    'CREATE INDEX jobs_by_space ON jobs (client, bytes, finished_at)',
    'ALTER TABLE result_parts RENAME COLUMN id TO job',
    // one row, written to see whether anything can be
    `CREATE TABLE pings (number ${integer} NOT NULL)`,
    'INSERT INTO pings (number) VALUES (0)',
    `CREATE TABLE attention_parts (
      job TEXT NOT NULL,
      block INTEGER NOT NULL,
      head INTEGER NOT NULL,
      part INTEGER NOT NULL,
      bytes ${bytes} NOT NULL,
      PRIMARY KEY (job, block, head, part)
    )`,
    ...(await embeddingTables(database)).map((table) => `DROP TABLE ${table}`),
  ];
}

/**
 * The request of the first version is `{ name, chains: [{ id, sequence, codons? }], numRecycles }`, its estimate
 * `{ seconds, megabytes }`.
 */
const JSON_OF_REQUEST: Readonly<
  Record<
    Dialect['name'],
    Record<'recordName' | 'codons' | 'withoutNames' | 'seconds' | 'megabytes', string>
  >
> = {
  sqlite: {
    recordName: `json_extract(request, '$.name')`,
    codons: `CASE WHEN instr(request, '"codons":') > 0 THEN (SELECT json_group_array(
      json(COALESCE(json_extract(value, '$.codons'), 'null'))) FROM json_each(request, '$.chains')) END`,
    withoutNames: `json_object('chains', (SELECT json_group_array(
      json_object('id', json_extract(value, '$.id'), 'sequence', json_extract(value, '$.sequence')))
      FROM json_each(request, '$.chains')), 'numRecycles', json_extract(request, '$.numRecycles'))`,
    seconds: `json_extract(estimate, '$.seconds')`,
    megabytes: `json_extract(estimate, '$.megabytes')`,
  },
  postgres: {
    recordName: `request::json->>'name'`,
    codons: `CASE WHEN position('"codons":' IN request) > 0 THEN (SELECT json_agg(chain->'codons' ORDER BY place)::text
      FROM json_array_elements(request::json->'chains') WITH ORDINALITY AS chains (chain, place)) END`,
    withoutNames: `json_build_object('chains', (SELECT json_agg(
      json_build_object('id', chain->'id', 'sequence', chain->'sequence') ORDER BY place)
      FROM json_array_elements(request::json->'chains') WITH ORDINALITY AS chains (chain, place)),
      'numRecycles', request::json->'numRecycles')::text`,
    seconds: `(estimate::json->>'seconds')::double precision`,
    megabytes: `(estimate::json->>'megabytes')::double precision`,
  },
};

/** The first version kept embeddings, in a table for each length in SQLite, and in one in PostgreSQL. */
async function embeddingTables(database: SqlDatabase): Promise<string[]> {
  const tables = await database.query(
    database.dialect.name === 'sqlite'
      ? `SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB 'embeddings_[0-9]*'
         AND name NOT GLOB '*_shadow*'`
      : `SELECT tablename AS name FROM pg_tables WHERE tablename = 'embeddings' AND schemaname = current_schema()`,
  );
  return tables.map((table) => String(table['name']));
}
