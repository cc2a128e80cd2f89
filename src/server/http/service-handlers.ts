import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import { modelFacts } from '#predict/model-facts';
import { MODELS } from '#weights/registry';
import type { Predictor } from '#predict/prediction';
import type { AppParts, Call } from '#server/app-parts';
import { memoryLimitOf } from '#server/config';
import { submissionOf } from './prediction-handlers.js';
import { clientGone } from '#server/jobs/wait-for-submission';

/** Lengths that `/api/v1/models` gives estimates for. */
const ESTIMATE_LENGTHS = [50, 100, 200, 400, 800, 1600];
/** How long the database may take to say that it is there. */
const PING_MS = 2000;

/** `POST /api/v1/translate` */
export async function translate(call: Call): Promise<void> {
  const { response, parts, caller } = call;
  const records = await parts.reader.json(submissionOf(call), {
    client: caller.client,
    signal: clientGone(response),
  });
  response.type('json').write('{"records":[');
  for (const [index, record] of records.entries()) {
    response.write(index === 0 ? record : `,${record}`);
    await setImmediate(); // a hundred genes are 18 MB
  }
  response.end(']}');
}

/** What a length takes with the default number of recycles, and what each more adds. */
function estimateOf(predictor: Predictor, numResidues: number) {
  const chainLengths = [numResidues];
  const usual = predictor.estimate({ chainLengths });
  const more = predictor.estimate({ chainLengths, numRecycles: predictor.model.numRecycles + 1 });
  return { numResidues, ...usual, secondsPerRecycle: more.seconds - usual.seconds };
}

const modelLists = new WeakMap<AppParts, object>();

/**
 * The answer of `GET /api/v1/models`. Estimates trace the graphs of each model, up to a second for a large one, so the
 * list is made once, before the first request.
 */
export function modelList(parts: AppParts): object {
  const known = modelLists.get(parts);
  if (known) return known;
  const { MAX_RESIDUES } = parts.config;
  const models = parts.predictors.map((predictor, index) => ({
    ...predictor.model,
    isDefault: index === 0,
    maxResidues: MAX_RESIDUES,
    maxMegabytes: memoryLimitOf(parts.config),
    estimates: ESTIMATE_LENGTHS.filter((length) => length <= MAX_RESIDUES).map((length) =>
      estimateOf(predictor, length),
    ),
  }));
  const list = { models, known: MODELS.map(modelFacts) };
  modelLists.set(parts, list);
  return list;
}

/** `GET /api/v1/models` */
export function listModels({ response, parts }: Call): void {
  response.json(modelList(parts));
}

/** `GET /health/live` */
export function isLive({ response }: Call): void {
  response.set('Cache-Control', 'no-store').json({ status: 'ok' });
}

/** `GET /health/ready` */
export async function isReady({ response, parts }: Call): Promise<void> {
  const [database, workers] = await Promise.all([
    Promise.race([
      parts.store.ping().then(() => true),
      delay(PING_MS, false, { ref: false }),
    ]).catch(() => false),
    parts.bus.countWorkers().catch(() => undefined),
  ]);
  const { failing } = parts.health;
  const hasModel = failing.length < parts.predictors.length;
  const isReady = database && hasModel && !parts.shutdown.aborted && workers !== undefined;
  response
    .status(isReady ? 200 : 503)
    .set('Cache-Control', 'no-store')
    .json({
      status: isReady ? 'ok' : 'unavailable',
      database: database ? 'ok' : 'unavailable',
      model: failing.length === 0 ? 'ok' : 'failing',
      ...(workers === undefined ? {} : { workers }),
    });
}
