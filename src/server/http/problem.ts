import { type ErrorCode, FoldError } from '#errors';

/** An RFC 9457 problem; members beyond `code` are there where they are known. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly hint?: string;
  /** 1-based position of the letter in its chain, and the letter. */
  readonly position?: number;
  readonly letter?: string;
  readonly record?: string;
  /** 0-based offset in the text as sent. */
  readonly offset?: number;
  /** 1-based line and column of the text as sent. */
  readonly line?: number;
  readonly column?: number;
  /** What is wrong with each field. */
  readonly errors?: readonly FieldError[];
}

/** What is wrong with one field of a request. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** A request that does not fit its schema. */
export class RequestError extends FoldError {
  override readonly name = 'RequestError';

  constructor(message: string, errors: readonly FieldError[], hint?: string) {
    super('REQUEST_INVALID', message, { hint, details: { errors } });
  }
}

/** A request with a method that its address does not have: nothing that a `FoldError` outside HTTP could be. */
export class MethodError extends Error {
  override readonly name = 'MethodError';

  constructor(method: string, allow: string) {
    super(`this address does not take ${method}, but ${allow}`);
  }
}

/** Codes of errors, and what only HTTP knows. */
type ProblemCode = ErrorCode | 'METHOD_NOT_ALLOWED';

/** HTTP status and title of every code. */
export const PROBLEMS: Readonly<Record<ProblemCode, readonly [status: number, title: string]>> = {
  USAGE: [400, 'Wrong use'],
  SEQUENCE_EMPTY: [422, 'No sequence'],
  SEQUENCE_LETTER: [422, 'A letter that is neither residue nor nucleotide'],
  SEQUENCE_TOO_LONG: [422, 'Sequence too long'],
  GENETIC_CODE_UNKNOWN: [422, 'No such genetic code'],
  READING_FRAME: [422, 'No protein in this reading frame'],
  PARSE_FASTA: [422, 'Not FASTA'],
  PARSE_ALIGNMENT: [422, 'Not an alignment'],
  ALIGNMENT_MISMATCH: [422, 'The alignment is of another sequence'],
  SEQUENCE_FORMAT: [422, 'A format that holds no sequence to fold, or is broken'],
  SEQUENCE_NAME: [422, 'A name, not a sequence'],
  PARSE_PDB: [422, 'Not PDB'],
  PARSE_MMCIF: [422, 'Not mmCIF'],
  PARSE_SAFETENSORS: [422, 'Not safetensors'],
  PARSE_CHECKPOINT: [422, 'Not a checkpoint'],
  PARSE_DATASET: [422, 'Not a data set'],
  STRUCTURE_MISMATCH: [422, 'Structures do not match'],
  STRUCTURE_UNWRITABLE: [422, 'The structure does not fit this file format'],
  REQUEST_INVALID: [400, 'The request does not fit its schema'],
  MEDIA_TYPE: [415, 'Media type not understood'],
  BODY_TOO_LARGE: [413, 'Request body too large'],
  BATCH_TOO_LARGE: [422, 'Too many records'],
  UNAUTHORIZED: [401, 'An API key is needed'],
  FORBIDDEN: [403, 'Not allowed'],
  NOT_FOUND: [404, 'Not found'],
  METHOD_NOT_ALLOWED: [405, 'Method not allowed'],
  RATE_LIMITED: [429, 'Too many requests'],
  CONFIG_INVALID: [500, 'Wrong settings'],
  FILE_READ: [500, 'A file cannot be read'],
  FILE_WRITE: [500, 'A file cannot be written'],
  MEMORY_ESTIMATE: [422, 'Not enough memory'],
  WEIGHTS_MISMATCH: [500, 'Weights do not fit the model'],
  WEIGHTS_NOT_FINITE: [500, 'Weights are damaged'],
  RESULT_NOT_FINITE: [500, 'The model gave no numbers'],
  MODEL_UNKNOWN: [422, 'No such model'],
  MODEL_MISSING: [503, 'The model is not installed'],
  MODEL_CHANGED: [503, 'The files of the model have changed'],
  DOWNLOAD_FAILED: [502, 'A download failed'],
  ALIGNMENT_SEARCH: [502, 'The search for relatives failed'],
  TEMPLATE_SEARCH: [502, 'The search for templates failed'],
  TRAINING_DIVERGED: [500, 'Training diverged'],
  ENGINE_FAILED: [500, 'The engine failed'],
  ENGINE_UNAVAILABLE: [503, 'The engine is not available'],
  PROCESS_DIED: [503, 'The model process died'],
  HELPER_TIMEOUT: [503, 'Stopped because it took too long'],
  JOB_CANCELLED: [409, 'The prediction was cancelled'],
  JOB_FAILED: [409, 'The prediction failed'],
  JOB_UNFINISHED: [409, 'The prediction is not finished'],
  JOB_INTERRUPTED: [500, 'The prediction was interrupted too often'],
  QUEUE_FULL: [503, 'Too many predictions are waiting'],
  CLIENT_LIMIT: [429, 'Too much at a time for one client'],
  SERVER_BUSY: [503, 'Too many large files are being sent'],
  WAIT_TIMEOUT: [504, 'Not finished in time'],
  SHUTTING_DOWN: [503, 'The server is shutting down'],
  STORE_UNAVAILABLE: [503, 'The database is not available'],
  STORE_FULL: [507, 'The database has no room'],
  DATA_DIR_IN_USE: [500, 'The data folder is in use'],
  STORE_NEWER: [500, 'The database belongs to a newer version'],
  PREDICTION_DAMAGED: [503, 'The stored prediction is damaged'],
  TEMPLATE_DAMAGED: [503, 'A stored template is damaged'],
  TENSOR_SHAPE: [500, 'Internal error'],
};

/** What a client may know of an error. What we did not throw on purpose is an internal error without detail. */
export function problemOf(error: unknown): Problem {
  if (!(error instanceof FoldError)) return problemOfOthers(error);
  return {
    ...plainProblem(error.code, error.message),
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...error.details,
  };
}

function plainProblem(code: ProblemCode, detail: string): Problem {
  const [status, title] = PROBLEMS[code];
  return { type: `/api/docs#${code}`, title, status, detail, code };
}

/** What to do instead of sending a genome. */
export const SEND_LESS =
  'send fewer sequences at a time, of a genome the gene that is meant; on the command line "codonfold predict FILE --record GENE" reads whole genomes';

/** Errors of Express's parsers carry a status below 500; anything else is a bug of ours. */
function problemOfOthers(error: unknown): Problem {
  if (error instanceof MethodError) return plainProblem('METHOD_NOT_ALLOWED', error.message);
  const { status, type } = (error ?? {}) as { status?: unknown; type?: unknown };
  if (type === 'entity.too.large')
    return problemOf(
      new FoldError('BODY_TOO_LARGE', 'the request body is too large', { hint: SEND_LESS }),
    );
  if (status === 415)
    return problemOf(
      new FoldError('MEDIA_TYPE', 'the encoding of the request body is not understood', {
        hint: 'send text as UTF-8, as it is or with Content-Encoding gzip, deflate or br',
      }),
    );
  if (typeof status === 'number' && status >= 400 && status < 500)
    return problemOf(new FoldError('REQUEST_INVALID', 'the request cannot be read'));
  const detail = 'something went wrong on our side';
  return { type: 'about:blank', title: 'Internal error', status: 500, detail, code: 'INTERNAL' };
}
