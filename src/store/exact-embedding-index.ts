import type { EmbeddingIndex, NearRow } from './embedding-index.js';
import { embeddingBytes } from './embedding-index.js';
import type { JobRecord, Run } from './prediction-store.js';
import { makeIfMissing, type SqlDatabase, type SqlRow, type SqlStatement } from './sql-database.js';

/** Rows compared at a stretch: about a millisecond. */
const PAGE_SIZE = 1000;

/** Compares with every embedding of the owner and model: exact, and quick enough for some 100,000 predictions. */
export class ExactEmbeddingIndex implements EmbeddingIndex {
  readonly #database: SqlDatabase;
  #isMade = false;

  constructor(database: SqlDatabase) {
    this.#database = database;
  }

  async insertion({ id, token }: Run, embedding: Float32Array): Promise<SqlStatement> {
    await this.#make();
    return {
      sql: `INSERT INTO embeddings (seq, owner, model, vector)
        SELECT seq, owner, model_sha256, CAST($1 AS ${this.#database.dialect.bytes}) FROM predictions
        WHERE id = $2 AND token = $3 AND state = 'completed'
        ON CONFLICT (seq) DO UPDATE SET vector = excluded.vector`,
      parameters: [embeddingBytes(embedding), id, token],
    };
  }

  async nearest(job: JobRecord, limit: number): Promise<NearRow[]> {
    await this.#make();
    const own = 'SELECT vector FROM embeddings WHERE seq = $1';
    const [row] = await this.#database.query(own, [job.seq]);
    if (!row) return [];
    const wanted = vectorOf(row);
    let best: NearRow[] = [];
    for (let after = -1; ;) {
      const rows = await this.#database.query(
        `SELECT seq, vector FROM embeddings WHERE owner = $1 AND model = $2 AND seq > $3
         ORDER BY seq LIMIT ${PAGE_SIZE}`,
        [job.owner, job.model.sha256, after],
      );
      const page = rows.map((other) => ({
        seq: Number(other['seq']),
        similarity: cosine(wanted, vectorOf(other)),
      }));
      best = [...best, ...page.filter(({ seq }) => seq !== job.seq)]
        .sort((a, b) => b.similarity - a.similarity)
        .slice(0, limit);
      if (page.length < PAGE_SIZE) return best;
      after = page.at(-1)!.seq;
    }
  }

  async #make(): Promise<void> {
    if (this.#isMade) return;
    const { integer, bytes } = this.#database.dialect;
    await makeIfMissing(
      this.#database,
      `CREATE TABLE IF NOT EXISTS embeddings (
        seq ${integer} PRIMARY KEY, owner TEXT NOT NULL, model TEXT NOT NULL, vector ${bytes} NOT NULL)`,
    );
    const index =
      'CREATE INDEX IF NOT EXISTS embeddings_by_owner ON embeddings (owner, model, seq)';
    await makeIfMissing(this.#database, index);
    this.#isMade = true;
  }
}

function vectorOf({ vector }: SqlRow): Float32Array {
  return vector instanceof Uint8Array
    ? new Float32Array(new Uint8Array(vector).buffer)
    : new Float32Array();
}

function cosine(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return -1;
  let [dot, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    dot += a[i]! * b[i]!;
    aa += a[i]! * a[i]!;
    bb += b[i]! * b[i]!;
  }
  return aa === 0 || bb === 0 ? 0 : dot / Math.sqrt(aa * bb);
}
