import { FoldError } from '#errors';

/** @throws {@link FoldError} the signal's reason, or `JOB_CANCELLED` where it gives none of ours */
export function stopIfAborted(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  const reason: unknown = signal.reason;
  throw reason instanceof FoldError
    ? reason
    : new FoldError('JOB_CANCELLED', 'the prediction was cancelled');
}
