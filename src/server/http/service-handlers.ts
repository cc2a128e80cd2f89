import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import type { Call } from '#server/services';
import { modelList } from '#server/models/model-list';
import { sharedFile } from '#server/models/shared-files';

/** How long the database may take to say that it is there. */
const PING_MS = 2000;

/** `POST /api/v1/translate` */
export async function translate(call: Call): Promise<void> {
  const { response } = call;
  const { records } = await call.readBody();
  response.type('json').write('{"records":[');
  for (const [index, record] of records.entries()) {
    response.write(index === 0 ? record : `,${record}`);
    await setImmediate(); // a hundred genes are 18 MB
  }
  response.end(']}');
}

/** `GET /api/v1/models` */
export function listModels({ response, services }: Call): void {
  response.json(modelList(services));
}

/** `GET /api/v1/models/file`, which heeds `Range`. */
export function getModelFile({ response, services, query }: Call): Promise<void> {
  const { model, name } = query as { readonly model: string; readonly name: string };
  const path = sharedFile(services, model, name);
  response.type('application/octet-stream');
  return new Promise((resolve, reject) => {
    response.sendFile(path, { dotfiles: 'allow', cacheControl: false }, (error?: Error) => {
      // who has gone away has no answer
      if (error && !response.headersSent) reject(error);
      else resolve();
    });
  });
}

/** `POST /api/v1/models/{id}/installation` */
export function installModel({ response, services, id }: Call): void {
  services.installations.start(id);
  response.status(202).json(modelList(services));
}

/** `DELETE /api/v1/models/{id}/installation` */
export async function cancelInstallation({ response, services, id }: Call): Promise<void> {
  await services.installations.cancel(id);
  response.json(modelList(services));
}

/** `GET /health/live` */
export function isLive({ response }: Call): void {
  response.set('Cache-Control', 'no-store').json({ status: 'ok' });
}

/** `GET /health/ready` */
export async function isReady({ response, services }: Call): Promise<void> {
  const [database, workers] = await Promise.all([
    Promise.race([
      services.store.ping().then(() => true),
      delay(PING_MS, false, { ref: false }),
    ]).catch(() => false),
    services.bus.countWorkers().catch(() => undefined),
  ]);
  const { failing } = services.health;
  const hasModel = failing.length < services.predictors.length;
  const engine = services.predictors.find((predictor) => predictor.engine)?.engine;
  const isReady = database && hasModel && !services.shutdown.aborted && workers !== undefined;
  response
    .status(isReady ? 200 : 503)
    .set('Cache-Control', 'no-store')
    .json({
      status: isReady ? 'ok' : 'unavailable',
      database: database ? 'ok' : 'unavailable',
      model: failing.length === 0 ? 'ok' : 'failing',
      ...(workers === undefined ? {} : { workers }),
      ...(engine ? { engine } : {}),
    });
}
