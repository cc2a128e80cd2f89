import express, { type Request, type RequestHandler, type Response, Router } from 'express';
import type { z } from 'zod';
import { FoldError } from '#errors';
import { type Caller, type FindCaller, findCallers, knownOwner } from './callers.js';
import type { AppParts, Call, Handler } from '#server/app-parts';
import { followPrediction } from './event-stream.js';
import { NoQuery } from './api-schemas.js';
import { type Operation, type OperationId, OPERATIONS } from './operations.js';
import { refuseOtherMethods } from './other-methods.js';
import { deleteBatch, getBatch } from './batch-handlers.js';
import { foldSequence } from './fold-sequence.js';
import {
  deletePrediction,
  getNeighbours,
  getPrediction,
  listPredictions,
  submitPrediction,
} from './prediction-handlers.js';
import { formFields, isForm } from './form-fields.js';
import { RequestError } from './problem.js';
import {
  getAlignment,
  getAttention,
  getTemplate,
  resultFile,
} from '#server/results/result-handlers';
import { servedModel } from '#server/models/model-list';
import { requestLimit } from './security.js';
import { OpenRequests } from './slow-clients.js';
import {
  cancelInstallation,
  installModel,
  isLive,
  isReady,
  listModels,
  translate,
} from './service-handlers.js';

const HANDLERS: Readonly<Record<OperationId, Handler>> = {
  submitPrediction,
  listPredictions,
  getPrediction,
  deletePrediction,
  followPrediction,
  getPdb: resultFile('structure.pdb'),
  getCif: resultFile('structure.cif'),
  getConfidence: resultFile('confidence.json'),
  getPae: resultFile('pae.json'),
  getBundle: resultFile('bundle.zip'),
  getAlignment,
  getTemplate,
  getAttention,
  getNeighbours,
  getBatch,
  deleteBatch,
  translate,
  listModels,
  installModel,
  cancelInstallation,
  foldSequence,
  foldSequenceShort: foldSequence,
  isLive,
  isReady,
};
const BYTES_PER_KILOBYTE = 1024;
const BYTES_PER_MEGABYTE = 1 << 20;
/** Of a submission or a batch; empty where the route has none. */
const ID = /^[\w-]{0,64}$/;

/**
 * Serves every operation: limits, key, body and query are checked by its entry in `OPERATIONS`, then its handler runs.
 *
 * @param parts what handlers work with
 */
export function apiRouter(parts: AppParts): Router {
  const { config } = parts;
  for (const predictor of parts.predictors) servedModel(predictor, parts);
  const router = Router();
  const findCaller = findCallers(config);
  const openRequests = new OpenRequests(config.CLIENT_REQUESTS);
  const ownerOf = knownOwner(config.API_KEYS);
  const limit = {
    post: requestLimit(config.RATE_LIMIT, ownerOf),
    get: requestLimit(config.READ_RATE_LIMIT, ownerOf),
  };
  for (const [id, operation] of Object.entries<Operation>(OPERATIONS)) {
    const { method, path } = operation;
    const before: RequestHandler[] = [
      (_request, response, next) => {
        response.locals['route'] = path;
        next();
      },
      ...(operation.isPublic ? [] : [method === 'post' ? limit.post : limit.get]),
      ...(operation.body ? bodyReaders(operation, parts) : []),
    ];
    const handler = HANDLERS[id as OperationId];
    router[method](routeOf(path), ...before, async (request, response) => {
      await handler(
        await callOf(operation, { request, response, parts, findCaller, openRequests }),
      );
    });
  }
  const operations = Object.values<Operation>(OPERATIONS);
  for (const address of new Set(operations.map(({ path }) => path))) {
    const methods = operations.filter(({ path }) => path === address).map(({ method }) => method);
    router.all(routeOf(address), refuseOtherMethods(methods));
  }
  return router;
}

/** What reads bodies: forms as bytes, everything else as text. */
function bodyReaders(
  { body }: Operation,
  { config, predictors, installations }: AppParts,
): RequestHandler[] {
  const takesAlignment =
    body?.form &&
    (installations.isAllowed || predictors.some(({ model }) => model.readsAlignments));
  const alignmentBytes = takesAlignment ? config.MAX_ALIGNMENT_MB * BYTES_PER_MEGABYTE : 0;
  const takesTemplates =
    body?.form && (installations.isAllowed || predictors.some(({ model }) => model.readsTemplates));
  const templateBytes = takesTemplates ? config.MAX_TEMPLATES_MB * BYTES_PER_MEGABYTE : 0;
  const limit = config.MAX_BODY_KB * BYTES_PER_KILOBYTE + alignmentBytes + templateBytes;
  return [
    express.raw({ type: ({ headers }) => isForm(headers['content-type']), limit }),
    // every other type: curl says that what it posts is a form
    express.text({ type: () => true, limit }),
  ];
}

/** A path of OpenAPI as Express writes it. */
function routeOf(path: string): string {
  return path.replace('{id}', ':id');
}

interface CallParts {
  readonly request: Request;
  readonly response: Response;
  readonly parts: AppParts;
  readonly findCaller: FindCaller;
  readonly openRequests: OpenRequests;
}

/** Of routes that need no key. */
const NOBODY: Caller = { owner: '', listed: undefined, client: '' };

async function callOf(
  operation: Operation,
  { request, response, parts, findCaller, openRequests }: CallParts,
): Promise<Call> {
  const caller = operation.isPublic ? NOBODY : findCaller(request);
  if (!operation.isPublic) openRequests.enter(caller.client, response);
  const text = typeof request.body === 'string' ? request.body : '';
  const query = checked(operation.query ?? NoQuery, givenQuery(request), 'query');
  const json = operation.body && (await fieldsOf(request, operation.body, parts));
  return { request, response, parts, caller, id: idIn(request), query, json, text };
}

/** @throws FoldError `NOT_FOUND` for what no id looks like: PostgreSQL refuses to look for some of it */
function idIn({ params: { id = '' } }: Request): string {
  if (typeof id === 'string' && ID.test(id)) return id;
  throw new FoldError('NOT_FOUND', 'there is nothing with such an id', {
    hint: 'ids come from POST /api/v1/predictions',
  });
}

/** @throws RequestError for parameters without a value: as a number they would be 0 */
function givenQuery({ query }: Request): Record<string, unknown> {
  const empty = Object.keys(query).find((name) => query[name] === '');
  if (empty === undefined) return { ...query };
  const message = 'has no value';
  throw new RequestError(`wrong query: ${empty} ${message}`, [{ field: empty, message }]);
}

/** The checked fields of JSON or a form; undefined where the body is plain text. */
async function fieldsOf(
  request: Request,
  { json, form }: NonNullable<Operation['body']>,
  { config }: AppParts,
): Promise<unknown> {
  const contentType = request.get('content-type');
  const isJson = request.is(['json', '+json']) !== false;
  if ((isJson && !json) || (isForm(contentType) && !form))
    throw new FoldError(
      'MEDIA_TYPE',
      `this address takes ${json ? 'JSON or plain text' : 'plain text'}`,
      { hint: 'send the sequence itself as text/plain' },
    );
  if (isJson) return checked(json!, parsed(String(request.body)), 'request body');
  if (!isForm(contentType)) return undefined;
  const body = request.body as Uint8Array;
  const { MAX_BODY_KB, MAX_ALIGNMENT_MB, MAX_TEMPLATES_MB } = config;
  const limit =
    MAX_BODY_KB * BYTES_PER_KILOBYTE + (MAX_ALIGNMENT_MB + MAX_TEMPLATES_MB) * BYTES_PER_MEGABYTE;
  return checked(form!, await formFields(body, contentType!, limit), 'form');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message.replace(/, ".*$/s, '') : '';
    throw new RequestError(`the body is no JSON: ${message}`, [], 'send JSON, or plain text');
  }
}

function checked<T extends z.ZodType>(type: T, value: unknown, what: string): z.infer<T> {
  const { success, data, error } = type.safeParse(value);
  if (success) return data;
  const errors = error.issues.map(({ path, message }) => ({ field: path.join('.'), message }));
  const [first] = errors;
  const where = first && first.field !== '' ? `${first.field}: ` : '';
  throw new RequestError(`wrong ${what}: ${where}${first?.message ?? ''}`, errors, 'see /api/docs');
}
