import { ParseError } from '#errors';
import { lineNumber } from './text-lines.js';

/** The text of an alignment and what it is called in error messages. */
export interface AlignmentText {
  readonly bytes: Uint8Array;
  readonly source: string;
}

/**
 * The error for a place in an alignment's text.
 *
 * @param text whole file
 * @param offset 0-based byte; its line is what the error names
 * @param message what is wrong there
 * @param hint what the caller can do
 */
export function alignmentError(
  { bytes, source }: AlignmentText,
  offset: number,
  message: string,
  hint?: string,
): ParseError {
  return new ParseError(
    'PARSE_ALIGNMENT',
    message,
    { source, line: lineNumber(bytes, offset) },
    { hint },
  );
}
