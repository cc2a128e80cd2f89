import { FoldError } from '#errors';

/** How often it is looked whether npm's shell is still there. */
const LOOK_MS = 500;

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
    controller.abort(new FoldError('JOB_CANCELLED', 'stopped because npm ended'));
  });
  return controller.signal;
}

/**
 * Calls back once the shell is gone in which npm runs this command: npm ends that shell by a signal, which the shell
 * does not pass on. Without npm in between nothing is watched, since whoever starts a daemon may well leave.
 *
 * @param onOrphaned called at most once
 */
function whenOrphaned(onOrphaned: () => void): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const shell = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(timer);
    onOrphaned();
  }, LOOK_MS).unref();
}
