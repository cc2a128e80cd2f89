import type { FoundInputs, InputKind, NewJob, Run } from '#store/job';
import type { ResultStore } from '#store/prediction-store';
import type { SqlDatabase, SqlStatement, SqlValue } from './sql-database.js';

/** Results are written and read in parts of this size, a few milliseconds each. */
const PART_BYTES = 1 << 18;

/** The statements that write a result, part by part; until the run completes its job, the parts belong to nothing. */
export function partInsertions({ id, token }: Run, bytes: Uint8Array): SqlStatement[] {
  return partsOf(bytes).map((part, index) => ({
    sql: `INSERT INTO result_parts (job, token, part, bytes) VALUES ($1, $2, $3, $4)
      ON CONFLICT (job, token, part) DO UPDATE SET bytes = excluded.bytes`,
    parameters: [id, token, index, part],
  }));
}

/** The statements that write what a job reads; a job that is asked for again has it already. */
export function inputInsertions({ id, alignment, templates }: NewJob): SqlStatement[] {
  const inputs: Readonly<Record<InputKind, Uint8Array | undefined>> = { alignment, templates };
  return Object.entries(inputs).flatMap(([kind, bytes = new Uint8Array()]) =>
    partsOf(bytes).map((part, index) => ({
      sql: `INSERT INTO input_parts (job, kind, part, bytes) VALUES ($1, $2, $3, $4)
        ON CONFLICT (job, kind, part) DO NOTHING`,
      parameters: [id, kind, index, part],
    })),
  );
}

/** The statements that write what a run has found, where its job now waits to be computed. */
export function foundInsertions(
  { id, token }: Run,
  inputs: FoundInputs,
  { dialect }: SqlDatabase,
): SqlStatement[] {
  const isFound = `SELECT 1 FROM jobs WHERE id = $1 AND token = $2 AND state = 'waiting'`;
  return Object.entries(inputs).flatMap(([kind, found]) =>
    partsOf(found).map((part, index) => ({
      sql: `INSERT INTO input_parts (job, kind, part, bytes)
      SELECT CAST($1 AS TEXT), CAST($3 AS TEXT), CAST($4 AS INTEGER), CAST($5 AS ${dialect.bytes}) WHERE EXISTS (${isFound})
      ON CONFLICT (job, kind, part) DO UPDATE SET bytes = excluded.bytes`,
      parameters: [id, token, kind, index, part],
    })),
  );
}

/** Results on any SQL database. */
export class SqlResults implements ResultStore {
  readonly #database: SqlDatabase;

  constructor(database: SqlDatabase) {
    this.#database = database;
  }

  async readInput(id: string, kind: InputKind): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const sql = 'SELECT bytes FROM input_parts WHERE job = $1 AND kind = $2 AND part = $3';
    const bytes = await this.#joined(sql, [id, kind]);
    return bytes.length > 0 ? bytes : undefined;
  }

  async read(id: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const [row] = await this.#database.query(
      `SELECT token FROM jobs WHERE id = $1 AND state = 'completed'`,
      [id],
    );
    if (!row) return undefined;
    const sql = 'SELECT bytes FROM result_parts WHERE job = $1 AND token = $2 AND part = $3';
    return this.#joined(sql, [id, row['token']!]);
  }

  async readAttention(id: string, name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const sql = 'SELECT bytes FROM attention_parts WHERE job = $1 AND name = $2 AND part = $3';
    const bytes = await this.#joined(sql, [id, name]);
    return bytes.length > 0 ? bytes : undefined;
  }

  async keepAttention(id: string, maps: ReadonlyMap<string, Uint8Array>): Promise<void> {
    const isKept = `SELECT 1 FROM jobs WHERE id = $1 AND state = 'completed'`;
    // one by one, so that nobody has to wait for all of them; what a crash leaves is too short, and written again
    for (const [name, bytes] of maps)
      for (const [index, part] of partsOf(bytes).entries())
        await this.#database.query(
          `INSERT INTO attention_parts (job, name, part, bytes)
           SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS INTEGER),
             CAST($4 AS ${this.#database.dialect.bytes}) WHERE EXISTS (${isKept})
           ON CONFLICT (job, name, part) DO UPDATE SET bytes = excluded.bytes`,
          [id, name, index, part],
        );
    await this.#database.query(
      `UPDATE jobs SET bytes = (SELECT COALESCE(SUM(LENGTH(bytes)), 0) FROM result_parts
           WHERE result_parts.job = jobs.id AND result_parts.token = jobs.token)
         + (SELECT COALESCE(SUM(LENGTH(bytes)), 0) FROM attention_parts WHERE attention_parts.job = jobs.id)
         + (SELECT COALESCE(SUM(LENGTH(bytes)), 0) FROM input_parts WHERE input_parts.job = jobs.id)
       WHERE id = $1 AND state = 'completed'`,
      [id],
    );
  }

  /** All parts, one statement each; `sql` takes the number of the part last. */
  async #joined(sql: string, parameters: readonly SqlValue[]): Promise<Uint8Array<ArrayBuffer>> {
    const parts: Uint8Array[] = [];
    for (;;) {
      const [found] = await this.#database.query(sql, [...parameters, parts.length]);
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

function partsOf(bytes: Uint8Array): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / PART_BYTES) }, (_, index) =>
    bytes.subarray(index * PART_BYTES, (index + 1) * PART_BYTES),
  );
}
