import type { JobRecord, JobState, NewJob, StoredResult } from '#store/job';
import type { NewSubmission, SubmissionRecord } from '#store/submission';
import { serialisePrediction } from '#predict/files/serialise';
import { fakePrediction } from './fake-predictor.js';

const MODEL = { name: 'fake', sha256: 'f'.repeat(64) };

/** A job of a short protein; the same arguments give the same job. */
export function newJob(id: string, changes: Partial<NewJob> = {}): NewJob {
  const sequence = 'MKTAYIAKQR';
  return {
    id,
    model: MODEL,
    request: { chains: [{ id: 'A', sequence }], numRecycles: 2 },
    numResidues: sequence.length,
    estimate: { seconds: 1, megabytes: 50 },
    ...changes,
  };
}

/** Somebody's submission; by default the job that it asks for has the same id. */
export function newSubmission(id: string, changes: Partial<NewSubmission> = {}): NewSubmission {
  const job = changes.job ?? newJob(id);
  return {
    id,
    owner: '',
    client: '',
    name: id,
    chains: job.request.chains,
    input: { kind: 'protein', title: id, warnings: [] },
    job,
    ...changes,
  };
}

/** What the fake model makes of a job. */
export async function resultOf({ id, request, model }: NewJob | JobRecord): Promise<StoredResult> {
  const prediction = fakePrediction(
    { ...request, name: id, alignment: undefined, templates: undefined },
    model,
  );
  const { meanPlddt, ptm } = prediction;
  return {
    bytes: await serialisePrediction(prediction),
    summary: { meanPlddt, ptm },
  };
}

/** A submission `x` as the store would tell of it, with its job. */
export function submissionRecord(
  state: JobState,
  {
    job = {},
    ...changes
  }: Partial<Omit<SubmissionRecord, 'job'>> & { readonly job?: Partial<JobRecord> } = {},
): SubmissionRecord {
  return {
    ...newSubmission('x', { name: 'mine' }),
    ...{ seq: 3, state, createdAt: Date.UTC(2024, 1, 3) },
    ...changes,
    job: {
      ...newJob('job'),
      ...{ seq: 1, state, searches: false, attempts: 2, interruptions: 0, queuedAt: 0 },
      ...job,
    },
  };
}
