import { FoldError } from '#errors';
import { FILE_TYPES } from '#predict/files/file-names';
import { pdbRefusal } from '#predict/files/result-files';
import type { Call } from '#server/services';
import { acceptSubmissions } from '#server/jobs/accept-submissions';
import { assertCompleted } from '#server/jobs/find-submission';
import { submissionsOf } from '#server/jobs/submission';
import { clientGone, waitForSubmission } from '#server/jobs/wait-for-submission';
import { FINAL_STATES } from '#store/job';
import { pathOf } from './views.js';

/** `POST /foldSequence/v1/pdb/`, as ESM Atlas has it, and without `pdb/`: the submission, the wait and the file in one. */
export async function foldSequence(call: Call): Promise<void> {
  const { services, response, caller } = call;
  const signal = clientGone(response);
  const read = await call.readBody({ type: 'protein' });
  const wanted = await submissionsOf(read, { ...services, caller });
  if (wanted.length > 1)
    throw new FoldError('BATCH_TOO_LARGE', 'this address takes one sequence at a time', {
      hint: 'POST /api/v1/predictions takes many',
    });
  const refusal = pdbRefusal(wanted[0]!.chains);
  if (refusal) throw refusal;
  const accepted = await acceptSubmissions(services, wanted);
  const { FOLD_WAIT_SECONDS } = services.settings;
  const submission = await waitForSubmission(services, accepted.submissions[0]!, {
    ms: 1000 * FOLD_WAIT_SECONDS,
    signal,
  });
  const path = pathOf(submission.id);
  response.location(path);
  if (!FINAL_STATES.includes(submission.state))
    throw new FoldError('WAIT_TIMEOUT', `the prediction is still ${submission.state}`, {
      hint: `ask for ${path} later`,
    });
  assertCompleted(submission);
  const { bytes } = await services.results.file(submission, 'structure.pdb', {
    client: caller.client,
    onOutcome: (outcome) => {
      services.metrics.cache(outcome);
    },
  });
  response.type(FILE_TYPES['structure.pdb']);
  services.outbox.send(response, bytes, caller.client);
}
