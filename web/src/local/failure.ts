import { FoldError, messageOf } from '#errors';
import type { Failure } from './messages.js';

/** What a worker says of an error. */
export function failureOf(error: unknown): Failure {
  const hint = error instanceof FoldError ? error.hint : undefined;
  return { kind: 'failed', message: messageOf(error), hint };
}
