import { FoldError } from '#errors';

/** Why the system or Node refused something: `ENOENT`, `EACCES`, …; undefined for any other error. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || error instanceof FoldError || !('code' in error))
    return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
