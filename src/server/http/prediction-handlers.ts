import type { Services, Call } from '#server/services';
import { type Accepted, acceptSubmissions } from '#server/jobs/accept-submissions';
import { cancelSubmissions } from '#server/jobs/cancel-submissions';
import { assertCompleted, findOwnSubmission, findSubmission } from '#server/jobs/find-submission';
import { submissionsOf } from '#server/jobs/submission';
import { clientGone, waitForSubmission } from '#server/jobs/wait-for-submission';
import { FINAL_STATES, type JobState } from '#store/job';
import type { NewSubmission } from '#store/submission';
import { batchView, pathOf, predictionView, stillView } from './views.js';

/** `POST /api/v1/predictions` */
export async function submitPrediction(call: Call): Promise<void> {
  const { request, response, services, caller } = call;
  const signal = clientGone(response);
  const wanted = await submissionsOf(await call.readBody(), { ...services, caller });
  const accepted = await acceptInTurn(services, wanted);
  const seconds = wantedSeconds(request.get('prefer'), services.settings.MAX_WAIT_SECONDS);
  const { submissions, batch } =
    seconds > 0 ? await waitForAll(call, accepted, { seconds, signal }) : accepted;
  if (seconds > 0) response.set('Preference-Applied', `wait=${seconds}`);
  const isSettled =
    !accepted.isNew || submissions.every(({ state }) => FINAL_STATES.includes(state));
  response.status(isSettled ? 200 : 202);
  if (batch) {
    const view = batchView(batch, submissions, caller);
    response.location(`/api/v1/batches/${batch.id}`).json(view);
    return;
  }
  const [only] = submissions;
  response.location(pathOf(only!.id)).json(await predictionView(only!, call));
}

/** `GET /api/v1/predictions` */
export async function listPredictions({ response, services, caller, query }: Call): Promise<void> {
  const { status, cursor, limit } = query as { status?: JobState; cursor?: number; limit: number };
  response.set('Cache-Control', 'no-store');
  if (caller.listed === undefined) {
    response.json({ predictions: [] });
    return;
  }
  const wanted = {
    owner: caller.listed,
    limit: limit + 1,
    ...(status === undefined ? {} : { state: status }),
    ...(cursor === undefined ? {} : { before: cursor }),
  };
  await services.turns.run(caller.client, async () => {
    const submissions = await services.store.submissions.list(wanted);
    const page = submissions.slice(0, limit);
    const next = submissions.length > limit ? page.at(-1)?.seq : undefined;
    response.json({
      predictions: page.map((submission) => stillView(submission, caller)),
      ...(next === undefined ? {} : { next }),
    });
  });
}

/** `GET /api/v1/predictions/{id}` */
export async function getPrediction(call: Call): Promise<void> {
  const submission = await findSubmission(call);
  call.response.set('Cache-Control', 'no-store').json(await predictionView(submission, call));
}

/** `DELETE /api/v1/predictions/{id}`: cancels what has not finished, deletes what has. */
export async function deletePrediction(call: Call): Promise<void> {
  const { id } = await findOwnSubmission(call);
  if (await removeFinished(call.services, id)) {
    call.response.status(204).end();
    return;
  }
  await cancelSubmissions(call.services, [id]);
  call.response.json(await predictionView(await findSubmission(call), call));
}

async function removeFinished({ store, results }: Services, id: string): Promise<boolean> {
  if (!(await store.submissions.remove(id))) return false;
  results.forget(id);
  return true;
}

/** `GET /api/v1/predictions/{id}/neighbours` */
export async function getNeighbours(call: Call): Promise<void> {
  const { services, response, caller } = call;
  const submission = await findSubmission(call);
  assertCompleted(submission);
  const { limit } = call.query as { limit: number };
  const { listed, client } = caller;
  const found =
    listed === undefined
      ? []
      : await services.turns.run(client, () =>
          services.store.submissions.neighbours(submission.job, listed, limit),
        );
  response.set('Cache-Control', 'no-store').json({
    neighbours: found.map(({ submission: other, similarity }) => ({
      similarity: Number(similarity.toFixed(6)),
      prediction: stillView(other, caller),
    })),
  });
}

/** One sequence is accepted at once; many take their turn. */
function acceptInTurn(services: Services, wanted: readonly NewSubmission[]): Promise<Accepted> {
  if (wanted.length === 1) return acceptSubmissions(services, wanted);
  return services.turns.run(wanted[0]!.client, () => acceptSubmissions(services, wanted));
}

async function waitForAll(
  { services }: Call,
  accepted: Accepted,
  { seconds, signal }: { readonly seconds: number; readonly signal: AbortSignal },
): Promise<Accepted> {
  const until = performance.now() + 1000 * seconds;
  const submissions = [];
  for (const submission of accepted.submissions) {
    const ms = until - performance.now();
    submissions.push(await waitForSubmission(services, submission, { ms, signal }));
  }
  return { ...accepted, submissions };
}

/** Seconds of RFC 7240's `wait` preference; 0 where there is none. */
function wantedSeconds(prefer: string | undefined, most: number): number {
  const wait = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,6})/i.exec(prefer ?? '')?.[1];
  return Math.min(most, Number(wait ?? 0));
}
