/** @file Alignments over REST: beside a sequence in JSON or in a form, kept with the job and read by its model. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadModel } from '#predict/node/load-model';
import { localPredictor } from '#predict/predictor';
import type { PredictionView } from '#server/http/api-schemas';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { alphafold2File } from '../helpers/alphafold2-tiny.js';
import { ApiClient, problemIn } from '../helpers/api-client.js';
import { startReadingServer, type ReadingServer } from '../helpers/reading-server.js';
import { startTestServer } from '../helpers/server.js';

const A3M = readFileSync(alphafold2File('msa.a3m'), 'utf8');
const SEQUENCE = A3M.split('\n')[1]!;
const PREDICTIONS = '/api/v1/predictions';

let server: ReadingServer;
let api: ApiClient;

beforeAll(async () => {
  const settings = { MAX_ALIGNMENT_MB: '1', MAX_BODY_KB: '64' };
  server = await startReadingServer({ readsAlignments: true }, settings);
  ({ api } = server);
});
afterAll(() => server.close());

const submitForm = (fields: Record<string, string | Blob>): Promise<Response> =>
  server.submitForm(Object.entries(fields));
const viewIn = async (response: Promise<Response>) =>
  (await (await response).json()) as PredictionView;

describe('an alignment beside a sequence', () => {
  it('reaches the model as it was sent, and can be downloaded from the start', async () => {
    const body = { sequence: SEQUENCE, alignment: A3M, maxMsa: '8:16', msaSampling: 'first' };
    const job = await api.predict(body);
    expect(job.alignment).toEqual({ numRows: 14, isFound: true });
    const address = job.links['alignment.a3m']!;
    expect(await (await api.fetch(address)).text()).toBe(A3M);
    const plain = await api.fetch(address, { headers: { 'accept-encoding': 'identity' } });
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(await plain.text()).toBe(A3M);
    expect((await api.finished(job.id)).status).toBe('completed');
    expect(server.seen.at(-1)!.alignment).toEqual({
      text: A3M,
      maxClusters: 8,
      maxExtra: 16,
      sampling: 'first',
    });
  });

  it('is part of the id, with what is drawn from it', async () => {
    const ids = [
      await api.predict({ sequence: SEQUENCE }),
      await api.predict({ sequence: SEQUENCE, alignment: A3M }),
      await api.predict({ sequence: SEQUENCE, alignment: `${A3M}>more\n${SEQUENCE}\n` }),
      await api.predict({ sequence: SEQUENCE, alignment: A3M, seed: 1 }),
      await api.predict({ sequence: SEQUENCE, alignment: A3M, maxMsa: '8:16' }),
    ].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(await api.predict({ sequence: SEQUENCE, alignment: A3M })).toMatchObject({ id: ids[1] });
  });

  it('may be a file of a form, packed or not, and is the same then', async () => {
    const { id } = await api.predict({ sequence: SEQUENCE, alignment: A3M, seed: 7 });
    const fields = { sequence: SEQUENCE, seed: '7' };
    const packed = new Blob([gzipSync(A3M)]);
    for (const alignment of [A3M, new Blob([A3M]), packed])
      expect(await viewIn(submitForm({ ...fields, alignment }))).toMatchObject({ id });
  });

  it('may be larger than a request without one', async () => {
    const rows = Array.from({ length: 2000 }, (_, row) => `>row ${row}\n${SEQUENCE}\n`).join('');
    const job = await api.predict({ sequence: SEQUENCE, alignment: `${A3M}${rows}` });
    expect(job.alignment).toEqual({ numRows: 2014, isFound: true });
  });
});

describe('what is refused', () => {
  it.each<[string, object, number, string, string]>([
    [
      'another sequence',
      { sequence: `${SEQUENCE}A`, alignment: A3M },
      422,
      'ALIGNMENT_MISMATCH',
      '',
    ],
    ['no alignment', { sequence: SEQUENCE, alignment: 'relatives' }, 422, 'PARSE_ALIGNMENT', ''],
    [
      'a model that reads none',
      { sequence: SEQUENCE, alignment: A3M, model: 'other' },
      400,
      'REQUEST_INVALID',
      'other reads no alignment',
    ],
    [
      'several sequences',
      { fasta: `>a\n${SEQUENCE}\n>b\n${SEQUENCE}\n`, alignment: A3M },
      400,
      'REQUEST_INVALID',
      'one sequence at a time',
    ],
    [
      'a tolerance for a model that makes all passes',
      { sequence: SEQUENCE, recycleTolerance: 0.5 },
      400,
      'REQUEST_INVALID',
      'has no recycle tolerance',
    ],
    ['a seed for nothing', { sequence: SEQUENCE, seed: 3 }, 400, 'REQUEST_INVALID', 'seed'],
    [
      'rows that are no numbers',
      { sequence: SEQUENCE, alignment: A3M, maxMsa: 'many' },
      400,
      'REQUEST_INVALID',
      'maxMsa',
    ],
    [
      'more than may be sent',
      { sequence: SEQUENCE, alignment: A3M + 'A'.repeat(1 << 20) },
      413,
      'BODY_TOO_LARGE',
      '1 MB',
    ],
    [
      'long sequences',
      { sequence: 'A'.repeat(1 << 17), alignment: A3M },
      413,
      'BODY_TOO_LARGE',
      '',
    ],
  ])('%s', async (_, body, status, code, detail) => {
    const problem = await problemIn(await api.submit(body));
    expect(problem).toMatchObject({ status, code });
    expect(problem.detail).toContain(detail);
  });

  it.each<[string, Blob, number, string]>([
    [
      'a file that would unpack to more than may be sent',
      new Blob([gzipSync('\n'.repeat(1 << 21))]),
      413,
      'BODY_TOO_LARGE',
    ],
    [
      'a file that is cut short',
      new Blob([gzipSync(A3M).subarray(0, 100)]),
      400,
      'REQUEST_INVALID',
    ],
  ])('%s', async (_, alignment, status, code) => {
    const problem = await problemIn(await submitForm({ sequence: SEQUENCE, alignment }));
    expect(problem).toMatchObject({ status, code });
  });

  it('a form that is cut short, or not of this address', async () => {
    const headers = { 'content-type': 'multipart/form-data; boundary=x' };
    const broken = { method: 'POST', headers, body: '--x\r\nContent-Disp' };
    expect(await problemIn(await api.fetch(PREDICTIONS, broken))).toMatchObject({
      status: 400,
      code: 'REQUEST_INVALID',
    });
    expect(await problemIn(await api.fetch('/api/v1/translate', broken))).toMatchObject({
      status: 415,
      code: 'MEDIA_TYPE',
    });
  });

  it('to look for an alignment where there is none, and one that was deleted', async () => {
    const without = await api.predict({ sequence: 'MKVLA' });
    expect(without.links).not.toHaveProperty('alignment.a3m');
    const answer = await api.file(without.id, 'alignment.a3m');
    expect(await problemIn(answer)).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    const job = await api.predict({ sequence: SEQUENCE, alignment: A3M, seed: 99 });
    await api.finished(job.id);
    await api.fetch(`${PREDICTIONS}/${job.id}`, { method: 'DELETE' });
    expect((await api.file(job.id, 'alignment.a3m')).status).toBe(404);
  });
});

it('the tiny AlphaFold 2 folds over REST as the original does', async () => {
  const model = loadModel(alphafold2File('openfold.pt'));
  const folding = await startTestServer({}, [localPredictor(nodeEngine(1), model)]);
  try {
    const client = new ApiClient(folding.url);
    const body = {
      sequence: SEQUENCE,
      type: 'protein',
      alignment: A3M,
      maxMsa: '512:1024',
      msaSampling: 'first',
    };
    const { id } = await client.predict(body);
    expect((await client.finished(id, 60_000)).status).toBe('completed');
    const alphas = (pdb: string) =>
      pdb
        .split('\n')
        .filter((line) => line.startsWith('ATOM') && line.slice(12, 16) === ' CA ')
        .map((line) => [30, 38, 46].map((at) => Number(line.slice(at, at + 8))));
    const found = alphas(await (await client.file(id, 'structure.pdb')).text());
    const wanted = alphas(readFileSync(alphafold2File('msa.pdb'), 'utf8'));
    expect(found).toHaveLength(wanted.length);
    for (const [residue, position] of found.entries())
      for (const [axis, x] of position.entries())
        expect(Math.abs(x - wanted[residue]![axis]!)).toBeLessThan(0.003);
    const confidence = await (await client.file(id, 'confidence.json')).json();
    expect(confidence).toMatchObject({ alignment: { numRows: 14 } });
    const early = await client.predict({ ...body, recycleTolerance: 500 });
    expect(early.id).not.toBe(id);
    await client.finished(early.id, 60_000);
    expect(await (await client.file(early.id, 'confidence.json')).json()).toMatchObject({
      numRecycles: 1,
      recycling: { mostRecycles: 3, tolerance: 500 },
    });
  } finally {
    await folding.close();
  }
}, 120_000);
