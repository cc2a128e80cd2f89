import { createHash } from 'node:crypto';
import { FoldError } from '#errors';
import type { Predictor } from '#predict/prediction';
import { requestLength } from '#predict/request-length';
import type { Interpretation } from '#sequence/interpretation';
import { type ServerConfig, memoryLimitOf } from '#server/config';
import type { NewJob } from '#store/prediction-store';
import type { Submission } from './read-submission.js';
import type { SubmissionReader } from './submission-reader.js';

/** Who asks, and what may be asked for. */
export interface SubmissionContext {
  readonly owner: string;
  readonly config: ServerConfig;
  /** The default first. */
  readonly predictors: readonly Predictor[];
  readonly reader: SubmissionReader;
  /** Aborts when nobody waits for the answer any longer. */
  readonly signal?: AbortSignal;
}

/**
 * The jobs that a request asks for, in the order of its records.
 *
 * @param submission text and options
 * @param context who asks, and what may be asked for
 * @throws FoldError `MODEL_UNKNOWN`, `MEMORY_ESTIMATE` and those of `readSubmission`
 */
export async function jobsOf(
  submission: Submission,
  context: SubmissionContext,
): Promise<NewJob[]> {
  const predictor = choosePredictor(context.predictors, submission.model);
  const numRecycles = submission.numRecycles ?? predictor.model.numRecycles;
  const limit = memoryLimitOf(context.config);
  const jobs: NewJob[] = [];
  for await (const record of context.reader.records(submission, context.signal)) {
    const { numResidues, withLinkers, words } = requestLength(record.chains);
    const estimate = predictor.estimate(withLinkers, numRecycles);
    if (estimate.megabytes > limit)
      throw new FoldError(
        'MEMORY_ESTIMATE',
        `${record.name}: ${words} need about ${Math.ceil(estimate.megabytes)} MB, and ${limit} MB may be used`,
        { hint: 'send a shorter sequence, or run the server where there is more memory' },
      );
    const { name, sha256 } = predictor.model;
    const request = { name: record.name, chains: record.chains, numRecycles };
    const input = inputOf(record);
    const job = { owner: context.owner, model: { name, sha256 }, request, numRecycles, input };
    jobs.push({ ...job, id: jobId(job), numResidues, estimate });
  }
  return jobs;
}

/**
 * Hash of everything that determines a result: sequences, codons, model, recycles, the warnings that its files repeat,
 * and the owner, so that nobody learns what others asked for. Not the name.
 */
function jobId({
  owner,
  model,
  request,
  numRecycles,
  input,
}: Pick<NewJob, 'owner' | 'model' | 'request' | 'numRecycles' | 'input'>): string {
  const chains = request.chains.map(({ id, sequence, codons }) => [
    id,
    sequence,
    codons?.map(({ codon, positions }) => [codon, ...positions]) ?? null,
  ]);
  return hashOf([owner, model.sha256, numRecycles, chains, input.warnings]);
}

/** Id of a batch: the same jobs in the same order are the same batch. */
export function batchId(jobs: readonly Pick<NewJob, 'id' | 'owner'>[]): string {
  return hashOf(['batch', jobs[0]?.owner ?? '', jobs.map(({ id }) => id)]);
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32);
}

function choosePredictor(predictors: readonly Predictor[], name?: string): Predictor {
  const found = predictors.find(({ model }) => name === undefined || model.name === name);
  if (found) return found;
  const names = predictors.map(({ model }) => model.name).join(', ');
  throw new FoldError('MODEL_UNKNOWN', `there is no model ${JSON.stringify(name)}`, {
    hint: `this server has ${names}`,
  });
}

function inputOf({ kind, title, assumed, geneticCode, frame, warnings }: Interpretation) {
  return {
    kind,
    title,
    ...(assumed === undefined ? {} : { assumed }),
    ...(geneticCode === undefined ? {} : { geneticCode }),
    ...(frame === undefined ? {} : { frame }),
    warnings: warnings.map(({ message }) => message),
  };
}
