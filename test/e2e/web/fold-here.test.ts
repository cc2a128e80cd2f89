import { readFileSync } from 'node:fs';
import type { Page, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseStructure } from '#bio-pdb/parse-structure';
import type { Confidence } from '#predict/files/confidence';
import { forkedPredictor } from '#predict/node/forked-predictor';
import { DEFAULT_MODEL } from '#predict/node/load-model';
import { superpose } from '#structure/comparison/superposition';
import { residuesFromStructure } from '#structure/from-bio-pdb';
import { collectErrors } from '../../helpers/browser.js';
import { fold, sequenceField, startPageHost, type PageHost } from '../../helpers/page.js';

const GENE =
  '>villin (gene)\nATGCTGAGCGATGAAGATTTTAAAGCGGTGTTTGGCATGACCCGCAGCGCGTTTGCGAACCTGCCGCTG';
/**
 * Å, over all atoms. Two engines differ in the last digit of the predicted distances; the descent by which the chain is
 * folded makes a tenth of an Å of that.
 */
const MOST_RMSD = 0.2;
/** Script for the page: names of the results in the browser's database. */
const NAMES_KEPT = `new Promise((resolve) => {
  indexedDB.open('codonfold').onsuccess = ({ target: { result: database } }) => {
    const reading = database.transaction('results').objectStore('results').getAll();
    reading.onsuccess = () => resolve(reading.result.map(({ request }) => request.name));
  };
})`;
let host: PageHost;
beforeAll(async () => {
  host = await startPageHost(forkedPredictor(DEFAULT_MODEL));
}, 120_000);
afterAll(() => host.close());

const foldHere = async (page: Page, text: string): Promise<void> => {
  await sequenceField(page).fill(text);
  await page.getByRole('button', { name: 'Fold in this browser' }).click();
};

/** The files of the result that is open: atoms as `[A, 3]` and what is said of the confidence. */
async function filesOf(page: Page): Promise<{ atoms: Float32Array; confidence: Confidence }> {
  const read = async (name: RegExp): Promise<string> => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name }).click(),
    ]);
    return readFileSync(await download.path(), 'utf8');
  };
  await page.getByText('Download', { exact: true }).click();
  const { atom14, atom14Mask } = residuesFromStructure(parseStructure(await read(/^mmCIF/)));
  const atoms = atom14.filter((_, i) => atom14Mask[Math.floor(i / 3)] === 1);
  return { atoms, confidence: JSON.parse(await read(/^Confidence/)) as Confidence };
}

describe('folding in this browser', () => {
  it('gives what the server gives, and sends the sequence nowhere', async () => {
    const page = await host.open();
    const errors = collectErrors(page);
    await fold(page, GENE);
    const served = await filesOf(page);
    await page.goto(host.server.url);
    const requests: Request[] = [];
    page.on('request', (request) => requests.push(request));
    await foldHere(page, GENE);
    await page.locator('.result').waitFor();
    const local = await filesOf(page);
    expect(superpose(local.atoms, served.atoms).rmsd).toBeLessThan(MOST_RMSD);
    expect(local.confidence.meanPlddt).toBeCloseTo(served.confidence.meanPlddt, 0);
    const { model, chains } = local.confidence;
    expect(model).toEqual(served.confidence.model);
    expect(chains[0]!.codons).toEqual(served.confidence.chains[0]!.codons);
    for (const request of requests) {
      expect(request.method()).toBe('GET');
      expect(request.url()).toMatch(/\/(assets\/[^?]*|favicon\.svg|api\/v1\/models)?$|^blob:/);
    }
    expect(requests.some((request) => request.url().endsWith('.safetensors'))).toBe(true);
    expect(errors).toEqual([]);
    await page.close();
  });

  it('keeps the result in this browser, with attention, and deletes it when it is forgotten', async () => {
    const page = await host.open();
    await foldHere(page, GENE);
    await page.locator('.result').waitFor();
    await page.reload();
    await page.locator('.result').waitFor();
    await page.getByText('Folded in this browser').waitFor();
    await page.getByRole('tab', { name: 'Attention' }).click();
    await page
      .locator('.panels')
      .getByText(/this head’s strongest/)
      .first()
      .waitFor();
    const address = page.url();
    await page.goto(host.server.url);
    const listed = page.locator('.predictions').getByText('this browser');
    await listed.waitFor();
    await page.getByRole('button', { name: /^Delete/ }).click();
    await listed.waitFor({ state: 'detached' }); // leaving at once would cut the deletion short
    await page.goto(address);
    await page.getByText('This browser has no such prediction.').waitFor();
    await page.close();
  });

  it('stops and keeps nothing where it is forgotten while it runs', async () => {
    const page = await host.open();
    await foldHere(page, `>long\n${'MKVLAWRRND'.repeat(20)}`);
    await page.getByText(/Folding: pass/).waitFor();
    await page.goBack();
    await page.getByRole('button', { name: 'Delete long' }).click();
    await foldHere(page, GENE); // the worker takes one at a time: the first is over when this one is
    await page.locator('.result').waitFor();
    expect(await page.evaluate(NAMES_KEPT)).toEqual(['villin']);
    await page.close();
  });

  it('can be cancelled, and tried again', async () => {
    const page = await host.open();
    await foldHere(page, `>long\n${'MKVLAWRRND'.repeat(40)}`);
    await page.getByText(/Folding: pass/).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Cancelled', { exact: true }).waitFor();
    await page.getByRole('main').getByRole('link', { name: 'New prediction' }).click();
    await foldHere(page, GENE);
    await page.locator('.result').waitFor();
    await page.close();
  });
});
