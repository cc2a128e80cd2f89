import { FoldError } from '#errors';
import type { AttentionMap } from '#predict/prediction';
import type { SubmissionRecord } from '#store/submission';
import type { Call, Handler } from '#server/app-parts';
import { findCompleted } from '#server/jobs/find-submission';
import { FILE_TYPES, type FileName } from './render-file.js';
import { clientGone } from '#server/jobs/wait-for-submission';

/** A result never changes, but its address is asked for again when the program that writes the files does. */
const MAX_AGE_SECONDS = 86_400;

/**
 * A handler for one of the files of a result.
 *
 * @param name which file
 */
export function resultFile(name: FileName): Handler {
  return async (call) => {
    const { request, response, parts } = call;
    const submission = await findCompleted(call);
    const acceptsGzip = request.acceptsEncodings('gzip') === 'gzip';
    if (isKnown(call, submission, acceptsGzip ? 'gzip' : 'plain')) return;
    const file = await parts.results.file(submission, name, (outcome) => {
      parts.metrics.cache(outcome);
    });
    const gzipped = acceptsGzip ? file.gzipped : undefined;
    if (gzipped) response.set('Content-Encoding', 'gzip');
    const disposition = `inline; filename*=UTF-8''${encodeURIComponent(fileNameOf(submission, name))}`;
    response.set('Content-Disposition', disposition);
    const isText = FILE_TYPES[name] !== 'application/zip';
    response.set('Content-Type', FILE_TYPES[name] + (isText ? '; charset=utf-8' : ''));
    response.end(gzipped ?? file.bytes);
  };
}

/** `GET /api/v1/predictions/{id}/attention` */
export async function getAttention(call: Call): Promise<void> {
  const { request, response, parts } = call;
  const submission = await findCompleted(call);
  const { job } = submission;
  const select = call.query as { block: number; head: number };
  const predictor = parts.predictors.find(({ model }) => model.sha256 === job.model.sha256);
  if (!predictor)
    throw new FoldError('MODEL_UNKNOWN', `this server no longer has the model ${job.model.name}`);
  const { numBlocks, numHeads } = predictor.model;
  if (select.block >= numBlocks || select.head >= numHeads)
    throw new FoldError(
      'REQUEST_INVALID',
      `there is no block ${select.block} with head ${select.head}`,
      { hint: `blocks are 0 to ${numBlocks - 1}, heads 0 to ${numHeads - 1}` },
    );
  const isBinary = request.accepts(['json', 'application/octet-stream']) !== 'json';
  if (isKnown(call, submission, `${select.block}-${select.head}-${isBinary ? 'float32' : 'json'}`))
    return;
  const map = await predictor.attention({ name: job.id, ...job.request }, select, {
    signal: clientGone(response),
  });
  if (!isBinary) {
    response.json({ ...select, weights: rowsOf(map, job.numResidues) });
    return;
  }
  const { buffer, byteOffset, byteLength } = map.weights;
  response.type('application/octet-stream').end(Buffer.from(buffer, byteOffset, byteLength));
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

function fileNameOf({ name: own }: SubmissionRecord, name: FileName): string {
  const ending = { 'structure.pdb': '.pdb', 'structure.cif': '.cif', 'bundle.zip': '.zip' };
  return `${own}${name in ending ? ending[name as keyof typeof ending] : `_${name}`}`;
}

function rowsOf({ weights }: AttentionMap, numResidues: number): number[][] {
  return Array.from({ length: numResidues }, (_, i) =>
    Array.from(weights.subarray(i * numResidues, (i + 1) * numResidues), (weight) =>
      Number(weight.toPrecision(5)),
    ),
  );
}
