import type { EventLog } from '#server/jobs/event-log';
import type { ProgressNumbers } from '#server/jobs/job-events';
import { FILE_TYPES } from '#server/results/render-file';
import type { JobRecord, PredictionStore } from '#store/prediction-store';
import { FINAL_STATES } from '#store/prediction-store';
import type { BatchView, PredictionView } from './api-schemas.js';

/** What views are made from, besides the job. */
export interface ViewParts {
  readonly store: PredictionStore;
  readonly events: EventLog;
}

/** Path of a prediction. */
export function pathOf(id: string): string {
  return `/api/v1/predictions/${id}`;
}

/** A job as the API shows it, with its place in the queue or its progress. */
export async function predictionView(
  job: JobRecord,
  { store, events }: ViewParts,
): Promise<PredictionView> {
  const progress = job.state === 'active' ? events.progress(job.id) : undefined;
  const position = job.state === 'waiting' ? await store.countBefore(job) : undefined;
  return {
    ...stillView(job),
    ...(position === undefined ? {} : { position }),
    ...(progress ? { progress: { ...progress, fraction: fractionOf(progress) } } : {}),
  };
}

/** A job as lists show it: what needs no further question to the store. */
export function stillView(job: JobRecord): PredictionView {
  const path = pathOf(job.id);
  const files = Object.keys(FILE_TYPES).map((name) => [name, `${path}/${name}`] as const);
  return {
    id: job.id,
    name: job.request.name,
    status: job.state,
    model: job.model.name,
    numRecycles: job.numRecycles,
    numResidues: job.numResidues,
    chains: job.request.chains.map(({ id, sequence }) => ({ id, sequence })),
    input: { ...job.input, warnings: [...job.input.warnings] },
    estimate: job.estimate,
    attempts: job.attempts,
    createdAt: new Date(job.createdAt).toISOString(),
    ...(job.startedAt === undefined ? {} : { startedAt: new Date(job.startedAt).toISOString() }),
    ...(job.finishedAt === undefined ? {} : { finishedAt: new Date(job.finishedAt).toISOString() }),
    ...job.summary,
    ...(job.error ? { error: job.error } : {}),
    links: {
      self: path,
      events: `${path}/events`,
      ...(job.state === 'completed'
        ? { ...Object.fromEntries(files), neighbours: `${path}/neighbours` }
        : {}),
    },
  };
}

/** A batch as the API shows it. */
export function batchView(
  { id, createdAt }: { readonly id: string; readonly createdAt: number },
  jobs: readonly JobRecord[],
): BatchView {
  const counts = { waiting: 0, active: 0, completed: 0, failed: 0, cancelled: 0 };
  for (const { state } of jobs) counts[state]++;
  const isRunning = counts.active > 0 || (counts.waiting > 0 && counts.waiting < jobs.length);
  const unfinished = isRunning ? 'active' : 'waiting';
  const finished = FINAL_STATES.toReversed().find((state) => counts[state] > 0) ?? 'completed';
  return {
    id,
    status: counts.waiting + counts.active > 0 ? unfinished : finished,
    createdAt: new Date(createdAt).toISOString(),
    counts,
    predictions: jobs.map(stillView),
    links: { self: `/api/v1/batches/${id}` },
  };
}

function fractionOf({ pass, numPasses, block, numBlocks }: ProgressNumbers): number {
  return Math.min(1, Number(((pass + block / numBlocks) / numPasses).toFixed(3)));
}
