/** @file Models that a user opens in the browser: AlphaFold 2 computed there, kept there, deleted there. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Page, Request } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { forkedPredictor } from '#predict/node/forked-predictor';
import type { LocalRequest, WorkerAnswer, WorkerNews } from '#web/local/messages';
import {
  ALPHAFOLD2_CASES,
  alphafold2File,
  alphafold2Tensors,
} from '../../helpers/alphafold2-tiny.js';
import { collectErrors } from '../../helpers/browser.js';
import { fillForm, foldInBrowser, openModelHere } from '../../helpers/browser-model.js';
import { sequenceOf } from '../../bench/full-size/sequence.js';
import {
  syntheticAlphafold2,
  writeSyntheticCheckpoint,
} from '../../bench/full-size/synthetic-checkpoint.js';
import { largestPage } from '../../helpers/page-usage.js';
import { temporaryFolder } from '../../helpers/services.js';
import { foldButton, sequenceField, startPageHost, type PageHost } from '../../helpers/page.js';

const ANGSTROM = { atol: 1e-3, rtol: 0 };
const PLDDT = { atol: 1e-3, rtol: 0 };
const A3M = readFileSync(alphafold2File('msa.a3m'), 'utf8');
const SEQUENCE = A3M.split('\n')[1]!;
/** Script for the page: how many models lie in the origin's private files. */
const FILES_KEPT = `navigator.storage.getDirectory().then(async (root) => {
  let count = 0;
  for await (const _ of (await root.getDirectoryHandle('models')).keys()) count++;
  return count;
})`;
/** All that a page may ask for while it folds. */
const OWN_FILES = /\/(assets\/[^?]*|favicon\.svg|api\/v1\/models)?$|^blob:/;

const NUM_RESIDUES = 30;
/** Half a minute on two quiet cores; continuous integration may be slower. */
const FOLD_MS = 300_000;

let host: PageHost;
let page: Page;
let errors: string[];
beforeAll(async () => {
  host = await startPageHost();
}, 120_000);
afterAll(() => host.close());
beforeEach(async () => {
  page = await host.open();
  errors = collectErrors(page);
  return () => page.close();
});

const hereButton = () => page.getByRole('button', { name: 'Fold in this browser' });

/** Opens a model of the fixture. */
const openTiny = (file: string): Promise<void> =>
  openModelHere(page, [alphafold2File(file), alphafold2File('config.json')]);

/** What the worker said to a question: every message, numbers as they are. */
async function askWorker(file: string, request: LocalRequest) {
  const url = await workerUrl();
  await page.evaluate(`{
    const input = Object.assign(document.createElement('input'), { type: 'file', multiple: true, id: 'golden' });
    document.body.append(input);
  }`);
  await page
    .locator('#golden')
    .setInputFiles([alphafold2File(file), alphafold2File('config.json')]);
  return page.evaluate<(WorkerNews | WorkerAnswer)[]>(`new Promise((resolve, reject) => {
    const worker = new Worker(${JSON.stringify(url)}, { type: 'module' });
    const said = [];
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.onmessage = ({ data }) => {
      said.push(data);
      if (data.kind === 'failed') reject(new Error(data.message));
      if (data.kind === 'files') resolve(said.map(({ files, ...told }) => told));
    };
    const files = [...document.getElementById('golden').files];
    worker.postMessage({ kind: 'fold', request: ${JSON.stringify(request)}, model: { name: 'tiny', files } });
  })`);
}

/** Where the built page has the worker that folds. */
async function workerUrl(): Promise<string> {
  await sequenceField(page).fill('MKVLAWRRND');
  const [worker] = await Promise.all([page.waitForEvent('worker'), hereButton().click()]);
  return worker.url();
}

describe('AlphaFold 2 in the browser', () => {
  it.each(['openfold.pt', 'params_model_tiny_ptm.npz'])(
    'gives the atoms and the confidence of the original from %s',
    async (file) => {
      const { num_recycles: numRecycles } = ALPHAFOLD2_CASES.find(({ name }) => name === 'msa')!;
      const { read: want } = alphafold2Tensors('msa');
      const said = await askWorker(file, {
        name: 'golden',
        chains: [{ id: 'A', sequence: SEQUENCE }],
        numRecycles,
        alignment: { text: A3M, sampling: 'first', maxClusters: 64, maxExtra: 128 },
        warnings: [],
      });
      const last = said.findLast((news) => news.kind === 'progress')!.progress;
      const positions = want('sm.positions');
      const ofLayer = positions.data.length / positions.shape[0]!;
      expect(Float32Array.from(Object.values(last.atom14!))).toBeCloseToTensor(
        positions.data.slice(-ofLayer),
        ANGSTROM,
      );
      expect(Float32Array.from(Object.values(last.plddt!))).toBeCloseToTensor(
        want('plddt').data,
        PLDDT,
      );
      expect(said.find((news) => news.kind === 'engine')).toEqual({
        kind: 'engine',
        words: expect.stringMatching(/^WebAssembly, \d+ threads?$/) as string,
      });
    },
  );
});

describe('a model that is opened from disk', () => {
  it('folds with a pasted alignment, and nothing is sent', async () => {
    await sequenceField(page).fill(`>pasted\n${SEQUENCE}`);
    await openTiny('openfold.pt');
    await page.getByLabel('Alignment of relatives').fill(A3M);
    expect(await foldButton(page).isDisabled()).toBe(true);
    await page.getByText(/sends nothing anywhere: openfold runs on this computer: about/).waitFor();
    const requests: Request[] = [];
    page.on('request', (request) => requests.push(request));
    await hereButton().click();
    await page.locator('.result').waitFor({ timeout: 60_000 });
    await page.getByText('Folded in this browser by WebAssembly').waitFor();
    await page.getByRole('tab', { name: 'Alignment' }).click();
    await page.getByText(/^14 rows, as much as/).waitFor();
    for (const request of requests) {
      expect(request.method()).toBe('GET');
      expect(request.url()).toMatch(OWN_FILES);
    }
    expect(errors).toEqual([]);
  });

  it('says what is wrong with files that hold none', async () => {
    await sequenceField(page).fill(SEQUENCE);
    await page.locator('.models > summary').click();
    const picker = page.getByLabel('Files of a model');
    await picker.setInputFiles([alphafold2File('config.json')]);
    await page.getByText('None of these files holds weights.').waitFor();
    await picker.setInputFiles([alphafold2File('msa.safetensors'), alphafold2File('config.json')]);
    await page.getByText(/^The weights do not fit their configuration/).waitFor();
    await picker.setInputFiles([alphafold2File('msa.safetensors')]);
    await page.getByText('config.json: cannot be read.').waitFor();
    expect(await page.locator('.models li').count()).toBeGreaterThan(0);
    expect(errors).toEqual([]);
  });

  it('is refused with numbers what does not fit into memory, before it begins', async () => {
    await openTiny('openfold.pt');
    await sequenceField(page).fill('MKVLAWRRND'.repeat(500));
    await page
      .locator('#fold-here-note')
      .getByText(/needs about \d+\.\d GB of memory; this browser gives 3\.5 GB/)
      .waitFor();
    expect(await hereButton().isDisabled()).toBe(true);
  });

  it('is kept until it is deleted', async () => {
    await openTiny('openfold.pt');
    const row = page.locator('.models li', { hasText: /^openfold(Kept|Opened)/ });
    await row.getByRole('button', { name: 'Keep in this browser' }).click();
    await row.getByText(/^Kept in this browser, 1\.1 MB/).waitFor();
    await page.reload();
    await page.locator('.models > summary').click();
    await row.getByText(/^Kept in this browser, 1\.1 MB/).waitFor();
    await row.getByRole('radio').check();
    await sequenceField(page).fill(`>kept\n${SEQUENCE}`);
    await hereButton().click();
    await page.locator('.result').waitFor({ timeout: 60_000 });
    await page
      .getByText(/no alignment was given: without relatives/i)
      .first()
      .waitFor();
    await page.goto(host.server.url);
    await page.locator('.models > summary').click();
    await row.getByRole('button', { name: 'Delete the model openfold' }).click();
    await row.waitFor({ state: 'detached' });
    await page.reload();
    await page.locator('.models > summary').click();
    await page.getByText('Open a model from this computer…').waitFor();
    expect(await row.count()).toBe(0);
    expect(await page.evaluate(FILES_KEPT)).toBe(0);
    expect(errors).toEqual([]);
  });
});

describe('AlphaFold 2 of the published sizes', () => {
  it(
    'folds a short chain from an int8 file of 98 MB, in less than 600 MB of memory',
    async () => {
      const folder = temporaryFolder('published-sizes');
      writeSyntheticCheckpoint(folder, syntheticAlphafold2(), 'int8');
      await fillForm(page, { text: sequenceOf(NUM_RESIDUES), numRecycles: 1 });
      await openModelHere(page, [join(folder, 'model.safetensors'), join(folder, 'config.json')]);
      await page
        .locator('#fold-here-note')
        .getByText(/alphafold2 runs .*: about .* of memory/)
        .waitFor();
      await foldInBrowser(page);
      await page.getByText(/Folding: pass 2 of 2, block \d+ of 52/).waitFor({ timeout: FOLD_MS });
      await page.getByText(/In this browser, by WebAssembly, \d+ threads?\. Takes about/).waitFor();
      await page.locator('.result').waitFor({ timeout: FOLD_MS });
      expect(largestPage().peakMegabytes).toBeLessThan(600);
      expect(errors).toEqual([]);
      rmSync(folder, { recursive: true });
    },
    2 * FOLD_MS,
  );
});

describe('a model of the server', () => {
  it('is fetched once, its size told before, and folds here', async () => {
    const sharing = await startPageHost(forkedPredictor(alphafold2File('openfold.pt')));
    const visitor = await sharing.open();
    const wrong = collectErrors(visitor);
    const requests: Request[] = [];
    visitor.on('request', (request) => requests.push(request));
    const fold = async (name: string): Promise<void> => {
      await sequenceField(visitor).fill(`>${name}\n${SEQUENCE}`);
      await visitor.getByRole('button', { name: 'Fold in this browser' }).click();
      await visitor.locator('.result').waitFor({ timeout: 60_000 });
      await visitor.goto(sharing.server.url);
    };
    const note = visitor.locator('#fold-here-note');
    await note
      .getByText(/the 1\.1 MB of openfold\.pt are fetched from this server first/)
      .waitFor();
    await fold('first');
    await note.getByText(/openfold\.pt runs on this computer/).waitFor();
    await fold('second');
    const fetched = requests.filter((request) => request.url().includes('/models/file?'));
    expect(
      fetched.map((request) => new URL(request.url()).searchParams.get('name')).sort(),
    ).toEqual(['config.json', 'openfold.pt']);
    expect(new Set(requests.map((request) => request.method()))).toEqual(new Set(['GET']));
    expect(wrong).toEqual([]);
    const part = await fetch(fetched[0]!.url(), { headers: { range: 'bytes=2-9' } });
    expect([part.status, (await part.arrayBuffer()).byteLength]).toEqual([206, 8]);
    await sharing.close();
  });

  it('stays on the server where its operator says so', async () => {
    const keeping = await startPageHost(forkedPredictor(alphafold2File('openfold.pt')), {
      settings: { SHARE_MODELS: '0' },
    });
    const visitor = await keeping.open();
    await visitor.getByText(/To fold with openfold\.pt in this browser, open its files/).waitFor();
    const answer = await fetch(
      `${keeping.server.url}/api/v1/models/file?model=openfold.pt&name=openfold.pt`,
    );
    expect(answer.status).toBe(404);
    await keeping.close();
  });
});
