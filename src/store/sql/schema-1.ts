import type { SqlDatabase } from './sql-database.js';

/** The tables of version 0.1.0: a prediction was both what a user asked for and what was computed. */
export function firstSchema({ dialect: { serial, integer, bytes } }: SqlDatabase): string[] {
  return [
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
  ];
}
