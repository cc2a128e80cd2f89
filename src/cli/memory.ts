import type { PredictionEstimate } from '#architectures/family';
import { FoldError } from '#errors';
import { availableMemory } from '#machine/available-memory';

/**
 * Refuses a prediction that cannot fit, before any work is done.
 *
 * @param what name and length, in words
 * @param estimate of the model
 * @param available megabytes
 * @throws FoldError `MEMORY_ESTIMATE`
 */
export function checkMemory(
  what: string,
  { megabytes }: PredictionEstimate,
  available: number = Math.floor(availableMemory() / 1e6),
): void {
  if (megabytes <= available) return;
  throw new FoldError(
    'MEMORY_ESTIMATE',
    `${what} need about ${gigabytes(megabytes)} of memory, ${gigabytes(available)} are free`,
    { hint: 'fold single domains, choose a smaller model, or use a machine with more memory' },
  );
}

function gigabytes(megabytes: number): string {
  return `${(megabytes / 1000).toFixed(1)} GB`;
}
