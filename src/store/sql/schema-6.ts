import type { SqlDatabase } from './sql-database.js';

/** Attention is kept by name, that of the language model and thumbnails too; what was kept is computed again where it is asked for. */
export function attentionByName({ dialect: { bytes } }: SqlDatabase): string[] {
  return [
    'DROP TABLE attention_parts',
    `CREATE TABLE attention_parts (
      job TEXT NOT NULL,
      name TEXT NOT NULL,
      part INTEGER NOT NULL,
      bytes ${bytes} NOT NULL,
      PRIMARY KEY (job, name, part)
    )`,
    `UPDATE jobs SET bytes = (SELECT COALESCE(SUM(LENGTH(bytes)), 0) FROM result_parts
        WHERE result_parts.job = jobs.id AND result_parts.token = jobs.token)
      + (SELECT COALESCE(SUM(LENGTH(bytes)), 0) FROM input_parts WHERE input_parts.job = jobs.id)
      WHERE state = 'completed'`,
  ];
}
