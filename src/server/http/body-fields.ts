/** @file What a body says, by the schemas of its operation. */
import type { z } from 'zod';
import type { RequestedAlignment } from '#architectures/family';
import { FoldError } from '#errors';
import type { ServerSettings } from '#server/settings';
import type { SearchedTemplates } from '#store/job';
import type { FoldOptionsInput, FoldRequestInput, GivenTemplate } from './api-schemas.js';
import { formFields, isForm } from './form-fields.js';
import { type Operation, type OperationId, OPERATIONS } from './operations.js';
import { RequestError, SEND_LESS } from './problem.js';

const BYTES_PER_KILOBYTE = 1024;
const BYTES_PER_MEGABYTE = 1 << 20;
const JSON_TYPE = /^(?:application\/json|[\w.-]+\/[\w.-]*\+json)\s*(?:;|$)/i;
const CHARSET = /;\s*charset\s*=\s*"?([^\s;"]+)/i;

/** A body as it came, and what its address said. */
export interface RequestBody {
  readonly operation: OperationId;
  readonly bytes: Uint8Array;
  readonly contentType: string | undefined;
  /** Options of the query, checked. */
  readonly query: unknown;
}

/** What a request asks for, whichever form it came in. */
export interface Submission extends FoldOptionsInput {
  readonly text: string;
  readonly alignment?: RequestedAlignment | undefined;
  readonly templates?: readonly GivenTemplate[] | undefined;
  /** Where templates are searched for, and which are left out. */
  readonly templateSearch?: Pick<SearchedTemplates, 'from' | 'filter'> | undefined;
  /** How rows are drawn from an alignment that is searched for. */
  readonly search?: Omit<RequestedAlignment, 'text'> | undefined;
}

/** How large a body may be, and its parts. */
export type BodyLimits = Pick<
  ServerSettings,
  'MAX_BODY_KB' | 'MAX_ALIGNMENT_MB' | 'MAX_TEMPLATES_MB'
>;

const URL_ENCODED = /^application\/x-www-form-urlencoded\s*(?:;|$)/i;
/** Such as `sequence=`, with which no format of sequences begins. */
const FORM_FIELD = /^\w+=/;

/**
 * What a body asks for: JSON, a form, or text with the options in the query.
 *
 * @throws FoldError `MEDIA_TYPE`, `REQUEST_INVALID`, `BODY_TOO_LARGE`
 */
export async function submissionIn(body: RequestBody, limits: BodyLimits): Promise<Submission> {
  const fields = await fieldsOf(body, limits);
  const options = body.query as FoldOptionsInput;
  if (fields === undefined) return { ...options, text: textIn(body) };
  const submission = { ...options, ...submissionOf(fields as FoldRequestInput) };
  assertSize(submission, limits);
  return submission;
}

/** A value that fits its schema. @param what is named in errors @throws RequestError */
export function checked<T extends z.ZodType>(type: T, value: unknown, what: string): z.infer<T> {
  const { success, data, error } = type.safeParse(value);
  if (success) return data;
  const errors = error.issues.map(({ path, message }) => ({ field: path.join('.'), message }));
  const [first] = errors;
  const where = first && first.field !== '' ? `${first.field}: ` : '';
  throw new RequestError(`wrong ${what}: ${where}${first?.message ?? ''}`, errors, 'see /api/docs');
}

/** The checked fields of JSON or a form; undefined where the body is plain text. */
async function fieldsOf(body: RequestBody, limits: BodyLimits): Promise<unknown> {
  const { operation, bytes, contentType = '' } = body;
  const { json, form }: NonNullable<Operation['body']> = {
    ...(OPERATIONS[operation] as Operation).body,
  };
  const isJson = JSON_TYPE.test(contentType);
  if ((isJson && !json) || (isForm(contentType) && !form))
    throw new FoldError(
      'MEDIA_TYPE',
      `this address takes ${json ? 'JSON or plain text' : 'plain text'}`,
      { hint: 'send the sequence itself as text/plain' },
    );
  if (isJson) return checked(json!, parsed(decoded(body)), 'request body');
  if (!isForm(contentType)) return undefined;
  const { MAX_BODY_KB, MAX_ALIGNMENT_MB, MAX_TEMPLATES_MB } = limits;
  const mostBytes =
    MAX_BODY_KB * BYTES_PER_KILOBYTE + (MAX_ALIGNMENT_MB + MAX_TEMPLATES_MB) * BYTES_PER_MEGABYTE;
  return checked(form!, await formFields(bytes, contentType, mostBytes), 'form');
}

/**
 * Plain text. Programs call it a form where nobody said what it is, as curl does, and forms of that kind are not read.
 *
 * @throws FoldError `MEDIA_TYPE`
 */
function textIn(body: RequestBody): string {
  const text = decoded(body);
  if (URL_ENCODED.test(body.contentType ?? '') && FORM_FIELD.test(text))
    throw new FoldError('MEDIA_TYPE', 'forms are read as multipart/form-data only', {
      hint: 'send JSON, the letters of the sequence alone, or a form by "curl -F sequence=…"',
    });
  return text;
}

/** @throws FoldError `MEDIA_TYPE` where nobody knows the charset */
function decoded({ bytes, contentType = '' }: RequestBody): string {
  const charset = CHARSET.exec(contentType)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch (cause) {
    throw new FoldError('MEDIA_TYPE', 'the charset of the request body is not known', {
      hint: 'send text as UTF-8',
      cause,
    });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message.replace(/, ".*$/s, '') : '';
    throw new RequestError(
      `the body is not valid JSON: ${message}`,
      [],
      'send JSON, or plain text',
    );
  }
}

function submissionOf(fields: FoldRequestInput): Submission {
  const { sequence, fasta, ...given } = fields;
  const { alignment, msa, maxMsa, msaSampling, seed, ...others } = given;
  const { templates, templateMaxDate, templateMaxIdentity, templateExclude, ...options } = others;
  const [maxClusters, maxExtra] = maxMsa?.split(':').map(Number) ?? [];
  const rows = { maxClusters, maxExtra, sampling: msaSampling, seed };
  return {
    ...options,
    text: sequence ?? fasta ?? '',
    ...(alignment === undefined ? {} : { alignment: { text: alignment, ...rows } }),
    ...(msa === 'server' ? { search: rows } : {}),
    ...(typeof templates === 'string'
      ? {
          templateSearch: {
            from: templates,
            filter: {
              maxDate: templateMaxDate,
              maxIdentity: templateMaxIdentity,
              exclude: templateExclude,
            },
          },
        }
      : { templates }),
  };
}

/**
 * A request may be larger by its alignment and its templates, but by nothing else.
 *
 * @throws FoldError `BODY_TOO_LARGE`
 */
function assertSize(
  { text, alignment, templates = [] }: Submission,
  { MAX_BODY_KB, MAX_ALIGNMENT_MB, MAX_TEMPLATES_MB }: BodyLimits,
): void {
  if (Buffer.byteLength(text) > MAX_BODY_KB * BYTES_PER_KILOBYTE)
    throw new FoldError('BODY_TOO_LARGE', 'the sequences are too large', { hint: SEND_LESS });
  if (Buffer.byteLength(alignment?.text ?? '') > MAX_ALIGNMENT_MB * BYTES_PER_MEGABYTE)
    throw new FoldError(
      'BODY_TOO_LARGE',
      `the alignment is larger than ${MAX_ALIGNMENT_MB} MB, the most that this server takes`,
      { hint: 'leave out its last rows: a network reads a few thousand' },
    );
  const templateBytes = templates.reduce((sum, { structure }) => sum + structure.length, 0);
  if (templateBytes > MAX_TEMPLATES_MB * BYTES_PER_MEGABYTE)
    throw new FoldError(
      'BODY_TOO_LARGE',
      `the templates are larger than ${MAX_TEMPLATES_MB} MB together, the most that this server takes`,
      { hint: 'send fewer of them, or single chains' },
    );
}
