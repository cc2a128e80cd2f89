/** @file The search for the jobs of one owner whose sequences are most alike. */
import { RELATED, sharedWords, wordsOf } from '#sequence/shared-words';
import { JobRequest, type JobRecord } from '#store/job';
import type { SqlDatabase } from './sql-database.js';

/** Rows compared at a stretch: some milliseconds. */
const PAGE_SIZE = 250;

/** A submission and how much of the sequence its job shares. */
interface Near {
  readonly submission: string;
  /** As `sharedWords` has it, {@link RELATED} to 1. */
  readonly similarity: number;
}

/** The words of a job's sequences, numbers that `sharedWords` compares. */
const wordsOfRequest = ({ chains }: JobRequest): Set<number> =>
  wordsOf(chains.map(({ sequence }) => sequence));

/**
 * Compares with every job of the owner and model: nothing is stored for it that a later version could not read.
 *
 * @param database where
 * @param job whose neighbours are looked for; it is none of them itself
 * @param query whose submissions, and how many
 * @returns the related ones, nearest first, of each job the newest submission
 */
export async function nearestJobs(
  database: SqlDatabase,
  job: JobRecord,
  { owner, limit }: { readonly owner: string; readonly limit: number },
): Promise<Near[]> {
  const wanted = wordsOfRequest(job.request);
  const seen = new Set([job.id]);
  let best: Near[] = [];
  for (let before = Number.MAX_SAFE_INTEGER; ;) {
    const rows = await database.query(
      `SELECT submissions.seq AS seq, submissions.id AS id, job, request
       FROM submissions JOIN jobs ON jobs.id = submissions.job
       WHERE owner = $1 AND cancelled_at IS NULL AND submissions.seq < $2
         AND model_sha256 = $3 AND state = 'completed'
       ORDER BY submissions.seq DESC LIMIT ${PAGE_SIZE}`,
      [owner, before, job.model.sha256],
    );
    for (const row of rows) {
      const id = String(row['job']);
      if (seen.has(id)) continue; // the same under an older name
      seen.add(id);
      const request = JobRequest.parse(JSON.parse(String(row['request'])));
      const similarity = sharedWords(wanted, wordsOfRequest(request));
      if (similarity >= RELATED) best.push({ submission: String(row['id']), similarity });
    }
    best = best.sort((a, b) => b.similarity - a.similarity).slice(0, limit);
    if (rows.length < PAGE_SIZE) return best;
    before = Number(rows.at(-1)!['seq']);
  }
}
