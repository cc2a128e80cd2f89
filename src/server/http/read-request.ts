/** @file From the body of a request to what it asks for, understood. */
import { alignmentOfChains } from '#alignment/alignment-of-chains';
import type { RequestedAlignment } from '#architectures/family';
import { refuseTemplatesOfComplexes } from '#architectures/requested-templates';
import { FoldError } from '#errors';
import { countResidues } from '#sequence/chain';
import type { RecordChoice } from '#sequence/choose-records';
import { asComplex } from '#sequence/complex';
import type { ReadingFrame } from '#sequence/genes/reading-frame';
import { interpretRecord } from '#sequence/input';
import type { Interpretation, InterpretOptions } from '#sequence/interpretation';
import { nameIn } from '#sequence/record-names';
import { readRecords } from '#sequence/records';
import type { ServerSettings } from '#server/settings';
import { packAlignment, type PackedAlignment } from '#server/jobs/stored-alignment';
import {
  encodeTemplates,
  packTemplates,
  type PackedTemplates,
} from '#server/templates/stored-templates';
import { readTemplates } from '#structure/templates/read-templates';
import type { TemplateChain } from '#structure/templates/template-chain';
import type { GivenTemplate } from './api-schemas.js';
import { type BodyLimits, type RequestBody, type Submission, submissionIn } from './body-fields.js';
import { RequestError } from './problem.js';

/** What a request asks for, understood, in a form that is quickly sent from one process to another. */
export interface ReadRequest {
  readonly options: Omit<Submission, 'text' | 'alignment' | 'templates'>;
  /** Each a {@link ReadRecord} as JSON: many are taken in one at a time, or passed on. */
  readonly records: readonly string[];
  /** As it is stored, and how rows are drawn from it. */
  readonly alignment?: PackedAlignment & { readonly rows: Omit<RequestedAlignment, 'text'> };
  readonly templates?: PackedTemplates & { readonly numChains: number };
}

/**
 * Reads the body of a request. Only what asks how sequences are translated is told so.
 *
 * @param body as it came
 * @param limits of this server
 * @throws FoldError as `submissionIn` and `readSubmission`
 */
export async function readRequest(
  body: RequestBody,
  limits: BodyLimits & ReadLimits,
): Promise<ReadRequest> {
  const submission = await submissionIn(body, limits);
  const records = readSubmission(submission, limits);
  const { alignment } = submission;
  const { text = '', ...rows } = alignment ?? {};
  const [{ templates } = {}] = records;
  // undefined leaves them out of what is sent
  const options = { ...submission, text: undefined, alignment: undefined, templates: undefined };
  return {
    options,
    records: records.map((record) => written(record, body.operation === 'translate')),
    ...(alignment ? { alignment: { rows, ...(await packAlignment(text)) } } : {}),
    ...(templates
      ? { templates: { numChains: templates.numChains, ...(await packTemplates(templates.encoded)) } } // prettier-ignore
      : {}),
  };
}

function written(record: ReadRecord, withTranslations: boolean): string {
  const { translations } = record;
  return JSON.stringify({
    ...record,
    templates: undefined,
    translations: withTranslations ? translations : undefined,
  });
}

/** A record as it was understood. */
export interface ReadRecord extends Interpretation {
  /** Rows of the alignment that came with it. */
  readonly numAlignmentRows?: number;
  /** Chains of the templates that came with it. */
  readonly templates?: { readonly numChains: number; readonly encoded: Uint8Array };
}

/** How much a request may hold. */
export type ReadLimits = Pick<ServerSettings, 'MAX_BATCH' | 'MAX_RESIDUES'>;

/**
 * Reads the sequences of a request by the rules of `interpret`.
 *
 * @param submission text and options
 * @param limits of this server
 * @throws FoldError for letters, lengths, numbers of records, and alignments of another sequence
 */
export function readSubmission(
  { text, alignment, templates, ...submission }: Submission,
  { MAX_BATCH, MAX_RESIDUES }: ReadLimits,
): ReadRecord[] {
  const { type, geneticCode, frame, start, alternativeStarts, circular } = submission;
  const { complex, chainNames, name } = submission;
  const options: InterpretOptions = {
    ...(type === undefined ? {} : { type }),
    ...(geneticCode === undefined ? {} : { geneticCode }),
    ...(frame === undefined ? {} : { frame: frame as ReadingFrame | 'auto' }),
    ...(start === undefined ? {} : { start }),
    ...(alternativeStarts === undefined ? {} : { alternativeStarts }),
    ...(circular === undefined ? {} : { circular }),
  };
  const ofRecords = chainNames && complex !== true ? { ...options, chainNames } : options;
  // counted while they are read: to read and translate a million takes minutes
  const chosen: RecordChoice | undefined = submission.allRecords ? 'all' : submission.record;
  const choice = chosen === undefined ? {} : { records: chosen };
  const found = readRecords(text, { ...ofRecords, ...choice, maxRecords: MAX_BATCH });
  const read = found.map((record) => interpretRecord(record, options));
  const records = complex === true ? [asComplex(read, { chainNames })] : read;
  for (const record of records) {
    if (templates ?? submission.templateSearch) refuseTemplatesOfComplexes(record.chains.length);
    const numResidues = countResidues(record.chains);
    if (numResidues > MAX_RESIDUES)
      throw new FoldError(
        'SEQUENCE_TOO_LONG',
        `${record.name} has ${numResidues} residues; this server takes at most ${MAX_RESIDUES}`,
        { hint: 'send one domain at a time' },
      );
  }
  const [first] = records;
  if (first === undefined) return records;
  if (name === undefined && !alignment && !templates) return records;
  return [
    {
      ...first,
      ...(name === undefined ? {} : { name: checkedName(name, records.length) }),
      ...(alignment ? { numAlignmentRows: numRowsOf(alignment, records) } : {}),
      ...(templates ? { templates: packedTemplates(templates, records) } : {}),
    },
  ];
}

/** @throws FoldError `ALIGNMENT_MISMATCH`; ParseError `PARSE_ALIGNMENT` */
function numRowsOf({ text }: RequestedAlignment, records: readonly Interpretation[]): number {
  assertAlone('alignment', 'is', records);
  const chains = records[0]!.chains.map(({ sequence }) => sequence);
  return alignmentOfChains(chains, new TextEncoder().encode(text)).numRows;
}

/** @throws FoldError `STRUCTURE_MISMATCH`; ParseError `PARSE_PDB`, `PARSE_MMCIF`, which name the template */
function packedTemplates(templates: readonly GivenTemplate[], records: readonly Interpretation[]) {
  assertAlone('templates', 'are', records);
  const chains = templates.flatMap(({ name, structure, chain }, index): TemplateChain[] =>
    readTemplates(new TextEncoder().encode(structure), name ?? `template-${index + 1}`, chain),
  );
  if (chains.length === 0)
    throw new FoldError('STRUCTURE_MISMATCH', 'the templates have no protein chain', {
      hint: 'send PDB or mmCIF files of proteins',
    });
  return { numChains: chains.length, encoded: encodeTemplates(chains) };
}

function assertAlone(field: string, verb: string, records: readonly Interpretation[]): void {
  if (records.length === 1) return;
  const message = `${verb} for one sequence at a time`;
  throw new RequestError(`${field}: ${message}`, [{ field, message }]);
}

function checkedName(name: string, numRecords: number): string {
  const wrong = (message: string) =>
    new RequestError(`name: ${message}`, [{ field: 'name', message }]);
  if (numRecords > 1) throw wrong('the records of a FASTA file have names of their own');
  const usable = nameIn(name.trim().replaceAll(/\s+/g, '_'));
  if (usable === undefined) throw wrong('must hold a letter or digit');
  return usable;
}
