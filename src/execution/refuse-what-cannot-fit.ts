import { FoldError } from '#errors';

/**
 * @param numResidues of the run
 * @param needed bytes
 * @param memoryBytes that the run may use
 * @throws {@link FoldError} `MEMORY_ESTIMATE`
 */
export function refuseWhatCannotFit(
  numResidues: number,
  needed: number,
  memoryBytes: number,
): void {
  if (needed <= memoryBytes) return;
  const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(1);
  throw new FoldError(
    'MEMORY_ESTIMATE',
    `${numResidues} residues need about ${gigabytes(needed)} GB of memory; ${gigabytes(memoryBytes)} GB are there`,
    {
      hint: 'fold a shorter sequence or its domains, a smaller model, or use a machine with more memory',
    },
  );
}
