import { FoldError } from '#errors';

/** @throws {@link FoldError} `JOB_CANCELLED` */
export function stopIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new FoldError('JOB_CANCELLED', 'the prediction was cancelled');
}
