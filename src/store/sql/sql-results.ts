import type { Run } from '#store/job';
import type { ResultStore } from '#store/prediction-store';
import type { SqlDatabase, SqlStatement } from './sql-database.js';

/** Results are written and read in parts of this size, a few milliseconds each. */
const PART_BYTES = 1 << 18;

/** The statements that write a result, part by part; until the run completes its job, the parts belong to nothing. */
export function* partInsertions({ id, token }: Run, bytes: Uint8Array): Generator<SqlStatement> {
  for (let part = 0; part * PART_BYTES < bytes.length; part++)
    yield {
      sql: `INSERT INTO result_parts (job, token, part, bytes) VALUES ($1, $2, $3, $4)
        ON CONFLICT (job, token, part) DO UPDATE SET bytes = excluded.bytes`,
      parameters: [id, token, part, bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES)],
    };
}

/** Results on any SQL database. */
export class SqlResults implements ResultStore {
  readonly #database: SqlDatabase;

  constructor(database: SqlDatabase) {
    this.#database = database;
  }

  async read(id: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const [row] = await this.#database.query(
      `SELECT token FROM jobs WHERE id = $1 AND state = 'completed'`,
      [id],
    );
    if (!row) return undefined;
    const parts: Uint8Array[] = [];
    for (;;) {
      const [found] = await this.#database.query(
        'SELECT bytes FROM result_parts WHERE job = $1 AND token = $2 AND part = $3',
        [id, row['token']!, parts.length],
      );
      if (!(found?.['bytes'] instanceof Uint8Array)) break;
      parts.push(found['bytes']);
      if (found['bytes'].length < PART_BYTES) break;
    }
    const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
    parts.forEach((part, index) => {
      bytes.set(part, index * PART_BYTES);
    });
    return bytes;
  }
}
