import { FoldError, type ErrorCode } from '#errors';
import { keepsAllFromBeingWritten } from '#machine/unwritable';
import { exitCodeOf, worstExitCode, type ExitCode } from './exit-codes.js';
import { reportError, tell } from './report.js';

/** Failures of the model or the engine, which are the same for every record. */
const OF_THE_MODEL: readonly ErrorCode[] = [
  'MODEL_MISSING',
  'MODEL_CHANGED',
  'WEIGHTS_MISMATCH',
  'WEIGHTS_NOT_FINITE',
  'PARSE_SAFETENSORS',
  'PARSE_CHECKPOINT',
  'ENGINE_UNAVAILABLE',
];

/**
 * Does the same work for each record. One that fails is reported and does not stop the others; an interrupt, a full disk,
 * a model that does not work and our own mistakes do.
 *
 * @param records in order
 * @param work for one of them
 * @returns exit code over all
 * @throws the reason of an interrupt; what is no FoldError
 */
export async function eachRecord<Item>(
  records: readonly Item[],
  work: (record: Item) => void | Promise<void>,
): Promise<ExitCode> {
  const codes: ExitCode[] = [];
  for (const [index, record] of records.entries()) {
    try {
      await work(record);
    } catch (error) {
      if (!(error instanceof FoldError) || exitCodeOf(error) === 130) throw error;
      codes.push(reportError(error));
      const numLeft = records.length - index - 1;
      if (numLeft === 0 || !wouldFailAll(error)) continue;
      tell(
        `stopped: the other ${numLeft} would fail in the same way; once that is mended, the same command goes on`,
      );
      break;
    }
  }
  if (codes.length > 0 && records.length > 1)
    tell(`${codes.length} of ${records.length} records failed`);
  return worstExitCode(codes);
}

function wouldFailAll(error: FoldError): boolean {
  return OF_THE_MODEL.includes(error.code) || keepsAllFromBeingWritten(error);
}
