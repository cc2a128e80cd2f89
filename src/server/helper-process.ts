import { FoldError } from '#errors';
import { AskedProcess, type AskedProcessOptions } from '#process/asked-process';
import type { Questions } from '#process/messages';

/**
 * How much each process gives way to the server, which answers within milliseconds however much is computed beside it:
 * what somebody waits for at the moment less than long predictions, those less than attention.
 */
export const NICENESS = { helper: 5, express: 5, usual: 10, attention: 19 } as const;

/** A process that does what would hold up the server for too long. */
export function helperProcess<All extends Questions>(
  options: Omit<AskedProcessOptions, 'whenDied'>,
): AskedProcess<All> {
  const whenDied = (how: string): FoldError =>
    new FoldError('PROCESS_DIED', `a helper process ended (${how})`, { hint: 'try again' });
  return new AskedProcess({ ...options, niceness: NICENESS.helper, whenDied });
}
