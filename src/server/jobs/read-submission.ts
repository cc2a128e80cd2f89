import { FoldError } from '#errors';
import { countResidues } from '#sequence/chain';
import type { ReadingFrame } from '#sequence/genes/reading-frame';
import { interpretRecord } from '#sequence/input';
import type { Interpretation, InterpretOptions } from '#sequence/interpretation';
import { nameIn } from '#sequence/record-names';
import { readRecords } from '#sequence/records';
import type { FoldOptionsInput } from '#server/http/api-schemas';
import type { ServerConfig } from '#server/config';
import { RequestError } from '#server/http/problem';

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
  { text, type, geneticCode, frame, start, circular, name }: Submission,
  { MAX_BATCH, MAX_RESIDUES }: ReadLimits,
): Interpretation[] {
  const options: InterpretOptions = {
    ...(type === undefined ? {} : { type }),
    ...(geneticCode === undefined ? {} : { geneticCode }),
    ...(frame === undefined ? {} : { frame: frame as ReadingFrame | 'auto' }),
    ...(start === undefined ? {} : { start }),
    ...(circular === undefined ? {} : { circular }),
  };
  // counted while they are read: to read and translate a million takes minutes
  const found = readRecords(text, { ...options, maxRecords: MAX_BATCH });
  const records = found.map((record) => interpretRecord(record, options));
  for (const record of records) {
    const numResidues = countResidues(record.chains);
    if (numResidues > MAX_RESIDUES)
      throw new FoldError(
        'SEQUENCE_TOO_LONG',
        `${record.name} has ${numResidues} residues; this server takes at most ${MAX_RESIDUES}`,
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
