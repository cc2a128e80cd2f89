import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { axeViolations, collectErrors } from '../../helpers/browser.js';
import { paintedShare, startPageHost, type PageHost } from '../../helpers/page.js';

let host: PageHost;
beforeAll(async () => {
  host = await startPageHost();
}, 120_000);
afterAll(() => host.close());

let page: Page;
let errors: string[];
let fetched: string[];
beforeEach(async () => {
  page = await host.open();
  errors = collectErrors(page);
  fetched = [];
  page.on('request', (request) => fetched.push(new URL(request.url()).pathname));
  await page.getByRole('link', { name: 'Gallery' }).click();
  await page.getByRole('heading', { name: 'Learn to read confidence' }).waitFor();
  return async () => {
    await page.close();
    expect(errors).toEqual([]);
  };
});

const examplesFetched = (): string[] => fetched.filter((path) => path.endsWith('.gz'));

describe('the gallery', () => {
  it('shows good and bad examples without fetching any, and breaks no rule of accessibility', async () => {
    const cards = page.locator('.gallery li');
    const scores = await cards.locator('p.hint').allTextContents();
    const tmScores = scores.map((text) => Number(/TM-score (\d\.\d+)/.exec(text)?.[1]));
    expect(tmScores.some((score) => score > 0.7)).toBe(true);
    expect(tmScores.some((score) => score < 0.3)).toBe(true);
    expect(await page.getByText(/weights are installed separately/).count()).toBe(1);
    expect(examplesFetched()).toEqual([]);
    expect(await axeViolations(page)).toEqual([]);
  });

  it('opens an example superposed on its experiment, in the colours of confidence', async () => {
    await page.getByRole('link', { name: 'Right in parts, wrong as a whole' }).click();
    await page.getByText(/^Compared: chain A .* of the experiment, PDB 1BAZ\.$/).waitFor();
    expect(await page.getByLabel('Lesson').textContent()).toContain('packed wrongly');
    expect(await page.locator('.panels .scores').first().textContent()).toMatch(/TM-score0\.41/);
    expect(await page.locator('.legend').textContent()).toContain('Confidence (pLDDT)');
    await page.locator('.stage canvas').waitFor();
    await expect.poll(() => paintedShare(page)).toBeGreaterThan(0.02);
    expect(examplesFetched()).toHaveLength(1);
    await page.getByLabel('Colour the prediction by lDDT').check();
    expect(await page.locator('.legend').textContent()).toContain('lDDT');
    await page.getByRole('link', { name: 'Next example' }).click();
    await page.getByText('of the experiment, PDB 1JY2.').waitFor();
    await page.goBack();
    await page.getByText('of the experiment, PDB 1BAZ.').waitFor();
  });

  it('says so where there is no such example', async () => {
    await page.goto(`${host.server.url}/?gallery=none`);
    await page.getByRole('heading', { name: 'No such example' }).waitFor();
  });
});
