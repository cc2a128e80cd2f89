import type { SqlDatabase } from './sql-database.js';

/** Jobs may read templates too: what they read is kept in one table. */
export function inputsOfJobs({ dialect: { bytes } }: SqlDatabase): string[] {
  return [
    `CREATE TABLE input_parts (
      job TEXT NOT NULL,
      kind TEXT NOT NULL,
      part INTEGER NOT NULL,
      bytes ${bytes} NOT NULL,
      PRIMARY KEY (job, kind, part)
    )`,
    `INSERT INTO input_parts (job, kind, part, bytes)
      SELECT job, 'alignment', part, bytes FROM alignment_parts`,
    'DROP TABLE alignment_parts',
  ];
}
