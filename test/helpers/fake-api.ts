import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { FoldError } from '#errors';
import type { Prediction } from '#predict/prediction';
import { confidenceJson, mmcifText, paeJson, pdbText, zipBundle } from '#predict/result-files';
import type { Chain } from '#sequence/chain';
import { interpret } from '#sequence/input';
import { fakeAttention, fakeFold, shaken } from './fake-fold.js';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};
const POLICY = "default-src 'self'; img-src 'self' blob: data:; object-src 'none'; base-uri 'none'";
const [NUM_PASSES, NUM_BLOCKS] = [3, 4];

/** The page and an API that speaks as the real one does, with made-up folds. */
export interface FakeApi {
  readonly url: string;
  readonly close: () => Promise<void>;
}

interface FakeJob {
  readonly id: string;
  readonly name: string;
  readonly chains: readonly Chain[];
  readonly prediction: Prediction;
  status: 'waiting' | 'active' | 'completed' | 'cancelled';
}

/**
 * Serves `dist/web` and `/api/v1`.
 *
 * @param options `stepMs` between two progress events; `port`, any free one by default
 */
export async function startFakeApi({ stepMs = 30, port: wanted = 0 } = {}): Promise<FakeApi> {
  const jobs = new Map<string, FakeJob>();
  const server = createServer((request, response) => {
    handle(request, response, jobs, stepMs).catch((error: unknown) => {
      if (!(error instanceof FoldError)) throw error;
      problem(response, 422, error);
    });
  });
  await new Promise<void>((resolve) => server.listen(wanted, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function json(response: ServerResponse, status: number, body: unknown) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function problem(
  response: ServerResponse,
  status: number,
  error: { code: string; message: string; hint?: string | undefined },
) {
  const { code, message: detail, hint } = error;
  response.writeHead(status, { 'content-type': 'application/problem+json' });
  response.end(
    JSON.stringify({ type: 'about:blank', title: 'Refused', status, code, detail, hint }),
  );
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  jobs: Map<string, FakeJob>,
  stepMs: number,
) {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const [, id, file] = /^\/api\/v1\/predictions\/([^/]+)\/?(.*)$/.exec(url.pathname) ?? [];
  const job = id === undefined ? undefined : jobs.get(id);
  if (url.pathname === '/api/v1/predictions' && request.method === 'POST')
    await submit(request, response, jobs);
  else if (url.pathname === '/api/v1/models') json(response, 200, { models: [MODEL] });
  else if (id !== undefined && !job)
    problem(response, 404, {
      code: 'PREDICTION_UNKNOWN',
      message: `There is no prediction ${id}.`,
    });
  else if (job) await answer(job, file ?? '', url, request, response, stepMs);
  else sendFile(url.pathname, response);
}

const MODEL = {
  name: 'codonfold-small',
  numBlocks: 4,
  numHeads: 4,
  numRecycles: 3,
  estimates: [
    { numResidues: 64, seconds: 1.2, megabytes: 300 },
    { numResidues: 256, seconds: 9, megabytes: 700 },
    { numResidues: 512, seconds: 40, megabytes: 2100 },
  ],
};

async function submit(
  request: IncomingMessage,
  response: ServerResponse,
  jobs: Map<string, FakeJob>,
) {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = JSON.parse(Buffer.concat(chunks).toString()) as {
    fasta: string;
    geneticCode?: number;
  };
  const { fasta, geneticCode = 1 } = body;
  const made = interpret(fasta, { geneticCode }).map(({ name, chains }): FakeJob => {
    const id = createHash('sha256').update(JSON.stringify(chains)).digest('hex').slice(0, 16);
    const old = jobs.get(id);
    if (old) return old;
    const job: FakeJob = {
      id,
      name,
      chains,
      prediction: fakeFold({ name, chains }),
      status: 'waiting',
    };
    jobs.set(id, job);
    return job;
  });
  const described = made.map(describe);
  json(
    response,
    202,
    described.length === 1 ? described[0] : { id: 'batch', predictions: described },
  );
}

function describe({ id, name, chains, status }: FakeJob) {
  const position = status === 'waiting' ? { position: 1 } : {};
  return { id, name, status, chains, estimate: { seconds: 4, megabytes: 300 }, ...position };
}

async function answer(
  job: FakeJob,
  file: string,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
  stepMs: number,
) {
  const { prediction } = job;
  const texts: Readonly<Record<string, () => string>> = {
    'structure.pdb': () => pdbText(prediction),
    'structure.cif': () => mmcifText(prediction),
    'confidence.json': () => confidenceJson(prediction),
    'pae.json': () => paeJson(prediction),
  };
  if (request.method === 'DELETE') {
    job.status = 'cancelled';
    response.writeHead(204).end();
  } else if (file === '') json(response, 200, describe(job));
  else if (file === 'events') await sendEvents(job, response, stepMs);
  else if (file === 'attention') {
    const select = (name: string): number => Number(url.searchParams.get(name));
    const { weights } = fakeAttention(prediction, { block: select('block'), head: select('head') });
    response.writeHead(200, { 'content-type': 'application/octet-stream' });
    response.end(Buffer.from(weights.buffer));
  } else if (file === 'bundle.zip') {
    const bytes = new TextEncoder().encode(pdbText(prediction));
    response.writeHead(200, { 'content-type': 'application/zip' });
    response.end(await zipBundle(job.name, { 'structure.pdb': bytes }));
  } else if (texts[file])
    response.writeHead(200, { 'content-type': 'text/plain' }).end(texts[file]());
  else problem(response, 404, { code: 'NOT_FOUND', message: `There is no ${file}.` });
}

const base64 = (values: Float32Array): string => Buffer.from(values.buffer).toString('base64');

async function sendEvents(job: FakeJob, response: ServerResponse, stepMs: number) {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  let number = 0;
  const send = (event: string, data: unknown): void => {
    response.write(`id: ${++number}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  send('status', describe(job));
  for (let pass = 0; pass < NUM_PASSES && job.status !== 'completed'; pass++) {
    for (let block = 0; block < NUM_BLOCKS; block++) {
      await delay(stepMs);
      if (job.status === 'cancelled') break;
      job.status = 'active';
      send('progress', { pass, numPasses: NUM_PASSES, block, numBlocks: NUM_BLOCKS });
    }
    const { atom14, plddt } = job.prediction;
    const coordinates = shaken(atom14, 6 / (pass + 1) ** 2);
    send('coordinates', { pass: pass + 1, atom14: base64(coordinates), plddt: base64(plddt) });
  }
  if (job.status === 'active') job.status = 'completed';
  send('status', describe(job));
  response.end();
}

function sendFile(path: string, response: ServerResponse) {
  const file = join('dist/web', normalize(path === '/' ? '/index.html' : path));
  try {
    response.writeHead(200, {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'content-security-policy': POLICY,
    });
    response.end(readFileSync(file));
  } catch {
    response.end();
  }
}
