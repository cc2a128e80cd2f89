import type { AttentionSizes } from '#architectures/family';
import { FoldError } from '#errors';
import { thumbnailSize, unpackAttention } from '#predict/packed-attention';
import { FILE_TYPES, type FileName, savedName } from '#predict/files/file-names';
import type { Call, Handler } from '#server/services';
import { writePdb } from '#bio-pdb/pdb/writer';
import { templateStructure } from '#structure/templates/template-structure';
import { findCompleted, findSubmission } from '#server/jobs/find-submission';
import { templatesOfJob } from '#server/templates/stored-templates';
import { unpackAlignment } from '#server/jobs/stored-alignment';
import { clientGone } from '#server/jobs/wait-for-submission';
import type { SubmissionRecord } from '#store/submission';
import type { AttentionAsker } from './attention-desk.js';
import type { AttentionSelect } from './attention-maps.js';
import type { ResultFile } from './render-file.js';
import type { FileAsker } from './result-files.js';

/** A result never changes, but its address is asked for again when the program that writes the files does. */
const MAX_AGE_SECONDS = 86_400;

/**
 * A handler for one of the files of a result.
 *
 * @param name which file
 */
export function resultFile(name: FileName): Handler {
  return async (call) => {
    const { response, services } = call;
    const submission = await findCompleted(call);
    if (isKnown(call, submission, encodingOf(call))) return;
    const file = await services.results.file(submission, name, askerOf(call));
    const disposition = `inline; filename*=UTF-8''${encodeURIComponent(savedName(submission.name, name))}`;
    response.set('Content-Disposition', disposition);
    const isText = FILE_TYPES[name] !== 'application/zip';
    response.set('Content-Type', FILE_TYPES[name] + (isText ? '; charset=utf-8' : ''));
    send(call, file);
  };
}

/** `GET /api/v1/predictions/{id}/alignment.a3m`: as it was given, from the start, or as it was found. */
export async function getAlignment(call: Call): Promise<void> {
  const { response, services } = call;
  const submission = await findSubmission(call);
  const gzipped = await services.store.results.readInput(submission.job.id, 'alignment');
  if (!gzipped)
    throw submission.job.searches
      ? new FoldError('NOT_FOUND', 'the alignment is still searched for')
      : new FoldError('NOT_FOUND', 'this prediction reads no alignment', {
          hint: 'send one beside the sequence, for a model that reads alignments',
        });
  response.set('Content-Type', 'text/plain; charset=utf-8');
  response.set('Vary', 'Accept-Encoding');
  const isPacked = encodingOf(call) === 'gzip';
  send(call, { bytes: isPacked ? gzipped : await unpackAlignment(gzipped), gzipped });
}

/** `GET /api/v1/predictions/{id}/template.pdb`: there from the start. */
export async function getTemplate(call: Call): Promise<void> {
  const { response, services } = call;
  const { source, chain } = call.query as { readonly source?: string; readonly chain?: string };
  const { job } = await findSubmission(call);
  const templates = (await templatesOfJob(services.store, job)) ?? [];
  const found = templates.find(
    (template) =>
      (source === undefined || template.source === source) &&
      (chain === undefined || template.chainId === chain),
  );
  if (!found)
    throw new FoldError('NOT_FOUND', 'this prediction has no such template', {
      hint: 'confidence.json names the templates by source and chainId',
    });
  response.set('Content-Type', `${FILE_TYPES['structure.pdb']}; charset=utf-8`);
  send(call, { bytes: new TextEncoder().encode(writePdb(templateStructure(found))) });
}

/** `GET /api/v1/predictions/{id}/attention` */
export async function getAttention(call: Call): Promise<void> {
  const { request, response, services } = call;
  const submission = await findCompleted(call);
  const { job } = submission;
  const select = call.query as AttentionSelect;
  requireHead(attentionSizes(call, submission), select);
  const isBinary = request.accepts(['json', 'application/octet-stream']) !== 'json';
  const variant = isBinary ? 'float32' : encodingOf(call);
  const { network, block, head } = select;
  if (isKnown(call, submission, `${network}-${block}-${head}-${variant}`)) return;
  const kept = await services.attention.attention(job, select, attentionAsker(call));
  const weights = new Uint8Array(unpackAttention(new Uint16Array(kept.slice().buffer)).buffer);
  if (isBinary) {
    response.type('application/octet-stream');
    services.outbox.send(response, weights, call.caller.client);
    return;
  }
  const file = await services.results.attentionJson(submission, select, {
    ...askerOf(call),
    weights,
  });
  response.type('json');
  send(call, file);
}

/** `GET /api/v1/predictions/{id}/attention/overview` */
export async function getAttentionOverview(call: Call): Promise<void> {
  const { services } = call;
  const submission = await findCompleted(call);
  const sizes = attentionSizes(call, submission);
  if (isKnown(call, submission, 'overview')) return;
  const { job } = submission;
  const kept = await services.attention.attention(job, 'overview', attentionAsker(call));
  const size = thumbnailSize(job.numResidues);
  let start = 0;
  const heads = sizes.flatMap(({ network, numBlocks, numHeads }) =>
    Array.from({ length: numBlocks * numHeads }, (_, i) => {
      const thumbnail = Buffer.from(kept.subarray(start, (start += size ** 2))).toString('base64');
      return { network, block: Math.floor(i / numHeads), head: i % numHeads, thumbnail };
    }),
  );
  call.response.type('json');
  send(call, { bytes: new TextEncoder().encode(JSON.stringify({ size, heads })) });
}

function attentionSizes(
  { services }: Call,
  { job: { model } }: SubmissionRecord,
): readonly AttentionSizes[] {
  const predictor = services.predictors.find((each) => each.model.sha256 === model.sha256);
  if (!predictor)
    throw new FoldError('MODEL_UNKNOWN', `this server no longer has the model ${model.name}`);
  const { attention } = predictor.model;
  if (attention.length > 0) return attention;
  throw new FoldError('REQUEST_INVALID', `attention of ${model.name} is not shown`);
}

function requireHead(sizes: readonly AttentionSizes[], { network, block, head }: AttentionSelect) {
  const found = sizes.find((each) => each.network === network);
  if (found && block < found.numBlocks && head < found.numHeads) return;
  const ranges = sizes.map(
    ({ network: name, numBlocks, numHeads }) =>
      `blocks of the ${name.replace('-', ' ')} are 0 to ${numBlocks - 1}, heads 0 to ${numHeads - 1}`,
  );
  throw new FoldError(
    'REQUEST_INVALID',
    `the ${network.replace('-', ' ')} has no block ${block} with head ${head}`,
    {
      hint: ranges.join('; '),
    },
  );
}

function attentionAsker({ caller: { client }, response, services }: Call): AttentionAsker {
  return { client, signal: clientGone(response), ms: 1000 * services.settings.FOLD_WAIT_SECONDS };
}

function askerOf({ services, caller }: Call): FileAsker {
  return {
    client: caller.client,
    onOutcome: (outcome) => {
      services.metrics.cache(outcome);
    },
  };
}

function encodingOf({ request }: Call): 'gzip' | 'plain' {
  return request.acceptsEncodings('gzip') === 'gzip' ? 'gzip' : 'plain';
}

function send(call: Call, { bytes, gzipped }: ResultFile): void {
  const { response, services, caller } = call;
  const isGzipped = gzipped !== undefined && encodingOf(call) === 'gzip';
  if (isGzipped) response.set('Content-Encoding', 'gzip');
  services.outbox.send(response, isGzipped ? gzipped : bytes, caller.client);
}

/** Sets the caching headers, and answers 304 to a client that has this very result already. */
function isKnown(
  { request, response }: Call,
  { id, finishedAt = 0 }: SubmissionRecord,
  variant: string,
): boolean {
  response.set('Cache-Control', `private, max-age=${MAX_AGE_SECONDS}, immutable`);
  response.vary('Accept, Accept-Encoding, Authorization');
  const etag = `"${id}.${finishedAt.toString(36)}.${variant}"`;
  response.set('ETag', etag);
  const known = (request.get('if-none-match') ?? '').split(',').map((tag) => tag.trim());
  if (!known.includes(etag) && !known.includes(`W/${etag}`) && known[0] !== '*') return false;
  response.status(304).end();
  return true;
}
