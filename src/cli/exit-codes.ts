import { FoldError, type ErrorCode } from '#errors';

/** What the process ends with: all went well, something failed, the input or usage was bad, a person stopped it. */
export type ExitCode = 0 | 1 | 2 | 130;

/** The one place where errors become exit codes. 2 says: give something else; 1: the same may work elsewhere or later. */
export const EXIT_CODES: Readonly<Record<ErrorCode, ExitCode>> = {
  USAGE: 2,
  SEQUENCE_EMPTY: 2,
  SEQUENCE_LETTER: 2,
  SEQUENCE_TOO_LONG: 2,
  GENETIC_CODE_UNKNOWN: 2,
  READING_FRAME: 2,
  PARSE_FASTA: 2,
  PARSE_ALIGNMENT: 2,
  ALIGNMENT_MISMATCH: 2,
  SEQUENCE_FORMAT: 2,
  SEQUENCE_NAME: 2,
  PARSE_PDB: 2,
  PARSE_MMCIF: 2,
  PARSE_SAFETENSORS: 2,
  PARSE_CHECKPOINT: 2,
  PARSE_DATASET: 2,
  STRUCTURE_MISMATCH: 2,
  STRUCTURE_UNWRITABLE: 2,
  REQUEST_INVALID: 2,
  MEDIA_TYPE: 2,
  BODY_TOO_LARGE: 2,
  BATCH_TOO_LARGE: 2,
  UNAUTHORIZED: 1,
  FORBIDDEN: 1,
  NOT_FOUND: 1,
  RATE_LIMITED: 1,
  CONFIG_INVALID: 2,
  FILE_READ: 2,
  FILE_WRITE: 1,
  MEMORY_ESTIMATE: 1,
  WEIGHTS_MISMATCH: 2,
  WEIGHTS_NOT_FINITE: 2,
  RESULT_NOT_FINITE: 1,
  MODEL_UNKNOWN: 2,
  MODEL_MISSING: 1,
  MODEL_CHANGED: 1,
  DOWNLOAD_FAILED: 1,
  ALIGNMENT_SEARCH: 1,
  TEMPLATE_SEARCH: 1,
  TEMPLATE_DAMAGED: 1,
  TRAINING_DIVERGED: 1,
  ENGINE_FAILED: 1,
  ENGINE_UNAVAILABLE: 1,
  PROCESS_DIED: 1,
  HELPER_TIMEOUT: 1,
  JOB_CANCELLED: 130,
  JOB_FAILED: 1,
  JOB_UNFINISHED: 1,
  JOB_INTERRUPTED: 1,
  QUEUE_FULL: 1,
  CLIENT_LIMIT: 1,
  SERVER_BUSY: 1,
  WAIT_TIMEOUT: 1,
  SHUTTING_DOWN: 1,
  STORE_UNAVAILABLE: 1,
  STORE_FULL: 1,
  DATA_DIR_IN_USE: 1,
  STORE_NEWER: 1,
  PREDICTION_DAMAGED: 1,
  TENSOR_SHAPE: 1,
};

/** The exit code for anything thrown; a bug is a failure. */
export function exitCodeOf(error: unknown): ExitCode {
  return error instanceof FoldError ? EXIT_CODES[error.code] : 1;
}

/** The exit code for several records: a failure outweighs bad input, which outweighs success. */
export function worstExitCode(codes: readonly ExitCode[]): ExitCode {
  const order: readonly ExitCode[] = [130, 1, 2];
  return order.find((code) => codes.includes(code)) ?? 0;
}
