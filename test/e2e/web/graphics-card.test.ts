/** @file WebGPU in a real browser, on SwiftShader: a graphics card in software. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseStructure } from '#bio-pdb/parse-structure';
import { forkedPredictor } from '#predict/node/forked-predictor';
import { DEFAULT_MODEL } from '#predict/node/load-model';
import { superpose } from '#structure/comparison/superposition';
import { residuesFromStructure } from '#structure/from-bio-pdb';
import { collectErrors } from '../../helpers/browser.js';
import { fillForm, foldInBrowser } from '../../helpers/browser-model.js';
import { foldButton, startPageHost, type PageHost } from '../../helpers/page.js';

const CARD = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];
const SEQUENCE = 'MLSDEDFKAVFGMTRS';
/** Å, over all atoms; see `fold-here.test.ts`. */
const MOST_RMSD = 0.2;
/** A graphics card in software is slow. */
const FOLD_MS = 300_000;

let host: PageHost;
let page: Page;
let errors: string[];
beforeAll(async () => {
  host = await startPageHost(forkedPredictor(DEFAULT_MODEL), { flags: CARD });
}, 120_000);
afterAll(() => host.close());
beforeEach(async () => {
  page = await host.open();
  errors = collectErrors(page);
  await fillForm(page, { text: `>villin\n${SEQUENCE}`, numRecycles: 0 });
  return () => page.close();
});

const choose = (device: string) =>
  page.getByLabel('Fold in this browser with').selectOption({ label: device });

async function atomsOf(): Promise<Float32Array> {
  await page.getByText('Download', { exact: true }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: /^mmCIF/ }).click(),
  ]);
  const structure = parseStructure(readFileSync(await download.path(), 'utf8'));
  const { atom14, atom14Mask } = residuesFromStructure(structure);
  return atom14.filter((_, i) => atom14Mask[Math.floor(i / 3)] === 1);
}

/**
 * Lets the worker find a card that calls itself real, and that is lost after so many pieces of work.
 *
 * @param numSubmissions to its queue
 */
const loseCardAfter = (numSubmissions: number) =>
  page.route('**/fold-worker*', async (route) => {
    const response = await route.fetch();
    const script = `{
      const asked = navigator.gpu.requestAdapter.bind(navigator.gpu);
      Object.defineProperty(GPUAdapterInfo.prototype, 'isFallbackAdapter', { get: () => false });
      const { submit } = GPUQueue.prototype;
      const devices = new Map();
      const { requestDevice } = GPUAdapter.prototype;
      GPUAdapter.prototype.requestDevice = async function (...wanted) {
        const device = await requestDevice.apply(this, wanted);
        devices.set(device.queue, device);
        return device;
      };
      let left = ${numSubmissions};
      GPUQueue.prototype.submit = function (buffers) {
        if (left-- === 0) devices.get(this).destroy();
        submit.call(this, buffers);
      };
    }\n`;
    await route.fulfill({ response, body: script + (await response.text()) });
  });

describe('a graphics card in the browser', { timeout: FOLD_MS }, () => {
  it('computes what the server computes, where it is chosen', async () => {
    await foldButton(page).click();
    await page.locator('.result').waitFor({ timeout: FOLD_MS });
    const served = await atomsOf();
    await page.goto(host.server.url);
    await fillForm(page, { text: `>villin\n${SEQUENCE}`, numRecycles: 0 });
    await page.getByText(/Computed by WebAssembly .*graphics card in software/).waitFor();
    await choose('WebGPU, the graphics card');
    await page.getByText(/Computed by WebGPU on google swiftshader/).waitFor();
    await foldInBrowser(page);
    await page.locator('.result').waitFor({ timeout: FOLD_MS });
    await page.getByText('Folded in this browser by WebGPU').waitFor();
    expect(superpose(await atomsOf(), served).rmsd).toBeLessThan(MOST_RMSD);
    expect(errors).toEqual([]);
  });

  it('is lost half-way: WebAssembly computes instead, and it is told', async () => {
    await loseCardAfter(30);
    await foldInBrowser(page);
    await page.locator('.result').waitFor({ timeout: FOLD_MS });
    await page.getByText('Folded in this browser by WebAssembly').waitFor();
    await page
      .getByText(/the graphics card could not do it .*WebAssembly computed instead/i)
      .first()
      .waitFor();
  });

  it('is lost half-way: nothing else computes where it was chosen', async () => {
    await loseCardAfter(30);
    await choose('WebGPU, the graphics card');
    await foldInBrowser(page);
    await page
      .getByText(/graphics card could not do it .*device was lost/i)
      .waitFor({ timeout: FOLD_MS });
    await page.getByText('Fold in this browser with WebAssembly.').waitFor();
    expect(await page.locator('.result').count()).toBe(0);
  });
});
