/** @file Whatever bytes come to whatever address, the server answers, and never with a fault of its own. */
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { OPERATIONS, type Operation } from '#server/http/operations';
import { ApiClient } from '../helpers/api-client.js';
import { fakePredictor } from '../helpers/fake-predictor.js';
import { startTestServer, type TestServer } from '../helpers/server.js';

/** Requests in one run; CI has a minute for them. */
const NUM_REQUESTS = Number(process.env['HOSTILE_REQUESTS'] ?? 2000);
const ANSWER_MS = 30_000;
const OTHER_PATHS = ['/', '/metrics', '/api/docs', '/api/v1/openapi.json', '/nothing'];

let server: TestServer;
let api: ApiClient;
/** Ids of a finished prediction and of a batch. */
let ids: string[];
beforeAll(async () => {
  const settings = { MAX_RESIDUES: '200', MAX_BATCH: '5', FOLD_WAIT_SECONDS: '10' };
  server = await startTestServer(settings, [fakePredictor({ durationMs: 0 })]);
  api = new ApiClient(server.url);
  const { id } = await api.predict('MKVLA', { prefer: 'wait=10' });
  const batch = (await (await api.submit('>a\nMK\n>b\nMV')).json()) as { id: string };
  ids = [id, batch.id];
});
afterAll(() => server.close());

/** A request as bytes. */
interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

const anyBytes = fc.uint8Array({ maxLength: 300 });
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme-ascii', maxLength: 60 }),
  fc.constantFrom('', '\0', '-1', '1e309', 'NaN', '9'.repeat(400), '\u2028', '__proto__', '[]'),
);
/** Text of a kind that the parsers know, and not quite. */
const almostRecords = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '>',
        '\n',
        '\r',
        'MKVLA',
        'ACGU',
        ':',
        'LOCUS       X',
        'ORIGIN',
        '//',
        '>P1;x\n',
        '[{"sequences":',
        'version: 1\nsequences:\n',
        'name,sequence\n',
        '*',
        '-',
        '\t',
      ),
      anyText,
    ),
    { maxLength: 30 },
  )
  .map((parts) => new TextEncoder().encode(parts.join('')));
const FIELDS = [
  ...['sequence', 'fasta', 'name', 'type', 'frame', 'start', 'geneticCode', 'circular'],
  ...['model', 'numRecycles', 'block', 'head', 'limit', 'cursor', 'status'],
];
const almostJson = fc
  .dictionary(fc.oneof(fc.constantFrom(...FIELDS), anyText), fc.oneof(anyText, fc.jsonValue()), {
    maxKeys: 6,
  })
  .map((value) => new TextEncoder().encode(JSON.stringify(value)));

const anyId = fc.oneof(
  fc.nat(1).map((index) => ids[index]!),
  anyText.map((text) => encodeURIComponent(text)),
  fc.constantFrom('%00', '%ff', '%', '..', '%2e%2e%2f', '{id}'),
);
const operations: Operation[] = Object.values(OPERATIONS);
const anyPath = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...operations.map(({ path }) => path)) },
  { weight: 1, arbitrary: fc.constantFrom(...OTHER_PATHS) },
);
const anyQuery = fc
  .array(fc.tuple(fc.oneof(fc.constantFrom(...FIELDS), anyText), anyText), { maxLength: 3 })
  .map((pairs) => pairs.map((pair) => pair.map((text) => encodeURIComponent(text)).join('=')));
/** What a header may hold; other bytes are refused by the parser of HTTP. */
const headerText = anyText.map((text) => text.replaceAll(/[^\t\x20-\x7e]/g, '?'));
const anyHeader = fc.oneof(
  fc.tuple(
    fc.constantFrom(
      'Accept',
      'Accept-Encoding',
      'Authorization',
      'Cookie',
      'If-None-Match',
      'Last-Event-ID',
      'Origin',
      'Prefer',
      'Range',
      'Sec-Fetch-Site',
      'X-Forwarded-For',
      'X-Request-Id',
    ),
    headerText,
  ),
  fc.constantFrom(
    ['Content-Encoding', 'gzip'] as const,
    ['Content-Encoding', 'br'] as const,
    ['Prefer', 'wait=1'] as const,
  ),
);
const anyRequest: fc.Arbitrary<Request> = fc
  .record({
    method: fc.constantFrom('GET', 'POST', 'DELETE', 'HEAD', 'PUT', 'OPTIONS'),
    path: anyPath,
    id: anyId,
    query: anyQuery,
    type: fc.constantFrom('application/json', 'text/plain', 'a/b', 'application/json; charset=x'),
    headers: fc.array(anyHeader, { maxLength: 3 }),
    body: fc.oneof(anyBytes, almostRecords, almostJson),
  })
  .map(({ method, path, id, query, type, headers, body }) => ({
    method,
    path: path.replace('{id}', id) + (query.length > 0 ? `?${query.join('&')}` : ''),
    headers: [['Content-Type', type], ...headers] as const,
    body,
  }));

/** The status of the answer; undefined where the connection is closed without one. */
function ask(parts: readonly (string | Uint8Array)[], isAll = false): Promise<number | undefined> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect({ host: hostname, port: Number(port) });
    socket.setTimeout(ANSWER_MS, () => {
      socket.destroy();
      reject(new Error('no answer in time'));
    });
    socket.setEncoding('latin1').on('data', (text: string) => (answer += text));
    socket.on('error', () => undefined); // the server closes on what is not HTTP
    socket.on('close', () => {
      const status = /^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1];
      resolve(status === undefined ? undefined : Number(status));
    });
    for (const part of parts) socket.write(part);
    if (isAll) socket.end();
  });
}

const isFault = (status: number): boolean => status >= 500 && status !== 503 && status !== 504;
const options = { numRuns: NUM_REQUESTS };

it('every address answers every request, and none is its own fault', async () => {
  await fc.assert(
    fc.asyncProperty(anyRequest, async ({ method, path, headers, body }) => {
      const lines = [
        `${method} ${path} HTTP/1.1`,
        'Host: localhost',
        'Connection: close',
        `Content-Length: ${body.length}`,
        ...headers.map(([name, value]) => `${name}: ${value}`),
      ];
      const status = await ask([`${lines.join('\r\n')}\r\n\r\n`, body]);
      expect(status).toBeDefined();
      expect(isFault(status!), String(status)).toBe(false);
    }),
    options,
  );
  expect(await api.predict('MKVLAW', { prefer: 'wait=10' })).toMatchObject({ status: 'completed' });
}, 300_000);

it('bytes that are no HTTP end nothing but their connection', async () => {
  await fc.assert(
    fc.asyncProperty(anyBytes, async (bytes) => {
      const status = await ask([bytes, '\r\n\r\n\r\n\r\n'], true);
      expect(status === undefined || !isFault(status)).toBe(true);
      expect((await api.fetch('/health/live')).status).toBe(200);
    }),
    { numRuns: Math.ceil(NUM_REQUESTS / 10) },
  );
}, 300_000);
