/** @file Sequences as tools take them: read by the same rules, and with the same options, as REST reads them. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { READING_OPTIONS } from '#server/http/api-schemas';
import type { Submission } from '#server/http/body-fields';
import { readSubmission, type ReadRecord } from '#server/http/read-request';

/** What may be asked for at once. */
const LIMITS = { MAX_BATCH: 100, MAX_RESIDUES: Infinity };
/** Letters of a hash in a name. */
const HASH_LETTERS = 8;

/** A sequence and how it is read. */
export const SEQUENCE_INPUT = {
  text: z
    .string()
    .min(1)
    .describe(
      'A protein, a gene or an mRNA as letters alone (":" separates the chains of a complex), or one or more records: FASTA, GenBank, EMBL, PIR, AlphaFold Server JSON, Boltz YAML. Not the name of a file or of a database entry.',
    ),
  ...READING_OPTIONS,
};

/**
 * Understands the records of a text. One without a name is named after its letters, so that two of them do not take each
 * other's files.
 *
 * @throws FoldError as `readSubmission`
 */
export function readSequences(submission: Submission): ReadRecord[] {
  const records = readSubmission(submission, LIMITS);
  if (submission.name !== undefined) return records;
  return records.map((record) =>
    record.title === '' ? { ...record, name: nameOf(record) } : record,
  );
}

function nameOf({ kind, chains }: ReadRecord): string {
  const letters = chains.map(({ sequence }) => sequence).join(':');
  const hash = createHash('sha256').update(letters).digest('hex');
  return `${kind}-${hash.slice(0, HASH_LETTERS)}`;
}

/** What a reader should know of how a record was understood. */
export function readingNotes(record: ReadRecord): string[] {
  return [
    ...(record.assumed === undefined ? [] : [record.assumed]),
    ...(record.translations ?? []).map(({ frame, reason }) => `frame ${frame}: ${reason}`),
    ...record.warnings.map(({ message }) => message),
  ];
}
