import { FoldError } from '#errors';
import { whenOrphaned } from './orphaned.js';

/**
 * A signal that aborts at the first Ctrl-C (or SIGTERM, SIGHUP, or when npm was told to end); the second ends the
 * process at once.
 */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(name, () => {
      controller.abort(new FoldError('JOB_CANCELLED', `stopped by ${name}`));
    });
  whenOrphaned(() => {
    controller.abort(new FoldError('JOB_CANCELLED', 'stopped with npm'));
  });
  return controller.signal;
}
