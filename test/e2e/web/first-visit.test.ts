import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { collectErrors } from '../../helpers/browser.js';
import { DONOR_SEQUENCE, fakeAttention, fakeFold } from '../../helpers/fake-fold.js';
import { fakePredictor } from '../../helpers/fake-predictor.js';
import { fold, sequenceField, startPageHost, type PageHost } from '../../helpers/page.js';

const NUM_POOR = 100;
/** Green fluorescent protein whose first residues are predicted badly. */
const halfTrusted = fakePredictor({
  name: 'codonfold-small',
  durationMs: 300,
  fold: (request, model) => {
    const whole = fakeFold(request, model);
    return { ...whole, plddt: whole.plddt.map((value, i) => (i < NUM_POOR ? 40 : value)) };
  },
  attend: fakeAttention,
});
let host: PageHost;
beforeAll(async () => {
  host = await startPageHost(halfTrusted);
}, 120_000);
afterAll(() => host.close());

let page: Page;
let errors: string[];
beforeEach(async () => {
  page = await host.open();
  errors = collectErrors(page);
  return async () => {
    await page.close();
    expect(errors).toEqual([]);
  };
});

const sequenceOf = (text: string): string => text.replace(/^>.*$/m, '').replace(/\s/g, '');

describe('the verdict', () => {
  it('stands above the result, names its ground and selects what it trusts', async () => {
    await fold(page, DONOR_SEQUENCE);
    const verdict = page.getByRole('region', { name: 'Verdict' });
    expect(await verdict.getByRole('heading').textContent()).toMatch(/^The overall fold/);
    expect(await verdict.textContent()).toMatch(
      /known structure to which codonfold-small gives a pTM/,
    );
    await verdict.getByRole('button', { name: /^A \d+/ }).click();
    const selected = page.locator('.strip [aria-selected=true]');
    expect(await selected.first().getAttribute('data-residue')).toBe(String(NUM_POOR));
    expect(await selected.count()).toBeGreaterThan(50);
  });

  it('leads to the form, filled in, and to AlphaFold DB only by a click', async () => {
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await fold(page, `>donor\n${DONOR_SEQUENCE}`);
    const lookup = page.getByRole('link', { name: /AlphaFold DB/ });
    expect(await lookup.getAttribute('href')).toBe(
      `https://alphafold.ebi.ac.uk/search/sequence/${DONOR_SEQUENCE}`,
    );
    await page.getByRole('link', { name: 'Edit and fold again' }).click();
    expect(sequenceOf(await sequenceField(page).inputValue())).toBe(DONOR_SEQUENCE);
    expect(asked.filter((url) => !url.startsWith(host.server.url))).toEqual([]);
    expect(asked.filter((url) => url.includes(DONOR_SEQUENCE))).toEqual([]);
  });
});

describe('the form', () => {
  it('keeps its text when the user goes back or loads the page again', async () => {
    await fold(page, DONOR_SEQUENCE);
    await page.goBack();
    expect(await sequenceField(page).inputValue()).toBe(DONOR_SEQUENCE);
    await page.reload();
    expect(await sequenceField(page).inputValue()).toBe(DONOR_SEQUENCE);
    await page.getByRole('link', { name: 'New prediction' }).click();
    expect(await sequenceField(page).inputValue()).toBe('');
  });
});

describe.each([
  [1366, 768],
  [1440, 900],
  [3840, 2160],
])('a window of %d × %d', (width, height) => {
  it('holds molecule, legend and sequence at once, whatever tab is open', async () => {
    await page.setViewportSize({ width, height });
    await fold(page, DONOR_SEQUENCE);
    const stage = await page.locator('.stage').boundingBox();
    expect(stage!.height).toBeGreaterThan(height / 3);
    for (const tab of await page.getByRole('tab').all()) {
      await tab.click();
      expect(await page.locator('.stage').boundingBox()).toEqual(stage);
      for (const part of ['.stage', '.legend', '.strip [data-residue="0"]']) {
        const box = await page.locator(part).boundingBox();
        expect(box!.y, part).toBeGreaterThanOrEqual(0);
        expect(box!.y + box!.height, part).toBeLessThanOrEqual(height);
      }
    }
  });
});

it('shows every tab whole on a phone, and needs no scrolling sideways', async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  await fold(page, DONOR_SEQUENCE);
  for (const tab of await page.getByRole('tab').all()) {
    await tab.click();
    const box = await tab.boundingBox();
    expect(box!.x).toBeGreaterThanOrEqual(0);
    expect(box!.x + box!.width).toBeLessThanOrEqual(390);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(390);
  }
});

it('says so where an address leads nowhere', async () => {
  await page.goto(`${host.server.url}/results/1`);
  await page.getByRole('heading', { name: 'No such page' }).waitFor();
  expect(await page.getByRole('alert').textContent()).toBe('Nothing is at /results/1.');
  errors.length = 0; // the browser reports the 404 itself
});
