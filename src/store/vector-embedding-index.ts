import type { EmbeddingIndex, NearRow } from './embedding-index.js';
import { embeddingBytes } from './embedding-index.js';
import type { JobRecord, Run } from './prediction-store.js';
import type { SqlDatabase, SqlStatement } from './sql-database.js';

/** The index knows neither owners nor models, so it is asked for this many times what is wanted. */
const SURPLUS = 8;

/** libsql's vector index: one table for each length of embedding, since a vector column has a fixed length. */
export class VectorEmbeddingIndex implements EmbeddingIndex {
  readonly #database: SqlDatabase;
  readonly #made = new Set<number>();

  constructor(database: SqlDatabase) {
    this.#database = database;
  }

  async insertion({ id, token }: Run, embedding: Float32Array): Promise<SqlStatement> {
    const size = embedding.length;
    await this.#make(size);
    return {
      sql: `INSERT OR REPLACE INTO embeddings_${size} (seq, owner, model, vector)
        SELECT seq, owner, model_sha256, vector32($1) FROM predictions
        WHERE id = $2 AND token = $3 AND state = 'completed'`,
      parameters: [embeddingBytes(embedding), id, token],
    };
  }

  async nearest(job: JobRecord, limit: number): Promise<NearRow[]> {
    const found = await this.#findVector(job);
    if (!found) return [];
    const { table, vector } = found;
    const asked = SURPLUS * (limit + 1);
    const near = await this.#database.query(
      `SELECT e.seq, 1 - vector_distance_cos(e.vector, $1) AS similarity
       FROM vector_top_k('${table}_vectors', $1, $2) AS near JOIN ${table} AS e ON e.rowid = near.id
       WHERE e.owner = $3 AND e.model = $4 AND e.seq <> $5 ORDER BY similarity DESC LIMIT $6`,
      [vector, asked, job.owner, job.model.sha256, job.seq, limit],
    );
    // others' predictions may have filled the answer
    const rows = near.length < limit ? await this.#scan(job, found, limit) : near;
    return rows as unknown as NearRow[];
  }

  #scan(job: JobRecord, { table, vector }: { table: string; vector: Uint8Array }, limit: number) {
    return this.#database.query(
      `SELECT seq, 1 - vector_distance_cos(vector, $1) AS similarity FROM ${table}
       WHERE owner = $2 AND model = $3 AND seq <> $4 ORDER BY similarity DESC LIMIT $5`,
      [vector, job.owner, job.model.sha256, job.seq, limit],
    );
  }

  async #findVector(job: JobRecord): Promise<{ table: string; vector: Uint8Array } | undefined> {
    const tables = await this.#database.query(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB 'embeddings_[0-9]*'`,
    );
    for (const { name } of tables) {
      const table = String(name);
      const sql = `SELECT vector FROM ${table} WHERE seq = $1`;
      const [row] = await this.#database.query(sql, [job.seq]);
      if (row?.['vector'] instanceof Uint8Array) return { table, vector: row['vector'] };
    }
    return undefined;
  }

  async #make(size: number): Promise<void> {
    if (this.#made.has(size)) return;
    const table = `embeddings_${size}`;
    const statements = [
      `CREATE TABLE IF NOT EXISTS ${table} (
        seq INTEGER PRIMARY KEY, owner TEXT NOT NULL, model TEXT NOT NULL, vector F32_BLOB(${size}))`,
      `CREATE INDEX IF NOT EXISTS ${table}_by_owner ON ${table} (owner, model)`,
      `CREATE INDEX IF NOT EXISTS ${table}_vectors ON ${table} (libsql_vector_idx(vector))`,
    ];
    for (const sql of statements) await this.#database.query(sql);
    this.#made.add(size);
  }
}
