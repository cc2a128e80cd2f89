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
