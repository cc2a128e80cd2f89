/** @file Models that a user opens in the browser: AlphaFold 2 computed there, kept there, deleted there. */
import { readFileSync } from 'node:fs';
import type { Page, Request } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LocalRequest, WorkerAnswer, WorkerNews } from '#web/local/messages';
import {
  ALPHAFOLD2_CASES,
  alphafold2File,
  alphafold2Tensors,
} from '../../helpers/alphafold2-tiny.js';
import { collectErrors } from '../../helpers/browser.js';
import { openModelHere } from '../../helpers/browser-model.js';
import { foldButton, sequenceField, startPageHost, type PageHost } from '../../helpers/page.js';

const ANGSTROM = { atol: 1e-3, rtol: 0 };
const PLDDT = { atol: 1e-3, rtol: 0 };
const A3M = readFileSync(alphafold2File('msa.a3m'), 'utf8');
const SEQUENCE = A3M.split('\n')[1]!;
/** All that a page may ask for while it folds. */
const OWN_FILES = /\/(assets\/[^?]*|favicon\.svg|api\/v1\/models)?$|^blob:/;

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
});
