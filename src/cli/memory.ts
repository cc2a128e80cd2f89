import { freemem } from 'node:os';
import { FoldError } from '#errors';
import type { PredictionEstimate } from '#predict/prediction';

/** Megabytes (10^6) that this process and its children may still take: of the machine, or of a container's limit. */
function availableMegabytes(): number {
  const limit = process.constrainedMemory();
  const ofContainer = limit > 0 ? limit - process.memoryUsage.rss() : Infinity;
  return Math.floor(Math.min(freemem(), ofContainer) / 1e6);
}

/**
 * Refuses a prediction that cannot fit, before any work is done.
 *
 * @param record name and length
 * @param estimate of the model
 * @param available megabytes
 * @throws FoldError `MEMORY_ESTIMATE`
 */
export function checkMemory(
  { name, numResidues }: { readonly name: string; readonly numResidues: number },
  { megabytes }: PredictionEstimate,
  available: number = availableMegabytes(),
): void {
  if (megabytes <= available) return;
  throw new FoldError(
    'MEMORY_ESTIMATE',
    `${name}: ${numResidues} residues need about ${gigabytes(megabytes)} of memory, ${gigabytes(available)} are free`,
    { hint: 'fold single domains, choose a smaller model, or use a machine with more memory' },
  );
}

function gigabytes(megabytes: number): string {
  return `${(megabytes / 1000).toFixed(1)} GB`;
}
