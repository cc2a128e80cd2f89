/** @file Whose predictions are whose: submissions are the submitter's own, results are shared by content. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Confidence } from '#predict/files/confidence';
import type { BatchView, PredictionView } from '#server/http/api-schemas';
import { ApiClient, problemIn } from '../helpers/api-client.js';
import { fakePredictor } from '../helpers/fake-predictor.js';
import { startTestServer, type TestServer } from '../helpers/server.js';
import { temporaryFolder } from '../helpers/services.js';

const UBIQUITIN = 'MQIFVKTLTGKTITLEVEPSDTIENVKAKIQDKEGIPPDQQRLIFAGKQLEDGRTLSDYNIQKESTLHLVLRLRGG';
const SLOW = 'W'.repeat(10);
const SHARED = { HOST: '0.0.0.0' };
const predictions = '/api/v1/predictions';

let server: TestServer | undefined;
let starts: string[];
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const start = async (settings: Record<string, string> = {}): Promise<string> => {
  starts = [];
  server = await startTestServer(settings, [
    fakePredictor({
      durationMs: ({ chains }) => (chains[0]!.sequence.startsWith(SLOW) ? 60_000 : 20),
      onStart: ({ chains }) => starts.push(chains[0]!.sequence),
    }),
  ]);
  return server.url.replace('0.0.0.0', '127.0.0.1');
};
/** A browser, which keeps a secret. */
const browser = (url: string, secret: string): ApiClient =>
  new ApiClient(url, { cookie: `codonfold-browser=${secret.repeat(32)}` });
const listOf = async (api: ApiClient): Promise<PredictionView[]> =>
  ((await (await api.fetch(predictions)).json()) as { predictions: PredictionView[] }).predictions;

describe('two browsers', () => {
  it('fold the same sequence once, and each finds its own name and title', async () => {
    const url = await start(SHARED);
    const [mine, yours] = [browser(url, 'a'), browser(url, 'b')];
    const first = await mine.predict(`>my antigen\n${UBIQUITIN}`, { prefer: 'wait=10' });
    const second = await yours.predict(`>ubq ubiquitin\n${UBIQUITIN}`, { prefer: 'wait=10' });
    expect(starts).toEqual([UBIQUITIN]);
    expect([first.status, second.status]).toEqual(['completed', 'completed']);
    expect(second.id).not.toBe(first.id);
    for (const [api, view, name, title] of [
      [mine, first, 'my', 'my antigen'],
      [yours, second, 'ubq', 'ubq ubiquitin'],
    ] as const) {
      expect((await listOf(api)).map(({ id }) => id)).toEqual([view.id]);
      expect(await api.job(view.id)).toMatchObject({ name, input: { title }, isOwn: true });
      const pdb = await api.file(view.id, 'structure.pdb');
      expect(pdb.headers.get('content-disposition')).toContain(`${name}.pdb`);
      expect((await pdb.text()).slice(0, 400)).toContain(` ${name} `);
    }
  });

  it('with a gene and its protein share the fold, and the gene keeps its codons', async () => {
    const url = await start(SHARED);
    const protein = await browser(url, 'a').predict('MKVLA', { prefer: 'wait=10' });
    const gene = await browser(url, 'b').predict(
      { sequence: 'ATGAAAGTATTAGCATAA', type: 'dna', name: 'gene' },
      { prefer: 'wait=10' },
    );
    expect(starts).toEqual(['MKVLA']);
    const codonsOf = async (id: string): Promise<unknown> => {
      const file = await browser(url, 'b').file(id, 'confidence.json');
      return ((await file.json()) as Confidence).chains[0]!.codons?.map(({ codon }) => codon);
    };
    expect(await codonsOf(gene.id)).toEqual(['ATG', 'AAA', 'GTA', 'TTA', 'GCA']);
    expect(await codonsOf(protein.id)).toBeUndefined();
  });

  it('list nothing of each other, nor does a program without a key', async () => {
    const url = await start(SHARED);
    await browser(url, 'a').predict('MKVLA', { prefer: 'wait=10' });
    await new ApiClient(url).predict('MKVLC', { prefer: 'wait=10' });
    expect(await listOf(browser(url, 'b'))).toEqual([]);
    expect(await listOf(new ApiClient(url))).toEqual([]);
  });

  it('have neighbours among their own predictions only', async () => {
    const url = await start(SHARED);
    const [mine, yours] = [browser(url, 'a'), browser(url, 'b')];
    const target = await mine.predict('MKVLAMKVLA', { prefer: 'wait=10' });
    await yours.predict('>secret\nMKVLAMKVLC', { prefer: 'wait=10' });
    const own = await mine.predict('>own\nMKVLAMKWWW', { prefer: 'wait=10' });
    const neighboursOf = async (api: ApiClient): Promise<string[]> => {
      const answer = await (await api.file(target.id, 'neighbours')).json();
      const { neighbours } = answer as { neighbours: { prediction: PredictionView }[] };
      return neighbours.map(({ prediction }) => prediction.id);
    };
    expect(await neighboursOf(mine)).toEqual([own.id]);
    expect(await neighboursOf(new ApiClient(url))).toEqual([]);
  });

  it('see each other’s results by their links, but change nothing of them', async () => {
    const url = await start(SHARED);
    const [mine, yours] = [browser(url, 'a'), browser(url, 'b')];
    const { id } = await mine.predict('MKVLA', { prefer: 'wait=10' });
    expect(await yours.job(id)).toMatchObject({ status: 'completed', isOwn: false });
    expect((await yours.file(id, 'structure.pdb')).status).toBe(200);
    for (const stranger of [yours, new ApiClient(url)]) {
      const refused = await stranger.fetch(`${predictions}/${id}`, { method: 'DELETE' });
      expect(await problemIn(refused)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    }
    const { id: batch } = (await (await mine.submit('>a\nMK\n>b\nMV')).json()) as BatchView;
    const refused = await yours.fetch(`/api/v1/batches/${batch}`, { method: 'DELETE' });
    expect(refused.status).toBe(403);
  });

  it('cancel for themselves: the fold goes on for the other, and ends with the last', async () => {
    const url = await start(SHARED);
    const [mine, yours] = [browser(url, 'a'), browser(url, 'b')];
    const [first, second] = [await mine.predict(`${SLOW}A`), await yours.predict(`${SLOW}A`)];
    await vi.waitFor(async () => {
      expect((await mine.job(first.id)).status).toBe('active');
    });
    const events = mine.events(first.id);
    const stopped = await mine.fetch(`${predictions}/${first.id}`, { method: 'DELETE' });
    expect(await stopped.json()).toMatchObject({ status: 'cancelled' });
    expect((await events).at(-1)).toMatchObject({ data: { status: 'cancelled' } });
    expect((await yours.job(second.id)).status).toBe('active');
    await yours.fetch(`${predictions}/${second.id}`, { method: 'DELETE' });
    const next = await yours.predict('MKVLA', { prefer: 'wait=10' });
    expect(next.status).toBe('completed');
  });

  it('delete for themselves: the result goes with the last who has it', async () => {
    const url = await start(SHARED);
    const [mine, yours] = [browser(url, 'a'), browser(url, 'b')];
    const first = await mine.predict('MKVLA', { prefer: 'wait=10' });
    const second = await yours.predict('MKVLA', { prefer: 'wait=10' });
    await mine.file(first.id, 'structure.pdb'); // so that it is in memory too
    const gone = await mine.fetch(`${predictions}/${first.id}`, { method: 'DELETE' });
    expect(gone.status).toBe(204);
    for (const path of ['', '/structure.pdb', '/events'])
      expect((await mine.fetch(`${predictions}/${first.id}${path}`)).status, path).toBe(404);
    expect((await yours.file(second.id, 'structure.pdb')).status).toBe(200);
    await yours.fetch(`${predictions}/${second.id}`, { method: 'DELETE' });
    await mine.predict('MKVLA', { prefer: 'wait=10' });
    expect(starts).toEqual(['MKVLA', 'MKVLA']);
  });
});

describe('a batch', () => {
  it('of equal sequences keeps all their names', async () => {
    const api = new ApiClient(await start());
    const answer = await api.submit('>one\nMKVLS\n>two\nMKVLT\n>three\nMKVLS', {
      prefer: 'wait=10',
    });
    const batch = (await answer.json()) as BatchView;
    expect(batch.predictions.map(({ name }) => name)).toEqual(['one', 'two', 'three']);
    expect(batch.status).toBe('completed');
    expect(starts.toSorted()).toEqual(['MKVLS', 'MKVLT']);
  });

  it('that has finished is deleted with its members', async () => {
    const api = new ApiClient(await start());
    const answer = await api.submit('>one\nMKVLS\n>two\nMKVLT', { prefer: 'wait=10' });
    const { id, predictions: members } = (await answer.json()) as BatchView;
    const gone = await api.fetch(`/api/v1/batches/${id}`, { method: 'DELETE' });
    expect(gone.status).toBe(204);
    expect((await api.fetch(`/api/v1/batches/${id}`)).status).toBe(404);
    for (const member of members)
      expect((await api.fetch(`${predictions}/${member.id}`)).status).toBe(404);
  });
});

describe('the page', () => {
  const folder = temporaryFolder('page');
  writeFileSync(join(folder, 'index.html'), '<title>codonfold</title>');
  const loaded = (url: string, headers: Record<string, string> = {}) =>
    fetch(url, { headers: { accept: 'text/html', ...headers } });

  it('gives each browser a secret that scripts cannot read, and leaves one that is there', async () => {
    const url = await start({ WEB_DIR: folder });
    const [first, second] = [await loaded(url), await loaded(url)];
    const set = first.headers.get('set-cookie')!;
    expect(set).toMatch(
      /^codonfold-browser=[\w-]{32}; Max-Age=\d+; Path=\/; .*HttpOnly; SameSite=Lax$/,
    );
    expect(second.headers.get('set-cookie')).not.toBe(set);
    expect(first.headers.get('cache-control')).toContain('private');
    const cookie = set.split(';')[0]!;
    expect((await loaded(url, { cookie })).headers.get('set-cookie')).toContain(`${cookie};`);
    const api = new ApiClient(url, { cookie });
    const { id } = await api.predict('MKVLA');
    expect((await listOf(api)).map((view) => view.id)).toEqual([id]);
  });

  it('gives none where there are keys', async () => {
    const url = await start({ WEB_DIR: folder, API_KEYS: 'alice' });
    expect((await loaded(url)).headers.get('set-cookie')).toBeNull();
  });
});
