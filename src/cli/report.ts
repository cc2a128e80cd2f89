/** @file What the command line says besides its results: all of it on stderr. */
import { FoldError } from '#errors';
import { exitCodeOf, type ExitCode } from './exit-codes.js';

/** Writes one line to stdout: a result, which another program may read. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Writes one line to stderr: for the person who waits. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

/**
 * Says what went wrong, and what can be done about it where we know. Only a bug shows where in the code it happened.
 *
 * @returns the exit code that fits
 */
export function reportError(error: unknown): ExitCode {
  for (const line of errorLines(error)) tell(line);
  return exitCodeOf(error);
}

/** The lines of {@link reportError}. */
export function errorLines(error: unknown): string[] {
  if (error instanceof FoldError)
    return [
      `error: ${error.message}`,
      ...(error.hint === undefined ? [] : [`hint: ${error.hint}`]),
    ];
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return [
    `error: ${text}`,
    'hint: this is a mistake in codonfold; please report it with this text',
  ];
}
