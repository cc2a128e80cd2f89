import { type Request, type RequestHandler, Router } from 'express';
import { FoldError } from '#errors';
import { type Caller, findCallers, knownOwner } from './callers.js';
import type { Services, Call, Handler } from '#server/services';
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
import { checked } from './body-fields.js';
import { RequestError } from './problem.js';
import {
  getAlignment,
  getAttention,
  getAttentionOverview,
  getTemplate,
  resultFile,
} from '#server/results/result-handlers';
import { getMutantScore } from '#server/mutants/mutant-handler';
import { servedModel } from '#server/models/model-list';
import { Places } from '#server/places';
import { requestLimit } from './security.js';
import {
  cancelInstallation,
  getModelFile,
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
  getAttentionOverview,
  getMutantScore,
  getNeighbours,
  getBatch,
  deleteBatch,
  translate,
  listModels,
  getModelFile,
  installModel,
  cancelInstallation,
  foldSequence,
  foldSequenceShort: foldSequence,
  isLive,
  isReady,
};
/** Of a submission or a batch; empty where the route has none. */
const ID = /^[\w-]{0,64}$/;

/**
 * Serves every operation: limits, key, body and query are checked by its entry in `OPERATIONS`, then its handler runs.
 *
 * @param services what handlers work with
 */
export function apiRouter(services: Services): Router {
  const { settings } = services;
  for (const predictor of services.predictors) servedModel(predictor, services);
  const router = Router();
  const findCaller = findCallers(settings);
  const openRequests = new Places(settings.CLIENT_REQUESTS, 'requests');
  const ownerOf = knownOwner(settings.API_KEYS);
  const limit = {
    post: requestLimit(settings.RATE_LIMIT, ownerOf),
    get: requestLimit(settings.READ_RATE_LIMIT, ownerOf),
  };
  for (const [id, operation] of Object.entries<Operation>(OPERATIONS)) {
    const { method, path } = operation;
    const before: RequestHandler[] = [
      (_request, response, next) => {
        response.locals['route'] = path;
        next();
      },
      ...(operation.isPublic ? [] : [method === 'post' ? limit.post : limit.get]),
    ];
    const handler = HANDLERS[id as OperationId];
    router[method](routeOf(path), ...before, async (request, response) => {
      const caller = operation.isPublic ? NOBODY : findCaller(request);
      if (!operation.isPublic) response.once('close', openRequests.enter(caller.client));
      const query = checked(operation.query ?? NoQuery, givenQuery(request), 'query');
      const call = { request, response, services, caller, id: idIn(request), query };
      const readBody: Call['readBody'] = (options = query) =>
        services.reader.receive({ ...call, operation: id as OperationId, query: options });
      await handler({ ...call, readBody });
    });
  }
  const operations = Object.values<Operation>(OPERATIONS);
  for (const address of new Set(operations.map(({ path }) => path))) {
    const methods = operations.filter(({ path }) => path === address).map(({ method }) => method);
    router.all(routeOf(address), refuseOtherMethods(methods));
  }
  return router;
}

/** A path of OpenAPI as Express writes it. */
function routeOf(path: string): string {
  return path.replace('{id}', ':id');
}

/** Of routes that need no key. */
const NOBODY: Caller = { owner: '', listed: undefined, client: '' };

/** @throws FoldError `NOT_FOUND` for what no id looks like: PostgreSQL refuses to look for some of it */
function idIn({ params: { id = '' } }: Request): string {
  if (typeof id === 'string' && ID.test(id)) return id;
  throw new FoldError('NOT_FOUND', 'there is nothing with this id', {
    hint: 'ids come from POST /api/v1/predictions',
  });
}

/** @throws RequestError for parameters without a value: as a number they would be 0 */
function givenQuery({ query }: Request): Record<string, unknown> {
  for (const [name, value] of Object.entries(query)) {
    if (value === '') throw wrongQuery(name, 'has no value');
    if (Array.isArray(value)) throw wrongQuery(name, 'is given twice');
  }
  return { ...query };
}

function wrongQuery(field: string, message: string): RequestError {
  return new RequestError(`wrong query: ${field} ${message}`, [{ field, message }]);
}
