import { FoldError } from '#errors';
import { AskedProcess, type AskedProcessOptions } from '#process/asked-process';
import type { Questions } from '#process/messages';
import { NICENESS } from './niceness.js';

/** A process that does what would hold up the server for too long. */
export function helperProcess<All extends Questions>(
  options: Omit<AskedProcessOptions, 'whenDied'>,
): AskedProcess<All> {
  const whenDied = (how: string): FoldError =>
    new FoldError('WORKER_DIED', `a helper process ended (${how})`, { hint: 'try again' });
  return new AskedProcess({ ...options, niceness: NICENESS.helper, whenDied });
}
