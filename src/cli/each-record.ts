import { FoldError } from '#errors';
import { exitCodeOf, worstExitCode, type ExitCode } from './exit-codes.js';
import { reportError, tell } from './report.js';

/**
 * Does the same work for each record. One that fails is reported and does not stop the others; an interrupt and our own
 * mistakes do.
 *
 * @param records in order
 * @param work for one of them
 * @returns exit code over all
 */
export async function eachRecord<Item>(
  records: readonly Item[],
  work: (record: Item) => void | Promise<void>,
): Promise<ExitCode> {
  const codes: ExitCode[] = [];
  for (const record of records) {
    try {
      await work(record);
    } catch (error) {
      if (!(error instanceof FoldError) || exitCodeOf(error) === 130) throw error;
      codes.push(reportError(error));
    }
  }
  if (codes.length > 0 && records.length > 1)
    tell(`${codes.length} of ${records.length} records failed`);
  return worstExitCode(codes);
}
