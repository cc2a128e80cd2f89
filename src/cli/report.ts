/** @file What the command line says: results on stdout, all else on stderr. */
import { FoldError } from '#errors';
import { exitCodeOf, type ExitCode } from './exit-codes.js';

let results: NodeJS.WritableStream = process.stdout;

/** Writes one line to stdout: a result, which another program may read. */
export function print(line: string): void {
  results.write(`${line}\n`);
}

/** From now on results go to stderr too, since stdout belongs to a protocol. */
export function leaveStdout(): void {
  results = process.stderr;
}

/** Writes one line to stderr: for the person who waits. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

/**
 * Tells of something that may be wrong and stops nothing.
 *
 * @param about the record that it is about
 */
export function warn(text: string, about?: string): void {
  tell(`warning: ${about === undefined ? '' : `${about}: `}${text}`);
}

/**
 * Says what went wrong, and what can be done about it where we know. Only a bug shows where in the code it happened.
 *
 * @returns the exit code that fits
 */
export function reportError(error: unknown): ExitCode {
  const reason = interruptOf(error) ?? error;
  for (const line of errorLines(reason)) tell(line);
  return exitCodeOf(reason);
}

/** Why a signal aborted, where Node has wrapped that into an error of its own. */
function interruptOf(error: unknown): FoldError | undefined {
  const isAbort = error instanceof Error && error.name === 'AbortError';
  return isAbort && error.cause instanceof FoldError ? error.cause : undefined;
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
