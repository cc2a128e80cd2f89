import type { PredictionRequest } from '#predict/prediction';
import { ApiClient } from './api-client.js';
import { type FakeOptions, fakePredictor } from './fake-predictor.js';
import { startTestServer, type TestServer } from './server.js';

const PREDICTIONS = '/api/v1/predictions';

/** A server of one test, whose first model reads what others do not, and remembers what it was asked. */
export interface ReadingServer extends TestServer {
  readonly api: ApiClient;
  /** What the model was asked to fold. */
  readonly seen: readonly PredictionRequest[];
  /** `POST /api/v1/predictions` with a form; a field may be given several times. */
  submitForm(fields: readonly (readonly [string, string | Blob])[]): Promise<Response>;
}

/**
 * Starts a server with two fake models, `reading` and `other`.
 *
 * @param reads what the first one reads
 * @param settings environment variables on top of those of tests
 */
export async function startReadingServer(
  reads: Pick<FakeOptions, 'readsAlignments' | 'readsTemplates'>,
  settings: Record<string, string> = {},
): Promise<ReadingServer> {
  const seen: PredictionRequest[] = [];
  const reading = fakePredictor({
    name: 'reading',
    ...reads,
    onStart: (request) => seen.push(request),
  });
  const other = fakePredictor({ name: 'other', sha256: 'e'.repeat(64) });
  const server = await startTestServer(settings, [reading, other]);
  const api = new ApiClient(server.url);
  return {
    ...server,
    api,
    seen,
    submitForm(fields) {
      const body = new FormData();
      for (const [name, value] of fields) body.append(name, value);
      return api.fetch(PREDICTIONS, { method: 'POST', body });
    },
  };
}
