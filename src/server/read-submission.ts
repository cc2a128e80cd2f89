import { FoldError } from '#errors';
import { requestLength } from '#predict/request-length';
import { interpret } from '#sequence/input';
import type { Interpretation } from '#sequence/interpretation';
import type { ReadingFrame } from '#sequence/reading-frame';
import { nameIn } from '#sequence/record-names';
import type { FoldOptionsInput } from './api-schemas.js';
import type { ServerConfig } from './config.js';
import { RequestError } from './problem.js';

/** What a request asks for, whichever form it came in. */
export interface Submission extends FoldOptionsInput {
  readonly text: string;
}

/** How much a request may hold. */
export type ReadLimits = Pick<ServerConfig, 'MAX_BATCH' | 'MAX_RESIDUES'>;

/**
 * Reads the sequences of a request by the rules of `interpret`.
 *
 * @param submission text and options
 * @param limits of this server
 * @throws FoldError for letters, lengths, numbers of records
 */
export function readSubmission(
  { text, type, geneticCode, frame, name }: Submission,
  { MAX_BATCH, MAX_RESIDUES }: ReadLimits,
): Interpretation[] {
  const numHeaders = text.match(/^[^\S\r\n]*>/gm)?.length ?? 0;
  if (numHeaders > MAX_BATCH)
    // counted first: to read a million headers takes seconds
    throw new FoldError(
      'BATCH_TOO_LARGE',
      `${numHeaders} records in one request; this server takes at most ${MAX_BATCH}`,
      { hint: 'send them in several requests' },
    );
  const records = interpret(text, {
    ...(type === undefined ? {} : { type }),
    ...(geneticCode === undefined ? {} : { geneticCode }),
    ...(frame === undefined ? {} : { frame: frame as ReadingFrame | 'auto' }),
  });
  for (const record of records) {
    const { withLinkers, words } = requestLength(record.chains);
    if (withLinkers > MAX_RESIDUES)
      throw new FoldError(
        'SEQUENCE_TOO_LONG',
        `${record.name} has ${words}; this server takes at most ${MAX_RESIDUES}`,
        { hint: 'send one domain at a time' },
      );
  }
  const [first] = records;
  if (name === undefined || first === undefined) return records;
  return [{ ...first, name: checkedName(name, records.length) }];
}

function checkedName(name: string, numRecords: number): string {
  const wrong = (message: string) =>
    new RequestError(`name: ${message}`, [{ field: 'name', message }]);
  if (numRecords > 1) throw wrong('the records of a FASTA file have names of their own');
  const usable = nameIn(name.trim().replaceAll(/\s+/g, '_'));
  if (usable === undefined) throw wrong('must hold a letter or digit');
  return usable;
}
