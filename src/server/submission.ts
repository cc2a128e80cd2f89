import { createHash } from 'node:crypto';
import { FoldError } from '#errors';
import type { Predictor } from '#predict/prediction';
import { interpret } from '#sequence/input';
import type { Interpretation } from '#sequence/interpretation';
import { nameIn } from '#sequence/record-names';
import type { ReadingFrame } from '#sequence/reading-frame';
import type { NewJob } from '#store/prediction-store';
import type { FoldOptionsInput } from './api-schemas.js';
import { type ServerConfig, memoryLimitOf } from './config.js';
import { RequestError } from './problem.js';

/** What a request asks for, whichever form it came in. */
export interface Submission extends FoldOptionsInput {
  readonly text: string;
}

/** Who asks, and what may be asked for. */
export interface SubmissionContext {
  readonly owner: string;
  readonly config: ServerConfig;
  /** The default first. */
  readonly predictors: readonly Predictor[];
}

/**
 * Reads the sequences of a request by the rules of `interpret`.
 *
 * @param submission text and options
 * @param config limits
 * @throws FoldError for letters, lengths, numbers of records
 */
export function interpretSubmission(
  { text, type, geneticCode, frame, name }: Submission,
  config: ServerConfig,
): Interpretation[] {
  const records = interpret(text, {
    ...(type === undefined ? {} : { type }),
    ...(geneticCode === undefined ? {} : { geneticCode }),
    ...(frame === undefined ? {} : { frame: frame as ReadingFrame | 'auto' }),
  });
  if (records.length > config.MAX_BATCH)
    throw new FoldError(
      'BATCH_TOO_LARGE',
      `${records.length} records in one request; this server takes at most ${config.MAX_BATCH}`,
      { hint: 'send them in several requests' },
    );
  for (const record of records) {
    const numResidues = countResidues(record);
    if (numResidues > config.MAX_RESIDUES)
      throw new FoldError(
        'SEQUENCE_TOO_LONG',
        `${record.name} has ${numResidues} residues; this server takes at most ${config.MAX_RESIDUES}`,
        { hint: 'send one domain at a time' },
      );
  }
  const [first] = records;
  if (name === undefined || first === undefined) return records;
  return [{ ...first, name: checkedName(name, records.length) }];
}

/**
 * The jobs that a request asks for, in the order of its records.
 *
 * @param submission text and options
 * @param context who asks, and what may be asked for
 * @throws FoldError `MODEL_UNKNOWN`, `MEMORY_ESTIMATE` and those of {@link interpretSubmission}
 */
export function jobsOf(submission: Submission, context: SubmissionContext): NewJob[] {
  const predictor = choosePredictor(context.predictors, submission.model);
  const numRecycles = submission.numRecycles ?? predictor.model.numRecycles;
  const limit = memoryLimitOf(context.config);
  return interpretSubmission(submission, context.config).map((record): NewJob => {
    const numResidues = countResidues(record);
    const estimate = predictor.estimate(numResidues, numRecycles);
    if (estimate.megabytes > limit)
      throw new FoldError(
        'MEMORY_ESTIMATE',
        `${record.name}: ${numResidues} residues need about ${Math.ceil(estimate.megabytes)} MB, and ${limit} MB may be used`,
        { hint: 'send a shorter sequence, or run the server where there is more memory' },
      );
    const { name, sha256 } = predictor.model;
    const request = { name: record.name, chains: record.chains, numRecycles };
    const job = { owner: context.owner, model: { name, sha256 }, request, numRecycles };
    return { ...job, id: jobId(job), numResidues, input: inputOf(record), estimate };
  });
}

/**
 * Hash of everything that determines a result: sequences, codons, model, recycles, and the owner, so that nobody
 * learns what others asked for. Not the name.
 */
function jobId({
  owner,
  model,
  request,
  numRecycles,
}: Pick<NewJob, 'owner' | 'model' | 'request' | 'numRecycles'>): string {
  const chains = request.chains.map(({ id, sequence, codons }) => [
    id,
    sequence,
    codons?.map(({ codon, positions }) => [codon, ...positions]) ?? null,
  ]);
  return hashOf([owner, model.sha256, numRecycles, chains]);
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

function checkedName(name: string, numRecords: number): string {
  const wrong = (message: string) =>
    new RequestError(`name: ${message}`, [{ field: 'name', message }]);
  if (numRecords > 1) throw wrong('the records of a FASTA file have names of their own');
  const usable = nameIn(name.trim().replaceAll(/\s+/g, '_'));
  if (usable === undefined) throw wrong('must hold a letter or digit');
  return usable;
}

function countResidues({ chains }: Interpretation): number {
  return chains.reduce((sum, { sequence }) => sum + sequence.length, 0);
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
