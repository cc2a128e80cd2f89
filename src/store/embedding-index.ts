import type { JobRecord, Run } from './prediction-store.js';
import type { SqlStatement } from './sql-database.js';

/** A row of `predictions` and how near its embedding is. */
export interface NearRow {
  readonly seq: number;
  /** Cosine similarity, -1 to 1. */
  readonly similarity: number;
}

/** Finds predictions by the embedding of their sequence. */
export interface EmbeddingIndex {
  /**
   * The statement that stores the embedding of a run's job once the run has completed it.
   *
   * @param run that completed the job
   * @param embedding `[D]`
   */
  insertion(run: Run, embedding: Float32Array): Promise<SqlStatement>;
  /** Completed predictions of the same owner and model, nearest first, without the job itself. */
  nearest(job: JobRecord, limit: number): Promise<NearRow[]>;
}

/** Bytes of an embedding as both databases store it: float32, little-endian. */
export function embeddingBytes({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
