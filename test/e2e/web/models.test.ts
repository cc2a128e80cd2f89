import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { findModel } from '#weights/registry';
import { collectErrors } from '../../helpers/browser.js';
import { DONOR_SEQUENCE, fakeAttention, fakeFold } from '../../helpers/fake-fold.js';
import { fakePredictor } from '../../helpers/fake-predictor.js';
import { fold, sequenceField, startPageHost, type PageHost } from '../../helpers/page.js';
import { temporaryFolder } from '../../helpers/services.js';

const ABSENT = 'esmfold_v1';
const HERE = 'openfold_ptm_1';
const SCORER = 'esm2_t33_650M_UR50D';
const SENT = 3_000_000;

/** Says where the model's files are what they are, and stops in the middle of the large one. */
const asked: string[] = [];
const mirror = createServer((request, response) => {
  asked.push(request.url ?? '');
  if (request.url?.endsWith('.json') === true) {
    response.end('{}');
    return;
  }
  response.writeHead(200, { 'content-length': 8_440_000_000, etag: '"1"' });
  response.write(Buffer.alloc(SENT));
});
const cache = temporaryFolder('models');
const fakeModel = (name: string) =>
  fakePredictor({
    ...{ name, sha256: name.padEnd(64, '0') },
    ...{ durationMs: 100, fold: fakeFold, attend: fakeAttention },
  });

let host: PageHost;
beforeAll(async () => {
  await new Promise<void>((resolve) => mirror.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('HF_ENDPOINT', `http://127.0.0.1:${(mirror.address() as AddressInfo).port}`);
  vi.stubEnv('CODONFOLD_CACHE', cache);
  vi.stubEnv('HF_HOME', cache);
  const folder = join(cache, 'models', HERE);
  mkdirSync(folder, { recursive: true });
  for (const { path } of findModel(HERE).files) writeFileSync(join(folder, path), '');
  host = await startPageHost(fakeModel('codonfold-small'), {
    openModel: (name) => Promise.resolve(fakeModel(name)),
  });
}, 120_000);
afterAll(async () => {
  await host.close();
  mirror.closeAllConnections();
  mirror.close();
  vi.unstubAllEnvs();
  rmSync(cache, { recursive: true });
});

let page: Page;
beforeEach(async () => {
  page = await host.open();
  const errors = collectErrors(page);
  await page.locator('.models > summary').click();
  return async () => {
    await page.close();
    expect(errors).toEqual([]);
  };
});

const row = (name: string): Locator =>
  page.locator('.models li', { has: page.locator(`b:text-is("${name}")`) });

describe('the choice of a model', () => {
  it('tells accuracy, licence, size, and what each takes for this sequence', async () => {
    await sequenceField(page).fill(DONOR_SEQUENCE);
    await expect.poll(() => row(ABSENT).textContent()).toMatch(/for this: about \d+ (s|min), /);
    const text = await row(ABSENT).textContent();
    expect(text).toContain('TM-score 0.83 on CAMEO targets');
    expect(text).toContain('licence MIT');
    expect(text).toContain('Install (8.44 GB)');
    const summary = await page.locator('.models > summary').textContent();
    expect(summary).toBe('Model: codonfold-small · TM-score 0.32 on chains it was not trained on');
    const short = await row(ABSENT).textContent();
    await sequenceField(page).fill(DONOR_SEQUENCE.repeat(3));
    await expect.poll(() => row(ABSENT).textContent()).not.toBe(short);
  });

  it('shows one model of a set, the others on request', async () => {
    const [first, another] = ['alphafold2_model_1_ptm', 'alphafold2_model_4_ptm'] as const;
    await row(first).first().waitFor();
    expect(await row(another).last().isVisible()).toBe(false);
    await row(first).getByText('4 more like it').click();
    await row(another).last().waitFor();
    // what is on the disk comes first
    expect(await row(HERE).first().textContent()).toContain('2 more like it');
    await sequenceField(page).fill(DONOR_SEQUENCE); // is drawn again
    expect(await row(another).last().isVisible()).toBe(true);
  });

  it('tells time by recycles and alignment, for what could be installed too', async () => {
    await sequenceField(page).fill(DONOR_SEQUENCE);
    const time = async (name: string): Promise<number> => {
      const text = (await row(name).first().textContent())!;
      const [, value, unit] = /for this: about (\d+) (s|min),/.exec(text) ?? [];
      return Number(value) * (unit === 'min' ? 60 : 1);
    };
    await expect.poll(() => time(ABSENT)).toBeGreaterThan(0);
    const usual = await time(ABSENT);
    await page.getByText('Options', { exact: true }).click();
    await page.getByLabel('Recycles').fill('0');
    await expect.poll(() => time(ABSENT)).toBeLessThan(usual / 2);
  });

  it('downloads nothing before it has asked, tells how far it is, and stops', async () => {
    await row(ABSENT)
      .getByRole('button', { name: /^Install/ })
      .click();
    const dialog = page.getByRole('dialog', { name: `Install ${ABSENT}` });
    expect(await dialog.textContent()).toMatch(/8\.44 GB from huggingface\.co.*licence is MIT/);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(asked).toEqual([]);
    await row(ABSENT)
      .getByRole('button', { name: /^Install/ })
      .click();
    await page.getByRole('dialog').getByRole('button', { name: 'Install' }).click();
    await expect
      .poll(() => row(ABSENT).textContent(), { timeout: 15_000 })
      .toMatch(/file 2 of 2: 0\.00 GB of 8\.44 GB/);
    expect(asked.length).toBeGreaterThan(1);
    await row(ABSENT).getByRole('button', { name: 'Cancel' }).click();
    await row(ABSENT).getByRole('button', { name: 'Go on installing…' }).waitFor();
  });

  it('has mutants scored better by a language model, which the result offers to install', async () => {
    await fold(page, DONOR_SEQUENCE);
    await page.locator('.strip [data-residue="4"]').click();
    const before = DONOR_SEQUENCE.charAt(4);
    const after = before === 'W' ? 'A' : 'W';
    await page.getByLabel(`Replace ${before}5 by`).selectOption(after);
    const score = page.getByRole('region', { name: 'Score of the language model' });
    await score.getByText('the language model codonfold-small').waitFor({ timeout: 20_000 });
    const folder = join(cache, 'models', SCORER);
    mkdirSync(folder, { recursive: true });
    for (const { path } of findModel(SCORER).files)
      copyFileSync(join('test/fixtures/esm2-tiny', path), join(folder, path));
    await score.getByRole('button', { name: 'Install (2.61 GB)…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Install' }).click();
    await score.getByText(`the language model ${SCORER}`).waitFor({ timeout: 20_000 });
    expect(await score.getByRole('button').count()).toBe(0);
  });

  it('serves at once what is on the disk already, and folds with it', async () => {
    await row(HERE).getByRole('button', { name: 'Make it available' }).click();
    const choice = page.getByRole('radio', { name: new RegExp(HERE) });
    await choice.check();
    await fold(page, DONOR_SEQUENCE);
    expect(await page.locator('.headline .hint').first().textContent()).toContain(HERE);
  });
});
