/** @file The whole server in one process, on a real port and with the real embedded store; only the model is a fake. */
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parsePdb } from '#bio-pdb/pdb/reader';
import { FoldError } from '#errors';
import type { Confidence } from '#predict/files/confidence';
import type { BatchView, PredictionView } from '#server/http/api-schemas';
import { OPERATIONS } from '#server/http/operations';
import { ApiClient, problemIn } from '../../helpers/api-client.js';
import { FAKE_ENGINE, fakePredictor } from '../../helpers/fake-predictor.js';
import { startTestServer, type TestServer } from '../../helpers/server.js';

const CRAMBIN = 'TTCCPSIVARSNFNVCRLPGTPEALCATYTGCIIIPGATCPGDYAN';
/** Sequences that tell the fake model how to behave. */
const SLOW = 'W'.repeat(10);
const DEADLY = 'DEADLY'.replaceAll(/[^A-Z]/g, '');
const BROKEN = 'HHHHHHHH';

let server: TestServer;
let api: ApiClient;
const starts: string[] = [];

const predictor = fakePredictor({
  durationMs: ({ chains }) => (chains[0]!.sequence.startsWith(SLOW) ? 60_000 : 20),
  onStart: ({ chains }) => {
    const { sequence } = chains[0]!;
    starts.push(sequence);
    if (sequence === DEADLY) throw new FoldError('PROCESS_DIED', 'the model process ended');
    if (sequence === BROKEN) throw new Error('secret detail');
  },
});

beforeAll(async () => {
  server = await startTestServer(
    { MAX_RESIDUES: '500', MAX_BATCH: '5', MEMORY_LIMIT_MB: '200', MAX_BODY_KB: '64' },
    [predictor],
  );
  api = new ApiClient(server.url);
});
afterAll(() => server.close());

describe('POST /api/v1/predictions', () => {
  it('accepts a sequence, says where it is and what it takes', async () => {
    const response = await api.submit({ sequence: CRAMBIN, name: 'crambin' });
    expect(response.status).toBe(202);
    const job = (await response.json()) as PredictionView;
    expect(response.headers.get('location')).toBe(`/api/v1/predictions/${job.id}`);
    expect(job).toMatchObject({ name: 'crambin', numResidues: 46, model: 'fake', numRecycles: 2 });
    expect(job.estimate.seconds).toBeGreaterThan(0);
    expect(await api.finished(job.id)).toMatchObject({ status: 'completed', attempts: 1 });
  });

  it('gives the same id for the same input and computes it once', async () => {
    const first = await api.predict('MKVLA', { prefer: 'wait=10' });
    const [again, lowerCase, broken] = await Promise.all(
      ['MKVLA', 'mkv la\n', 'MKV\nLA'].map((text) => api.submit(text)),
    );
    for (const response of [again!, lowerCase!, broken!]) {
      expect(response.status).toBe(200);
      expect(((await response.json()) as PredictionView).id).toBe(first.id);
    }
    expect(starts.filter((sequence) => sequence === 'MKVLA')).toHaveLength(1);
  });

  it('folds records as one complex, whose chains have the names of whoever asked', async () => {
    const fasta = '>heavy\nMKVLAWAA\n>light\nGAGAWYYA\n';
    const bodies = [
      [{ fasta, complex: true }, ['heavy', 'light']],
      [{ fasta, complex: true, chainNames: ['H', 'L'] }, ['H', 'L']],
      [{ sequence: 'MKVLAWAA:GAGAWYYA', chainNames: ['x1', 'x2'] }, ['x1', 'x2']],
    ] as const;
    for (const [body, names] of bodies) {
      const { id, chains } = await api.predict(body, { prefer: 'wait=10' });
      expect(chains.map((chain) => chain.id)).toEqual(names);
      const confidence = (await (await api.file(id, 'confidence.json')).json()) as Confidence;
      expect(confidence.chains.map((chain) => chain.id)).toEqual(names);
      expect(confidence.chainPairs).toMatchObject([{ chains: names }]);
    }
    expect(starts.filter((sequence) => sequence === 'MKVLAWAA')).toHaveLength(1);
    const wrong = await api.submit({ fasta, complex: true, chainNames: ['H'] });
    expect(await problemIn(wrong)).toMatchObject({ status: 400, code: 'REQUEST_INVALID' });
  });

  it.each([
    ['another model option', { sequence: 'MKVLA', numRecycles: 1 }],
    ['another letter', { sequence: 'MKVLG' }],
    ['two chains', { sequence: 'MKV:LA' }],
    ['codons', { sequence: 'ATGAAAGTACTAGCA', type: 'dna' }],
    ['another name', { sequence: 'MKVLA', name: 'other' }],
  ])('gives %s another id', async (_, body) => {
    const { id } = await api.predict('MKVLA');
    expect((await api.predict(body)).id).not.toBe(id);
  });

  it('reads a gene and keeps the codon of each residue', async () => {
    const body = { sequence: 'ATGAAAGTATTAGCATAA', type: 'dna', name: 'gene', geneticCode: 11 };
    const job = await api.predict(body, { prefer: 'wait=10' });
    expect(job.input).toMatchObject({ kind: 'dna', frame: 1, geneticCode: 11 });
    const confidence = (await (await api.file(job.id, 'confidence.json')).json()) as Confidence;
    expect(confidence.chains[0]!.codons!.map(({ codon }) => codon)).toEqual([
      'ATG',
      'AAA',
      'GTA',
      'TTA',
      'GCA',
    ]);
  });

  it('starts at other codons where that is asked for', async () => {
    const body = { sequence: `TAG${'CTGAAAGTATTAGCA'.repeat(3)}TAA`, type: 'dna', start: 4 };
    const usual = await api.predict(body);
    const other = await api.predict({ ...body, alternativeStarts: true });
    expect(usual.chains[0]!.sequence).toMatch(/^LKVLA/);
    expect(other.chains[0]!.sequence).toMatch(/^MKVLA/);
  });

  it('answers with the result where the client prefers to wait', async () => {
    const response = await api.submit('MKVIA', { prefer: 'respond-async, wait=10' });
    expect(response.status).toBe(200);
    expect(response.headers.get('preference-applied')).toBe('wait=10');
    expect(await response.json()).toMatchObject({ status: 'completed' });
  });

  it('does not wait longer than the client prefers', async () => {
    const began = Date.now();
    const response = await api.submit(`${SLOW}A`, { prefer: 'wait=1' });
    expect(response.status).toBe(202);
    expect(Date.now() - began).toBeLessThan(20_000);
    const { id } = (await response.json()) as PredictionView;
    await api.fetch(`/api/v1/predictions/${id}`, { method: 'DELETE' });
  });

  it('makes a batch of several records', async () => {
    const fasta = '>one\nMKVLS\n>two\nMKVLT\n>three\nMKVLS';
    const response = await api.submit({ fasta }, { prefer: 'wait=10' });
    const batch = (await response.json()) as BatchView;
    expect(response.headers.get('location')).toBe(`/api/v1/batches/${batch.id}`);
    expect(batch.status).toBe('completed');
    expect(batch.predictions.map(({ name }) => name)).toEqual(['one', 'two', 'three']);
    expect(await api.batch(batch.id)).toEqual(batch);
  });

  it('cancels a batch', async () => {
    const fasta = `>a\n${SLOW}C\n>b\n${SLOW}D`;
    const { id } = (await (await api.submit({ fasta })).json()) as BatchView;
    const response = await api.fetch(`/api/v1/batches/${id}`, { method: 'DELETE' });
    expect(await response.json()).toMatchObject({ counts: { cancelled: 2 } });
  });

  it.each([
    ['a letter', 'MKVLATQ1LA', 'SEQUENCE_LETTER', { position: 8, letter: '1' }],
    ['a name', 'P69905', 'SEQUENCE_NAME', {}],
    ['nothing', '', 'SEQUENCE_EMPTY', {}],
    ['too many residues', 'M'.repeat(501), 'SEQUENCE_TOO_LONG', {}],
    ['too many records', '>a\nMK\n'.repeat(6), 'BATCH_TOO_LARGE', {}],
    ['a PDB file', 'HEADER    HYDROLASE\nATOM      1  N', 'SEQUENCE_FORMAT', { line: 1 }],
    ['what memory has no room for', 'M'.repeat(490), 'MEMORY_ESTIMATE', {}],
  ])('refuses %s with 422 and says why', async (_, text, code, members) => {
    const response = await api.submit(text);
    expect(response.status).toBe(422);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    const problem = await problemIn(response);
    expect(problem).toMatchObject({ code, status: 422, ...members });
    expect(problem.detail).not.toBe('');
    expect(problem.hint).toBeDefined();
  });

  it.each([
    ['an unknown field', { sequence: 'MKV', colour: 'red' }],
    ['both sequence and fasta', { sequence: 'MKV', fasta: 'MKV' }],
    ['neither', {}],
    ['a frame that does not exist', { sequence: 'MKV', frame: 4 }],
    ['a negative number of recycles', { sequence: 'MKV', numRecycles: -1 }],
    ['null for a number', { sequence: 'MKV', numRecycles: null }],
    ['a name for many records', { fasta: '>a\nMK\n>b\nMV', name: 'both' }],
    ['a list', []],
  ])('refuses %s with 400 and names the field', async (_, body) => {
    const response = await api.submit(body);
    expect(response.status).toBe(400);
    const problem = await problemIn(response);
    expect(problem.code).toBe('REQUEST_INVALID');
    expect(problem.errors!.length).toBeGreaterThan(0);
  });

  it('refuses JSON that is none, and unknown query parameters', async () => {
    const headers = { 'content-type': 'application/json' };
    expect(await problemIn(await api.submit('{"sequence": ', headers))).toMatchObject({
      code: 'REQUEST_INVALID',
      status: 400,
    });
    const response = await api.fetch('/api/v1/predictions?colour=red', {
      method: 'POST',
      body: 'M',
    });
    expect(response.status).toBe(400);
  });

  it('refuses an unknown model and says which there are', async () => {
    const problem = await problemIn(await api.submit({ sequence: 'MKV', model: 'alphafold' }));
    expect(problem).toMatchObject({ code: 'MODEL_UNKNOWN', hint: 'this server has fake' });
  });

  it('refuses a body that is too large', async () => {
    const response = await api.submit('A'.repeat(70_000));
    expect(response.status).toBe(413);
    expect(await problemIn(response)).toMatchObject({ code: 'BODY_TOO_LARGE' });
  });
});

describe('a prediction', () => {
  it('is listed, newest first, page after page', async () => {
    const a = await api.predict('MKVLAA', { prefer: 'wait=10' });
    const b = await api.predict('MKVLAC', { prefer: 'wait=10' });
    const list = async (query: string) =>
      (await (await api.fetch(`/api/v1/predictions?${query}`)).json()) as {
        predictions: PredictionView[];
        next: number;
      };
    const first = await list('limit=1&status=completed');
    expect(first.predictions.map(({ id }) => id)).toEqual([b.id]);
    const second = await list(`limit=1&status=completed&cursor=${first.next}`);
    expect(second.predictions.map(({ id }) => id)).toEqual([a.id]);
  });

  it('tells its place in the queue and its progress', async () => {
    const active = await api.predict(`${SLOW}E`);
    const waiting = await api.predict(`${SLOW}F`);
    const last = await api.predict(`${SLOW}G`);
    expect((await api.job(waiting.id)).position).toBe(0);
    expect((await api.job(last.id)).position).toBe(1);
    await vi.waitFor(async () => {
      const { progress, status } = await api.job(active.id);
      expect(status).toBe('active');
      expect(progress).toMatchObject({ pass: 0, numPasses: 3, block: 1, numBlocks: 4 });
    }, 15_000);
    for (const { id } of [active, waiting, last])
      await api.fetch(`/api/v1/predictions/${id}`, { method: 'DELETE' });
  });

  it('stops long before its end when it is cancelled, and the next one runs', async () => {
    const { id } = await api.predict(`${SLOW}H`);
    await vi.waitFor(async () => {
      expect((await api.job(id)).status).toBe('active');
    });
    const began = Date.now();
    const response = await api.fetch(`/api/v1/predictions/${id}`, { method: 'DELETE' });
    expect(await response.json()).toMatchObject({ status: 'cancelled' });
    const next = await api.predict('MKVLAD', { prefer: 'wait=10' });
    expect(next.status).toBe('completed');
    expect(Date.now() - began).toBeLessThan(20_000);
    expect(await problemIn(await api.file(id, 'structure.pdb'))).toMatchObject({
      status: 409,
      code: 'JOB_CANCELLED',
    });
  });

  it('runs anew when it is submitted after it was cancelled', async () => {
    const { id } = await api.predict(`${SLOW}I`);
    await api.fetch(`/api/v1/predictions/${id}`, { method: 'DELETE' });
    const response = await api.submit(`${SLOW}I`);
    expect(response.status).toBe(202);
    await vi.waitFor(async () => {
      expect((await api.job(id)).status).toBe('active');
    });
    await api.fetch(`/api/v1/predictions/${id}`, { method: 'DELETE' });
  });

  it('that ends its process again and again fails with a reason after four starts', async () => {
    const { id } = await api.predict(DEADLY);
    const job = await api.finished(id);
    expect(job).toMatchObject({ status: 'failed', error: { code: 'JOB_INTERRUPTED' } });
    expect(starts.filter((sequence) => sequence === DEADLY)).toHaveLength(4);
    await api.predict('MKVLAE', { prefer: 'wait=10' }); // the model is well again
  });

  it('that meets a bug of ours fails without telling details', async () => {
    const { id } = await api.predict(BROKEN);
    const job = await api.finished(id);
    expect(job.error).toEqual({ code: 'INTERNAL', detail: 'something went wrong on our side' });
  });

  it('is not found where there is none', async () => {
    for (const path of [
      '',
      '/events',
      '/structure.pdb',
      '/neighbours',
      '/attention?block=0&head=0',
    ]) {
      const response = await api.fetch(`/api/v1/predictions/nobody${path}`);
      expect(await problemIn(response), path).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    }
  });
});

describe('result files', () => {
  let id: string;
  beforeAll(async () => {
    ({ id } = await api.predict({ sequence: CRAMBIN, name: 'crambin' }, { prefer: 'wait=10' }));
  });

  it('are a structure, its confidence and its errors', async () => {
    const pdb = await (await api.file(id, 'structure.pdb')).text();
    expect(parsePdb(pdb).models[0]!.chains[0]!.residues).toHaveLength(46);
    expect(await (await api.file(id, 'structure.cif')).text()).toContain('_ma_qa_metric_local');
    const confidence = (await (await api.file(id, 'confidence.json')).json()) as Confidence;
    expect(confidence.chains[0]!.plddt).toHaveLength(46);
    const [pae] = (await (await api.file(id, 'pae.json')).json()) as {
      predicted_aligned_error: number[][];
      max_predicted_aligned_error: number;
    }[];
    expect(pae!.predicted_aligned_error).toHaveLength(46);
    expect(pae!.max_predicted_aligned_error).toBe(31.75);
  });

  it('are all in the bundle', async () => {
    const response = await api.file(id, 'bundle.zip');
    expect(response.headers.get('content-disposition')).toContain('crambin.zip');
    const files = unzipSync(new Uint8Array(await response.arrayBuffer()));
    expect(Object.keys(files).sort()).toEqual(
      ['.cif', '.confidence.json', '.pdb', '_predicted_aligned_error_v1.json'].map(
        (ending) => `crambin/crambin${ending}`,
      ),
    );
    const pdb = new TextDecoder().decode(files['crambin/crambin.pdb']);
    expect(pdb).toBe(await (await api.file(id, 'structure.pdb')).text());
  });

  it.each(['structure.pdb', 'pae.json', 'bundle.zip'])(
    '%s is not sent again unchanged',
    async (name) => {
      const first = await api.file(id, name);
      await first.arrayBuffer();
      const etag = first.headers.get('etag')!;
      expect(first.headers.get('cache-control')).toContain('immutable');
      const second = await api.file(id, name, { 'if-none-match': etag });
      expect(second.status).toBe(304);
      expect(await second.text()).toBe('');
    },
  );

  it('are sent uncompressed to clients that want that', async () => {
    const plain = await api.file(id, 'pae.json', { 'accept-encoding': 'identity' });
    expect(plain.headers.get('content-encoding')).toBeNull();
    const zipped = await api.file(id, 'pae.json');
    expect(zipped.headers.get('content-encoding')).toBe('gzip');
    expect(await zipped.text()).toBe(await plain.text());
    expect(zipped.headers.get('etag')).not.toBe(plain.headers.get('etag'));
  });

  it('include attention as numbers and as bytes', async () => {
    const json = await api.file(id, 'attention?block=1&head=2');
    const { weights } = (await json.json()) as { weights: number[][] };
    expect(weights).toHaveLength(46);
    expect(weights[3]!.reduce((a, b) => a + b)).toBeCloseTo(1, 3);
    const accept = { accept: 'application/octet-stream' };
    const bytes = await (await api.file(id, 'attention?block=1&head=2', accept)).arrayBuffer();
    expect(new Float32Array(bytes)).toHaveLength(46 * 46);
    const query = 'attention?network=language-model&block=1&head=4';
    expect((await api.file(id, query)).status).toBe(200);
    const overview = await api.file(id, 'attention/overview');
    const { size, heads } = (await overview.json()) as {
      size: number;
      heads: { network: string; block: number; head: number; thumbnail: string }[];
    };
    expect(heads).toHaveLength(2 * 5 + 4 * 3);
    expect(heads[9]).toMatchObject({ network: 'language-model', block: 1, head: 4 });
    expect(Buffer.from(heads[21]!.thumbnail, 'base64')).toHaveLength(size * size);
  });

  it.each([
    'block=4&head=0',
    'network=language-model&block=2&head=0',
    'network=eyes&block=0&head=0',
    'block=0&head=3',
    'block=-1&head=0',
    'block=0',
    'block=x&head=0',
    'block=&head=0',
  ])('refuse attention of %s', async (query) => {
    expect((await api.file(id, `attention?${query}`)).status).toBe(400);
  });

  it('wait until the prediction has finished', async () => {
    const slow = await api.predict(`${SLOW}K`);
    expect(await problemIn(await api.file(slow.id, 'structure.pdb'))).toMatchObject({
      status: 409,
      code: 'JOB_UNFINISHED',
    });
    await api.fetch(`/api/v1/predictions/${slow.id}`, { method: 'DELETE' });
  });

  it('name the earlier predictions that resemble them most', async () => {
    const near = await api.predict(`${CRAMBIN}A`, { prefer: 'wait=10' });
    const response = await api.file(near.id, 'neighbours?limit=3');
    const { neighbours } = (await response.json()) as {
      neighbours: { similarity: number; prediction: PredictionView }[];
    };
    expect(neighbours[0]!.prediction.id).toBe(id);
    // All words of crambin's 46 residues, and three more.
    expect(neighbours[0]!.similarity).toBeGreaterThan(0.98);
    const similarities = neighbours.map(({ similarity }) => similarity);
    expect(similarities).toEqual(similarities.toSorted((a, b) => b - a));
    expect(similarities.length).toBeLessThanOrEqual(3);
  });
});

describe('GET /api/v1/predictions/{id}/events', () => {
  it('tells status, progress and coordinates of each pass, then ends', async () => {
    const { id } = await api.predict('MKVLAF');
    const events = await api.events(id);
    const last = events.at(-1)!;
    expect(last).toMatchObject({ name: 'status', data: { status: 'completed' } });
    const passes = events.filter(({ name }) => name === 'coordinates');
    expect(passes.map(({ data }) => data['pass'])).toEqual([1, 2, 3]);
    const bytes = Buffer.from(passes[0]!.data['atom14'] as string, 'base64');
    expect(bytes.length).toBe(4 * 6 * 14 * 3);
    const ids = events.map((event) => Number(event.id));
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
  });

  it('resumes after the last event that was seen', async () => {
    const { id } = await api.predict('MKVLAG');
    const seen = await api.events(id, { isEnough: ({ name }) => name === 'coordinates' });
    const rest = await api.events(id, { lastEventId: seen.at(-1)!.id });
    const passes = [...seen, ...rest].filter(({ name }) => name === 'coordinates');
    expect(passes.map(({ data }) => data['pass'])).toEqual([1, 2, 3]);
  });

  it('says that nothing more comes to a client that saw the end', async () => {
    const { id } = await api.predict('MKVLAH', { prefer: 'wait=10' });
    const events = await api.events(id);
    expect(events.map(({ name }) => name)).toContain('status');
    const response = await api.fetch(`/api/v1/predictions/${id}/events`, {
      headers: { 'last-event-id': events.at(-1)!.id },
    });
    expect(response.status).toBe(204);
  });
});

describe('the other addresses', () => {
  it('POST /foldSequence/v1/pdb/ takes a sequence as curl sends it and gives PDB', async () => {
    const response = await api.fetch('/foldSequence/v1/pdb/', {
      method: 'POST',
      body: CRAMBIN,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(response.status).toBe(200);
    expect(parsePdb(await response.text()).models[0]!.chains[0]!.residues).toHaveLength(46);
    const short = await api.fetch('/foldSequence/v1', { method: 'POST', body: CRAMBIN });
    expect(parsePdb(await short.text()).models[0]!.chains[0]!.residues).toHaveLength(46);
    const refused = await api.fetch('/foldSequence/v1/pdb/', { method: 'POST', body: 'MKVLATQ1V' });
    expect(await problemIn(refused)).toMatchObject({ status: 422, position: 8 });
  });

  it('name what a query gives twice', async () => {
    const path = '/api/v1/predictions?numRecycles=0&numRecycles=1';
    const response = await api.fetch(path, { method: 'POST', body: CRAMBIN });
    const problem = { status: 400, detail: 'wrong query: numRecycles is given twice' };
    expect(await problemIn(response)).toMatchObject(problem);
  });

  it('POST /api/v1/translate shows what a prediction would read', async () => {
    const body = JSON.stringify({ fasta: '>gene\nATGAAATAA\n>protein\nMKWL' });
    const headers = { 'content-type': 'application/json' };
    const response = await api.fetch('/api/v1/translate', { method: 'POST', body, headers });
    const { records } = (await response.json()) as { records: Record<string, unknown>[] };
    expect(records).toMatchObject([
      { name: 'gene', kind: 'dna', chains: [{ sequence: 'MK' }], frame: 1 },
      { name: 'protein', kind: 'protein', chains: [{ sequence: 'MKWL' }] },
    ]);
  });

  it('GET /api/v1/models names the models with what they need', async () => {
    const response = await api.fetch('/api/v1/models');
    expect(await response.json()).toMatchObject({
      models: [
        {
          ...{ name: 'fake', isDefault: true, numBlocks: 4 },
          ...{ device: 'auto', precision: 'float32', engine: FAKE_ENGINE },
          attention: [
            { network: 'language-model', numBlocks: 2, numHeads: 5 },
            { network: 'trunk', numBlocks: 4, numHeads: 3 },
          ],
        },
      ],
      known: expect.arrayContaining([
        expect.objectContaining({ name: 'esmfold_v1', licence: 'MIT', downloadGigabytes: 8.44 }),
      ]) as unknown,
    });
  });

  it('GET /health tells that it runs and is ready', async () => {
    expect((await api.fetch('/health/live')).status).toBe(200);
    expect(await (await api.fetch('/health/ready')).json()).toEqual({
      status: 'ok',
      database: 'ok',
      model: 'ok',
      workers: 1,
      engine: FAKE_ENGINE,
    });
  });

  it('GET /metrics counts requests, jobs, times and cache hits', async () => {
    await api.predict('MKVLAI', { prefer: 'wait=10' });
    const text = await (await api.fetch('/metrics')).text();
    expect(text).toMatch(/codonfold_http_request_duration_seconds_count\{.*submit|predictions/);
    expect(text).toMatch(/codonfold_jobs\{state="waiting"\} \d/);
    expect(text).toMatch(/codonfold_jobs_finished_total\{state="completed"\} [1-9]/);
    expect(text).toMatch(/codonfold_job_run_seconds_count\{length="64"\} [1-9]/);
    expect(text).toMatch(/codonfold_job_wait_seconds_count\{length="64"\} [1-9]/);
    expect(text).toMatch(/codonfold_cache_requests_total\{outcome="hit"\} [1-9]/);
    expect(text).toContain('process_resident_memory_bytes');
  });

  it('GET /api/v1/openapi.json documents every route, GET /api/docs shows them', async () => {
    const document = (await (await api.fetch('/api/v1/openapi.json')).json()) as {
      paths: Record<string, Record<string, unknown>>;
    };
    const docs = await (await api.fetch('/api/docs')).text();
    for (const { method, path } of Object.values(OPERATIONS)) {
      expect(document.paths[path]?.[method], path).toBeDefined();
      expect(docs).toContain(path);
    }
  });

  it('every answer carries security headers and a request id', async () => {
    for (const path of ['/', '/api/docs', '/api/v1/models', '/nothing']) {
      const { headers } = await api.fetch(path, { headers: { 'x-request-id': 'abc-1' } });
      expect(headers.get('content-security-policy')).toContain(
        "script-src 'self' 'wasm-unsafe-eval'",
      );
      expect(headers.get('content-security-policy')).not.toContain('unsafe-inline');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('x-request-id')).toBe('abc-1');
    }
  });

  it('requests of other sites’ pages are refused', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
    const response = await api.submit('MKV', headers);
    expect(await problemIn(response)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  });
});
