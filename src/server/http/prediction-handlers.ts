import { FoldError } from '#errors';
import { pdbRefusal } from '#predict/files/result-files';
import type { AppParts, Call } from '#server/app-parts';
import { assertCompleted, findJob } from '#server/jobs/find-job';
import { statusEvent } from '#server/jobs/job-events';
import type { Submission } from '#server/jobs/read-submission';
import { jobsOf } from '#server/jobs/submission';
import { type Accepted, submitJobs } from '#server/jobs/submit-jobs';
import { clientGone, waitForJob } from '#server/jobs/wait-for-job';
import { type BatchRecord, FINAL_STATES, type JobState } from '#store/prediction-store';
import type { FoldOptionsInput } from './api-schemas.js';
import { batchView, pathOf, predictionView, stillView } from './views.js';

/** `POST /api/v1/predictions` */
export async function submitPrediction(call: Call): Promise<void> {
  const { request, response, parts, owner } = call;
  const signal = clientGone(response);
  const jobs = await jobsOf(submissionOf(call), { ...parts, owner, signal });
  const accepted = await submitJobs(parts, jobs);
  const seconds = wantedSeconds(request.get('prefer'), parts.config.MAX_WAIT_SECONDS);
  const finished = seconds > 0 ? await waitForAll(call, accepted, { seconds, signal }) : accepted;
  if (seconds > 0) response.set('Preference-Applied', `wait=${seconds}`);
  const isSettled =
    accepted.isNew.size === 0 || finished.jobs.every(({ state }) => FINAL_STATES.includes(state));
  response.status(isSettled ? 200 : 202);
  const { batch } = finished;
  if (batch) {
    response.location(`/api/v1/batches/${batch.id}`).json(batchView(batch, finished.jobs));
    return;
  }
  const [job] = finished.jobs;
  response.location(pathOf(job!.id)).json(await predictionView(job!, parts));
}

/** `GET /api/v1/predictions` */
export async function listPredictions({ response, parts, owner, query }: Call): Promise<void> {
  const { status, cursor, limit } = query as { status?: JobState; cursor?: number; limit: number };
  const jobs = await parts.store.list({
    owner,
    limit: limit + 1,
    ...(status === undefined ? {} : { state: status }),
    ...(cursor === undefined ? {} : { before: cursor }),
  });
  const page = jobs.slice(0, limit);
  const next = jobs.length > limit ? page.at(-1)?.seq : undefined;
  response.json({ predictions: page.map(stillView), ...(next === undefined ? {} : { next }) });
}

/** `GET /api/v1/predictions/{id}` */
export async function getPrediction(call: Call): Promise<void> {
  const job = await findJob(call);
  call.response.set('Cache-Control', 'no-store').json(await predictionView(job, call.parts));
}

/** `DELETE /api/v1/predictions/{id}` */
export async function cancelPrediction(call: Call): Promise<void> {
  const job = await findJob(call);
  await cancelJobs(call.parts, [job.id]);
  call.response.json(await predictionView(await findJob(call), call.parts));
}

/** `GET /api/v1/batches/{id}` */
export async function getBatch({ response, parts, id, owner }: Call): Promise<void> {
  const batch = await findBatch(parts, id, owner);
  response
    .set('Cache-Control', 'no-store')
    .json(batchView(batch, await parts.store.findMany(batch.members, owner)));
}

/** `DELETE /api/v1/batches/{id}` */
export async function cancelBatch(call: Call): Promise<void> {
  const { members } = await findBatch(call.parts, call.id, call.owner);
  await cancelJobs(call.parts, members);
  await getBatch(call);
}

/** `GET /api/v1/predictions/{id}/neighbours` */
export async function getNeighbours(call: Call): Promise<void> {
  const job = await findJob(call);
  assertCompleted(job);
  const { limit } = call.query as { limit: number };
  const found = await call.parts.store.neighbours(job, limit);
  call.response.json({
    neighbours: found.map(({ job: other, similarity }) => ({
      similarity: Number(similarity.toFixed(6)),
      prediction: stillView(other),
    })),
  });
}

/** What a request asks for: JSON, or text with the options in the query. */
export function submissionOf({ json, text, query }: Call): Submission {
  if (json === undefined) return { ...(query as FoldOptionsInput), text };
  const { sequence, fasta, ...options } = json as FoldOptionsInput & {
    sequence?: string;
    fasta?: string;
  };
  return { ...(query as FoldOptionsInput), ...options, text: sequence ?? fasta ?? '' };
}

async function cancelJobs({ store, queue, log }: AppParts, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    if (!(await store.cancel(id))) continue;
    const job = await store.find(id);
    await queue.cancel(id).catch((error: unknown) => {
      log.warn({ err: error }, 'the queue does not answer: the worker hears of it from the store');
    });
    queue.publish({ jobId: id, data: statusEvent('cancelled', job?.attempts ?? 0) });
  }
}

async function findBatch(parts: AppParts, id: string, owner: string): Promise<BatchRecord> {
  const batch = await parts.store.findBatch(id, owner);
  if (batch) return batch;
  throw new FoldError('NOT_FOUND', `there is no batch ${id}`, {
    hint: 'ids of batches come from POST /api/v1/predictions with several records',
  });
}

async function waitForAll(
  { parts }: Call,
  accepted: Accepted,
  { seconds, signal }: { readonly seconds: number; readonly signal: AbortSignal },
): Promise<Accepted> {
  const until = Date.now() + 1000 * seconds;
  const jobs = [];
  for (const job of accepted.jobs)
    jobs.push(await waitForJob(parts, job, { ms: until - Date.now(), signal }));
  return { ...accepted, jobs };
}

/** Seconds of RFC 7240's `wait` preference; 0 where there is none. */
function wantedSeconds(prefer: string | undefined, most: number): number {
  const wait = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,6})/i.exec(prefer ?? '')?.[1];
  return Math.min(most, Number(wait ?? 0));
}

/** `POST /foldSequence/v1/pdb/`: the submission, the wait and the file in one. */
export async function foldSequence(call: Call): Promise<void> {
  const { parts, response, owner, text } = call;
  const signal = clientGone(response);
  const jobs = await jobsOf({ text, type: 'protein' }, { ...parts, owner, signal });
  if (jobs.length > 1)
    throw new FoldError('BATCH_TOO_LARGE', 'this address takes one sequence at a time', {
      hint: 'POST /api/v1/predictions takes many',
    });
  const refusal = pdbRefusal(jobs[0]!.request.chains);
  if (refusal) throw refusal;
  const accepted = await submitJobs(parts, jobs);
  const { FOLD_WAIT_SECONDS } = parts.config;
  const job = await waitForJob(parts, accepted.jobs[0]!, {
    ms: 1000 * FOLD_WAIT_SECONDS,
    signal,
  });
  response.location(pathOf(job.id));
  if (!FINAL_STATES.includes(job.state))
    throw new FoldError('WAIT_TIMEOUT', `the prediction is still ${job.state}`, {
      hint: `ask for ${pathOf(job.id)} later`,
    });
  assertCompleted(job);
  const { bytes } = await parts.results.file(job, 'structure.pdb');
  response.type('chemical/x-pdb').send(Buffer.from(bytes));
}
