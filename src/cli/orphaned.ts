const LOOK_MS = 500;

/**
 * Calls back once the shell is gone in which npm runs this command: npm ends that shell by a signal, which the shell
 * does not pass on. Without npm in between nothing is watched, since whoever starts a daemon may well leave.
 *
 * @param onOrphaned called at most once
 */
export function whenOrphaned(onOrphaned: () => void): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const shell = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(timer);
    onOrphaned();
  }, LOOK_MS).unref();
}
