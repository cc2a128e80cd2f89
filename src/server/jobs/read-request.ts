import type { RequestedAlignment } from '#architectures/family';
import { type BodyLimits, type RequestBody, submissionIn } from '#server/http/body-fields';
import {
  type ReadLimits,
  type ReadRecord,
  readSubmission,
  type Submission,
} from './read-submission.js';
import { packAlignment, type PackedAlignment } from './stored-alignment.js';
import { packTemplates, type PackedTemplates } from '#server/templates/stored-templates';

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
