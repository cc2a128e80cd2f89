import { FoldError } from '#errors';
import type { Call } from '#server/services';
import type { SubmissionRecord } from '#store/submission';

/**
 * The submission that a call names. Whoever knows its id may see it, but where API keys are on only its owner.
 *
 * @param call whose path holds the id
 * @throws FoldError `NOT_FOUND` where there is none, or it is another key's
 */
export async function findSubmission({ services, id, caller }: Call): Promise<SubmissionRecord> {
  const submission = await services.store.submissions.find(id);
  const isHidden = services.settings.API_KEYS !== undefined && submission?.owner !== caller.owner;
  if (submission && !isHidden) return submission;
  throw new FoldError('NOT_FOUND', `there is no prediction ${id}`, {
    hint: 'ids come from POST /api/v1/predictions',
  });
}

/**
 * The submission that a call wants to change.
 *
 * @throws FoldError `NOT_FOUND` as {@link findSubmission}, `FORBIDDEN` where it belongs to another browser
 */
export async function findOwnSubmission(call: Call): Promise<SubmissionRecord> {
  const submission = await findSubmission(call);
  assertOwn(submission, call);
  return submission;
}

/** Stops at what belongs to another browser; what a program without a key submitted belongs to whoever knows its id. */
export function assertOwn(
  { owner }: Pick<SubmissionRecord, 'owner'>,
  { caller }: Pick<Call, 'caller'>,
): void {
  if (owner !== '' && owner !== caller.owner)
    throw new FoldError('FORBIDDEN', 'only the browser that asked for it may cancel or delete it');
}

/**
 * The completed submission that a call names.
 *
 * @throws FoldError `NOT_FOUND`, and one for each state that has no result
 */
export async function findCompleted(call: Call): Promise<SubmissionRecord> {
  const submission = await findSubmission(call);
  assertCompleted(submission);
  return submission;
}

/**
 * Stops at a submission without a result.
 *
 * @throws FoldError `JOB_CANCELLED`, `JOB_FAILED`, `JOB_UNFINISHED`
 */
export function assertCompleted({ state, job }: SubmissionRecord): void {
  switch (state) {
    case 'completed':
      return;
    case 'cancelled':
      throw new FoldError('JOB_CANCELLED', 'the prediction was cancelled', {
        hint: 'submit the sequence again',
      });
    case 'failed': {
      const message = `the prediction failed: ${job.error?.detail ?? 'unknown reason'}`;
      throw new FoldError('JOB_FAILED', message, { hint: job.error?.hint });
    }
    default:
      throw new FoldError('JOB_UNFINISHED', `the prediction is ${state}`, {
        hint: 'follow its events, or ask again later',
      });
  }
}
