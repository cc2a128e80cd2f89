import { concat } from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';

/**
 * Computes the rows of a pair update a few at a time: less memory at once, the same result.
 *
 * @param numRows N
 * @param chunkSize rows at once; all where absent
 * @param compute rows `start` to `end` (exclusive) of the result, `[B, end - start, ...]`
 * @returns `[B, N, ...]`
 */
export function inRowChunks(
  numRows: number,
  chunkSize: number | undefined,
  compute: (start: number, end: number) => Tensor,
): Tensor {
  const size = Math.min(chunkSize ?? numRows, numRows);
  const starts = Array.from({ length: Math.ceil(numRows / size) }, (_, i) => i * size);
  return concat(
    starts.map((start) => compute(start, Math.min(start + size, numRows))),
    1,
  );
}

/**
 * How many rows of a layer to compute at once.
 *
 * @param chunkBytes that they may take
 * @param rowNumbers numbers in memory at once for each row
 * @returns at least 1; nothing for all rows
 */
export function rowsAtOnce(chunkBytes: number | undefined, rowNumbers: number): number | undefined {
  if (chunkBytes === undefined) return undefined;
  return Math.max(1, Math.floor(chunkBytes / (Float32Array.BYTES_PER_ELEMENT * rowNumbers)));
}
