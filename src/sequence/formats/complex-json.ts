import { FoldError } from '#errors';
import { complexEntry, fieldsOf } from './complex.js';
import { type ReadOptions, refuseTooMany, type TextEntry } from './entry.js';
import { LetterFinder } from './letter-finder.js';

/** What begins JSON. */
export const JSON_TEXT = /^\s*(\{|\[\s*(\{|$))/;

/**
 * Reads jobs of AlphaFold Server and AlphaFold 3: one, or a list of them.
 *
 * @param text whole file
 * @param options see {@link ReadOptions}
 * @throws FoldError `SEQUENCE_FORMAT` for broken JSON and for JSON that holds no such jobs, `BATCH_TOO_LARGE`
 */
export function jsonEntries(
  text: string,
  { source = 'input', maxRecords = Infinity }: ReadOptions,
): TextEntry[] {
  const parsed = parse(text, source);
  const jobs: unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  refuseTooMany(jobs.length, maxRecords);
  const finder = new LetterFinder(text);
  return jobs.map((job) => complexEntry(fieldsOf(job) ?? {}, finder, source));
}

function parse(text: string, source: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new FoldError('SEQUENCE_FORMAT', `${source}: this begins like JSON, but it is broken`, {
      cause,
      hint: 'AlphaFold Server JSON is read; sequences alone need no brackets',
    });
  }
}
