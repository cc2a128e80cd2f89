/** @file Alignments on the page: given with a sequence, and seen in the result. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadModel } from '#predict/node/load-model';
import { localPredictor } from '#predict/predictor';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { alphafold2File } from '../../helpers/alphafold2-tiny.js';
import { collectErrors } from '../../helpers/browser.js';
import { json, type MsaAnswer, startMsaServer, tarGz } from '../../helpers/msa-server.js';
import {
  dropFile,
  foldButton,
  sequenceField,
  startPageHost,
  type PageHost,
} from '../../helpers/page.js';
import { temporaryFolder } from '../../helpers/services.js';

const A3M = readFileSync(alphafold2File('msa.a3m'), 'utf8');
const SEQUENCE = A3M.split('\n')[1]!;

let host: PageHost;
beforeAll(async () => {
  const model = loadModel(resolve(alphafold2File('openfold.pt')));
  host = await startPageHost(localPredictor(nodeEngine(1), model));
}, 120_000);
afterAll(() => host.close());

describe('relatives', () => {
  it('are searched for where the server offers it, and it says what is sent where', async () => {
    const relative = SEQUENCE.replaceAll('A', 'S');
    const answer = tarGz({ 'uniref.a3m': `>101\n${SEQUENCE}\n>r\n${relative}\n\0` });
    let seen = false;
    const untilSeen: MsaAnswer = (response, request) => {
      json({ id: 'ID', status: seen ? 'COMPLETE' : 'RUNNING' })(response, request);
    };
    const msa = await startMsaServer({ status: [untilSeen] }, answer);
    vi.stubEnv('CODONFOLD_CACHE', temporaryFolder('page-search'));
    const model = loadModel(resolve(alphafold2File('openfold.pt')));
    const searching = await startPageHost(localPredictor(nodeEngine(1), model), {
      settings: { MSA_SERVER: msa.url, CODONFOLD_CONTACT: 'me@example.org' },
    });
    const page = await searching.open();
    const errors = collectErrors(page);
    await sequenceField(page).fill(`>searched\n${SEQUENCE}`);
    const field = page.getByLabel('Alignment of relatives');
    await field.waitFor();
    await page.getByText(`leave this server for ${new URL(msa.url).host}`).waitFor();
    expect(msa.lines()).toEqual([]);
    await page.getByLabel('Search for relatives').check();
    expect(await field.isVisible()).toBe(false);
    await foldButton(page).click();
    await page.getByText('Searching for relatives.').waitFor();
    seen = true;
    await page.locator('.result').waitFor({ timeout: 60_000 });
    await page.getByRole('tab', { name: 'Alignment' }).click();
    await page.getByText(/^2 rows, as much as/).waitFor();
    expect(errors).toEqual([]);
    await searching.close();
    await msa.close();
    vi.unstubAllEnvs();
  }, 120_000);
});

describe('an alignment on the page', () => {
  let page: Page;
  let errors: string[];
  beforeEach(async () => {
    page = await host.open();
    errors = collectErrors(page);
    return () => page.close();
  });
  const box = () => page.getByLabel('Alignment of relatives');

  it('is pasted, and shown with the result', async () => {
    await sequenceField(page).fill(`>pasted\n${SEQUENCE}`);
    await box().fill(A3M);
    expect(await page.getByRole('button', { name: 'Fold in this browser' }).isDisabled()).toBe(
      true,
    );
    await foldButton(page).click();
    await page.locator('.result').waitFor({ timeout: 60_000 });
    await page.getByRole('tab', { name: 'Alignment' }).click();
    await page.getByText(/^14 rows, as much as/).waitFor();
    const picture = page.locator('canvas.coverage');
    expect(await picture.getAttribute('aria-label')).toMatch(/^Coverage: 14 rows; 8 to 13 of them/);
    await picture.hover();
    expect(await page.locator('.tab-body .readout').textContent()).toMatch(/: \d+ of 14 rows$/);
    expect(errors).toEqual([]);
  });

  it('is dropped as a file, which is sent as it is and can be taken away', async () => {
    await sequenceField(page).fill(`>dropped\n${SEQUENCE}`);
    const area = page.locator('.alignment');
    await dropFile(area, { name: 'relatives.a3m', content: A3M });
    await page.getByText(/^relatives.a3m, 1 kB/).waitFor();
    expect(await sequenceField(page).inputValue()).toBe(`>dropped\n${SEQUENCE}`);
    await page.getByRole('button', { name: 'Remove' }).click();
    await box().waitFor();
    await dropFile(area, { name: 'relatives.a3m', content: A3M });
    await foldButton(page).click();
    await page.locator('.result').waitFor({ timeout: 60_000 });
    await page.getByRole('tab', { name: 'Alignment' }).waitFor();
    expect(errors).toEqual([]);
  });

  it('of another sequence is refused in words', async () => {
    await sequenceField(page).fill(`${SEQUENCE}AAAA`);
    await box().fill(A3M);
    await foldButton(page).click();
    await page.locator('.problem p').first().waitFor();
    expect(await page.locator('.problem').textContent()).toMatch(/residues|position|alignment/);
  });
});
