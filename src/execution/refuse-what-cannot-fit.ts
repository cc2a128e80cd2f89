import { FoldError } from '#errors';

/** Memory in bytes. */
interface MemoryNeed {
  readonly needed: number;
  readonly available: number;
}

const SMALLER =
  'fold a shorter sequence or single domains, choose a smaller model, or use a machine with more memory';

/**
 * Refuses what cannot fit, before any work is done.
 *
 * @param what would take the memory: name and length, in words
 * @param hint what can be done about it
 * @throws FoldError `MEMORY_ESTIMATE`
 */
export function refuseWhatCannotFit(
  what: string,
  { needed, available }: MemoryNeed,
  hint = SMALLER,
): void {
  if (needed <= available) return;
  throw new FoldError(
    'MEMORY_ESTIMATE',
    `${what} would take about ${inUnits(needed)} of memory; ${inUnits(available)} may be used`,
    { hint },
  );
}

/** Bytes as people read them. */
export function inUnits(bytes: number): string {
  return bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
