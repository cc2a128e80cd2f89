import { fractionDone } from '#architectures/family';
import type { Services } from '#server/services';
import type { ProgressNumbers } from '#server/jobs/job-events';
import { FILE_NAMES } from '#predict/files/file-names';
import { FINAL_STATES, searchedTemplates, type JobRecord } from '#store/job';
import type { SubmissionRecord } from '#store/submission';
import type { BatchView, PredictionView } from './api-schemas.js';
import type { Caller } from './callers.js';

/** Path of a prediction. */
export function pathOf(id: string): string {
  return `/api/v1/predictions/${id}`;
}

/** A submission as the API shows it, with its place in the queue or its progress. */
export async function predictionView(
  submission: SubmissionRecord,
  {
    services: { store, events },
    caller,
  }: { readonly services: Pick<Services, 'store' | 'events'>; readonly caller: Caller },
): Promise<PredictionView> {
  const { job, state } = submission;
  const progress = state === 'active' ? events.progress(job.id) : undefined;
  const message = state === 'active' && job.searches ? events.search(job.id) : undefined;
  const position = state === 'waiting' ? await store.runs.countBefore(submission) : undefined;
  return {
    ...stillView(submission, caller),
    ...(position === undefined ? {} : { position }),
    ...(message === undefined ? {} : { search: { message } }),
    ...(progress ? { progress: progressView(progress) } : {}),
  };
}

/** How far a running job is, with the share of it that is done. */
export function progressView(progress: ProgressNumbers): NonNullable<PredictionView['progress']> {
  return { ...progress, fraction: Number(fractionDone(progress).toFixed(3)) };
}

/** A submission as lists show it: what needs no further question to the store. */
export function stillView(submission: SubmissionRecord, caller: Caller): PredictionView {
  const { id, owner, name, chains, input, job, state, createdAt, finishedAt } = submission;
  const { numRecycles, alignment, templates } = job.request;
  const path = pathOf(id);
  const files = FILE_NAMES.map((file) => [file, `${path}/${file}`] as const);
  return {
    id,
    name,
    status: state,
    isOwn: owner === '' || owner === caller.owner,
    model: job.model.name,
    numRecycles,
    numResidues: job.numResidues,
    chains: chains.map((chain) => ({ id: chain.id, sequence: chain.sequence })),
    ...(alignment ? { alignment: alignmentView(job) } : {}),
    ...(templates ? { templates: templatesView(job) } : {}),
    input,
    estimate: job.estimate,
    attempts: job.attempts,
    createdAt: new Date(createdAt).toISOString(),
    ...(job.startedAt === undefined ? {} : { startedAt: new Date(job.startedAt).toISOString() }),
    ...(finishedAt === undefined ? {} : { finishedAt: new Date(finishedAt).toISOString() }),
    ...(state === 'completed' ? job.summary : {}),
    ...(state === 'failed' && job.error ? { error: job.error } : {}),
    links: {
      self: path,
      events: `${path}/events`,
      ...(alignment && !job.searches ? { 'alignment.a3m': `${path}/alignment.a3m` } : {}),
      ...(templates && areFound(job) ? { 'template.pdb': `${path}/template.pdb` } : {}),
      ...(state === 'completed'
        ? { ...Object.fromEntries(files), neighbours: `${path}/neighbours` }
        : {}),
    },
  };
}

function alignmentView({ request: { alignment }, searches }: JobRecord) {
  return {
    ...(alignment && 'server' in alignment
      ? { server: alignment.server }
      : { numRows: alignment?.numRows }),
    isFound: !searches,
  };
}

function templatesView(job: JobRecord) {
  const { templates } = job.request;
  return {
    ...(templates && 'from' in templates
      ? { from: templates.from }
      : { numChains: templates?.numChains }),
    isFound: areFound(job),
  };
}

/** Whether the templates of a job are there: they came with it, or the search is over. */
function areFound({ request, searches }: JobRecord): boolean {
  return !searches || searchedTemplates(request) === undefined;
}

/** A batch as the API shows it. */
export function batchView(
  { id, createdAt }: { readonly id: string; readonly createdAt: number },
  submissions: readonly SubmissionRecord[],
  caller: Caller,
): BatchView {
  const counts = { waiting: 0, active: 0, completed: 0, failed: 0, cancelled: 0 };
  for (const { state } of submissions) counts[state]++;
  const isRunning =
    counts.active > 0 || (counts.waiting > 0 && counts.waiting < submissions.length);
  const unfinished = isRunning ? 'active' : 'waiting';
  const finished = FINAL_STATES.toReversed().find((state) => counts[state] > 0) ?? 'completed';
  return {
    id,
    status: counts.waiting + counts.active > 0 ? unfinished : finished,
    createdAt: new Date(createdAt).toISOString(),
    counts,
    predictions: submissions.map((submission) => stillView(submission, caller)),
    links: { self: `/api/v1/batches/${id}` },
  };
}
