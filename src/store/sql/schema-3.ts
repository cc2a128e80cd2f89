import type { SqlDatabase } from './sql-database.js';

/** Jobs may read an alignment; it is stored in parts, as results are. */
export function alignmentsOfJobs({ dialect: { bytes } }: SqlDatabase): string[] {
  return [
    `CREATE TABLE alignment_parts (
      job TEXT NOT NULL,
      part INTEGER NOT NULL,
      bytes ${bytes} NOT NULL,
      PRIMARY KEY (job, part)
    )`,
  ];
}
