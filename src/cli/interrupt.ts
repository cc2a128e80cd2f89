import { FoldError } from '#errors';

/** A signal that aborts at the first Ctrl-C (or SIGTERM, SIGHUP); the second ends the process at once. */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(name, () => {
      controller.abort(new FoldError('JOB_CANCELLED', `stopped by ${name}`));
    });
  return controller.signal;
}
