import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { RELATIVES } from '#alignment-search/server/server-source';
import { workloadOf } from '#architectures/family';
import { FoldError } from '#errors';
import { refuseWhatCannotFit } from '#execution/refuse-what-cannot-fit';
import type { Predictor } from '#predict/prediction';
import { refuseWhatIsNotRead } from '#predict/predictor';
import { chainIdOf, countResidues } from '#sequence/chain';
import type { Interpretation } from '#sequence/interpretation';
import { type ServerSettings, memoryLimitOf } from '#server/settings';
import { JobRequest, type NewJob, type SearchedTemplates } from '#store/job';
import type { NewSubmission, SubmissionInput } from '#store/submission';
import type { AskedPrecision } from '#tensor/engine/engine';
import type { Caller } from '#server/http/callers';
import { RequestError } from '#server/http/problem';
import type { TemplateSearch } from '#server/templates/template-search';
import type { ReadRecord, ReadRequest } from '#server/http/read-request';

/** Who asks, and what may be asked for. */
export interface SubmissionContext {
  readonly caller: Pick<Caller, 'owner' | 'client'>;
  readonly settings: ServerSettings;
  /** The default first. */
  readonly predictors: readonly Predictor[];
  readonly templateSearch: Pick<TemplateSearch, 'place'>;
}

/**
 * What a request asks for, in the order of its records.
 *
 * @param read the request, read
 * @param context who asks, and what may be asked for
 * @throws FoldError `MODEL_UNKNOWN`, `MEMORY_ESTIMATE`, `REQUEST_INVALID` for what the model does not read
 */
export async function submissionsOf(
  { options, records, alignment, templates }: ReadRequest,
  context: SubmissionContext,
): Promise<NewSubmission[]> {
  const predictor = choosePredictor(context.predictors, options.model);
  const numRecycles = options.numRecycles ?? predictor.model.numRecycles;
  const { search, templateSearch, recycleTolerance } = options;
  const given = {
    recycleTolerance,
    ...(alignment || search ? { alignment: { text: '' } } : {}),
    ...(templates || templateSearch ? { templates: [] } : {}),
  };
  refuseWhatIsNotRead({ name: predictor.model.name, model: predictor.model }, given);
  const { maxClusters, maxExtra, sampling, seed } = search ?? alignment?.rows ?? {};
  const rows = { maxClusters, maxExtra, sampling, seed };
  const searched = search && { server: requireServer(context.settings), mode: RELATIVES, ...rows };
  const sought = templateSearch && {
    from: templateSearch.from,
    place: requirePlace(templateSearch.from, context),
    ...(Object.values(templateSearch.filter ?? {}).some((one) => one !== undefined)
      ? { filter: templateSearch.filter }
      : {}),
  };
  const limit = memoryLimitOf(context.settings);
  const submissions: NewSubmission[] = [];
  for (const json of records) {
    const record = JSON.parse(json) as ReadRecord;
    const numRows = searched ? undefined : (record.numAlignmentRows ?? 1);
    const numTemplates = templates?.numChains ?? (sought ? Infinity : undefined); // as many as the model takes
    const request = JobRequest.parse({
      // by place: what the chains are called is the submission's, the result is everybody's
      chains: record.chains.map(({ sequence }, i) => ({ id: chainIdOf(i), sequence })),
      numRecycles,
      ...(alignment ? { alignment: { sha256: alignment.sha256, numRows, ...rows } } : {}),
      ...(searched ? { alignment: searched } : {}),
      ...(sought ? { templates: sought } : {}),
      ...(templates
        ? { templates: { sha256: templates.sha256, numChains: templates.numChains } }
        : {}),
      ...(recycleTolerance === undefined ? {} : { recycleTolerance }),
    });
    const { chains } = request;
    const numResidues = countResidues(chains);
    const size = { maxClusters, maxExtra, numRows, numTemplates };
    const estimate = predictor.estimate({ ...workloadOf({ chains, numRecycles }), ...size });
    refuseWhatCannotFit(
      `${record.name}: ${numResidues} residues`,
      { needed: 1e6 * estimate.megabytes, available: 1e6 * limit },
      'send a shorter sequence, or run the server where there is more memory',
    );
    const { name, sha256 } = predictor.model;
    const model = { name, sha256 };
    const job = {
      id: jobId(model, request, context.settings.PRECISION),
      model,
      request,
      numResidues,
      estimate,
      ...(alignment ? { alignment: alignment.packed } : {}),
      ...(templates ? { templates: templates.packed } : {}),
    };
    submissions.push(submissionOf(record, job, context.caller));
    await setImmediate(); // others have their turn
  }
  return submissions;
}

/** @throws FoldError `REQUEST_INVALID` where the operator has named none */
function requireServer({ MSA_SERVER }: ServerSettings): string {
  if (MSA_SERVER !== undefined) return MSA_SERVER;
  const message = 'this server does not search for relatives';
  throw new RequestError(
    `msa: ${message}`,
    [{ field: 'msa', message }],
    'send an alignment beside the sequence; or its operator can set MSA_SERVER',
  );
}

/** @throws FoldError `REQUEST_INVALID` where the operator does not offer it */
function requirePlace(
  from: SearchedTemplates['from'],
  { templateSearch }: Pick<SubmissionContext, 'templateSearch'>,
): string {
  const place = templateSearch.place(from);
  if (place !== undefined) return place;
  const [message, setting] =
    from === 'library'
      ? ['this server has no library of known structures', 'TEMPLATE_LIBRARY']
      : ['this server does not ask the PDB', 'TEMPLATES_FROM_PDB'];
  throw new RequestError(
    `templates: ${message}`,
    [{ field: 'templates', message }],
    `send templates beside the sequence; or its operator can set ${setting}`,
  );
}

function submissionOf(
  record: Interpretation,
  job: NewJob,
  { owner, client }: SubmissionContext['caller'],
): NewSubmission {
  const { name, chains } = record;
  const input = inputOf(record);
  const codons = chains.map((chain) =>
    chain.codons?.map(({ codon, positions }) => [codon, ...positions]),
  );
  const id = hashOf(['submission', owner, job.id, name, codons, input]);
  return { id, owner, client, name, chains, input, job };
}

/** Hash of everything that determines a result, and of nothing that does not: equal sequences are computed once. */
function jobId(
  { sha256 }: NewJob['model'],
  request: JobRequest,
  precision: AskedPrecision,
): string {
  // Without the precision as long as it is the usual one: ids of earlier versions stay what they are.
  return hashOf(['job', sha256, request, ...(precision === 'float32' ? [] : [precision])]);
}

/** Id of a batch: the same submissions in the same order are the same batch. */
export function batchId(owner: string, submissions: readonly string[]): string {
  return hashOf(['batch', owner, submissions]);
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

function inputOf({
  kind,
  title,
  assumed,
  geneticCode,
  frame,
  chains,
  warnings,
}: Interpretation): SubmissionInput {
  const isNamed = chains.some(({ id }, i) => id !== chainIdOf(i));
  return {
    kind,
    title,
    ...(assumed === undefined ? {} : { assumed }),
    ...(geneticCode === undefined ? {} : { geneticCode }),
    ...(frame === undefined ? {} : { frame }),
    ...(isNamed ? { chainNames: chains.map(({ id }) => id) } : {}),
    warnings: warnings.map(({ message }) => message),
  };
}
