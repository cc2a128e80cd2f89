/** @file Sequence embeddings of completed jobs, and the search for the nearest among those of one owner. */
import type { JobRecord, Run } from '#store/job';
import type { SqlDatabase, SqlRow, SqlStatement } from './sql-database.js';

/** Rows compared at a stretch: about a millisecond. */
const PAGE_SIZE = 250;

/** A submission and how near the embedding of its job is. */
interface Near {
  readonly submission: string;
  /** Cosine similarity, -1 to 1. */
  readonly similarity: number;
}

/**
 * The statement that stores the embedding of a run's job once the run has completed it.
 *
 * @param run that completed the job
 * @param embedding `[D]`
 */
export function embeddingInsertion(
  { id, token }: Run,
  { buffer, byteOffset, byteLength }: Float32Array,
  { bytes }: SqlDatabase['dialect'],
): SqlStatement {
  return {
    sql: `INSERT INTO embeddings (job, vector) SELECT id, CAST($1 AS ${bytes}) FROM jobs
      WHERE id = $2 AND token = $3 AND state = 'completed'
      ON CONFLICT (job) DO UPDATE SET vector = excluded.vector`,
    parameters: [new Uint8Array(buffer, byteOffset, byteLength), id, token],
  };
}

/**
 * Compares with every embedding of the owner and model, which is exact, and quick enough for some 100,000 of them.
 *
 * @param database where
 * @param job whose neighbours are looked for; it is none of them itself
 * @param query whose submissions, and how many
 * @returns nearest first, of each job the newest submission
 */
export async function nearestJobs(
  database: SqlDatabase,
  job: JobRecord,
  { owner, limit }: { readonly owner: string; readonly limit: number },
): Promise<Near[]> {
  const own = 'SELECT vector FROM embeddings WHERE job = $1';
  const [row] = await database.query(own, [job.id]);
  if (!row) return [];
  const wanted = vectorOf(row);
  let best: (Near & { readonly job: string })[] = [];
  for (let before = Number.MAX_SAFE_INTEGER; ;) {
    const rows = await database.query(
      `SELECT submissions.seq AS seq, submissions.id AS id, job, vector
       FROM submissions JOIN embeddings USING (job)
       WHERE owner = $1 AND cancelled_at IS NULL AND seq < $2 AND job <> $3
         AND EXISTS (SELECT 1 FROM jobs WHERE id = job AND model_sha256 = $4 AND state = 'completed')
       ORDER BY seq DESC LIMIT ${PAGE_SIZE}`,
      [owner, before, job.id, job.model.sha256],
    );
    for (const other of rows) {
      const id = String(other['job']);
      if (best.some((each) => each.job === id)) continue; // the same under an older name
      const similarity = cosine(wanted, vectorOf(other));
      best.push({ submission: String(other['id']), job: id, similarity });
    }
    best = best.sort((a, b) => b.similarity - a.similarity).slice(0, limit);
    if (rows.length < PAGE_SIZE) return best;
    before = Number(rows.at(-1)!['seq']);
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
