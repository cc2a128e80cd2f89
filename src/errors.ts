/** Every failure a caller can act on. The server maps each code to an HTTP status, the CLI to an exit code. */
export type ErrorCode =
  // bad input
  | 'USAGE'
  | 'SEQUENCE_EMPTY'
  | 'SEQUENCE_LETTER'
  | 'SEQUENCE_TOO_LONG'
  | 'GENETIC_CODE_UNKNOWN'
  | 'READING_FRAME'
  | 'PARSE_FASTA'
  | 'PARSE_ALIGNMENT'
  | 'ALIGNMENT_MISMATCH'
  | 'SEQUENCE_FORMAT'
  | 'SEQUENCE_NAME'
  | 'PARSE_PDB'
  | 'PARSE_MMCIF'
  | 'PARSE_SAFETENSORS'
  | 'PARSE_CHECKPOINT'
  | 'PARSE_DATASET'
  | 'STRUCTURE_MISMATCH'
  | 'STRUCTURE_UNWRITABLE'
  | 'REQUEST_INVALID'
  | 'MEDIA_TYPE'
  | 'BODY_TOO_LARGE'
  | 'BATCH_TOO_LARGE'
  | 'UNAUTHORIZED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'RATE_LIMITED'
  | 'CONFIG_INVALID'
  // environment
  | 'FILE_READ'
  | 'FILE_WRITE'
  | 'MEMORY_ESTIMATE'
  | 'WEIGHTS_MISMATCH'
  | 'WEIGHTS_NOT_FINITE'
  | 'RESULT_NOT_FINITE'
  | 'MODEL_UNKNOWN'
  | 'MODEL_MISSING'
  | 'MODEL_CHANGED'
  | 'DOWNLOAD_FAILED'
  | 'ALIGNMENT_SEARCH'
  | 'TEMPLATE_SEARCH'
  | 'TRAINING_DIVERGED'
  | 'ENGINE_FAILED'
  | 'ENGINE_UNAVAILABLE'
  | 'PROCESS_DIED'
  | 'HELPER_TIMEOUT'
  | 'JOB_CANCELLED'
  | 'JOB_FAILED'
  | 'JOB_UNFINISHED'
  | 'JOB_INTERRUPTED'
  | 'QUEUE_FULL'
  | 'CLIENT_LIMIT'
  | 'SERVER_BUSY'
  | 'WAIT_TIMEOUT'
  | 'SHUTTING_DOWN'
  | 'STORE_UNAVAILABLE'
  | 'STORE_FULL'
  | 'DATA_DIR_IN_USE'
  | 'STORE_NEWER'
  | 'PREDICTION_DAMAGED'
  | 'TEMPLATE_DAMAGED'
  // the tensor graph refuses to be built
  | 'TENSOR_SHAPE';

interface FoldErrorOptions extends ErrorOptions {
  readonly hint?: string | undefined;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Base of all errors this project throws on purpose; anything else is a bug. */
export class FoldError extends Error {
  override readonly name: string = 'FoldError';
  readonly code: ErrorCode;
  /** What the caller can do about it, when we know. */
  readonly hint: string | undefined;
  /** What programs may want to know beside the message, such as `line`; plain data. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    { hint, details = {}, ...options }: FoldErrorOptions = {},
  ) {
    super(message, options);
    this.code = code;
    this.hint = hint;
    this.details = details;
  }
}

/** Text that is not what its format promises. `line` counts from 1. */
export class ParseError extends FoldError {
  override readonly name = 'ParseError';
  readonly line: number;

  constructor(
    code: ErrorCode,
    message: string,
    at: { source: string; line: number },
    options?: FoldErrorOptions,
  ) {
    super(code, `${at.source}:${at.line}: ${message}`, { ...options, details: { line: at.line } });
    this.line = at.line;
  }
}

/** What anything that was thrown says. */
export const messageOf = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : String(thrown);

/**
 * Stops at a state that only a mistake of ours can reach.
 *
 * @param condition what must hold
 * @param message what was found instead
 */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`internal: ${message}`);
}
