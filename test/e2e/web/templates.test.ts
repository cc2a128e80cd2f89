/** @file Templates on the page: dropped beside a sequence, and seen in the result. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { forkedPredictor } from '#predict/node/forked-predictor';
import { DEFAULT_MODEL } from '#predict/node/load-model';
import { collectErrors } from '../../helpers/browser.js';
import {
  dropFile,
  foldButton,
  sequenceField,
  startPageHost,
  type PageHost,
} from '../../helpers/page.js';

const TEMPLATE = readFileSync('test/fixtures/structure/5pti-a.pdb', 'utf8');
const UNRELATED = readFileSync('test/fixtures/structure/2hbb-a.pdb', 'utf8');
/** The Kunitz domain of the amyloid precursor protein, three residues inserted in its first loop. */
const SEQUENCE = 'EVCSEQAETGGSGPCRAMISRWYFDVTEGKCAPFFYGGCGGNRNNFDTEEYCMAVCGSA';

let host: PageHost;
beforeAll(async () => {
  host = await startPageHost(forkedPredictor(DEFAULT_MODEL, { numThreads: 1 }));
}, 120_000);
afterAll(() => host.close());

describe('a template on the page', () => {
  let page: Page;
  let errors: string[];
  beforeEach(async () => {
    page = await host.open();
    errors = collectErrors(page);
    return () => page.close();
  });
  const box = () => page.getByRole('group', { name: 'Templates' });
  const drop = async (name: string, content: string): Promise<void> => {
    await box().waitFor();
    await dropFile(box(), { name, content });
    await page.getByRole('button', { name: `Remove ${name}` }).waitFor();
  };
  const resultOf = async (button: string): Promise<void> => {
    await page.getByRole('button', { name: button, exact: true }).click();
    await page.locator('.result').waitFor({ timeout: 90_000 });
    await page.locator('.stage canvas').waitFor();
  };
  const colours = () =>
    page.evaluate<string[]>(
      `[...document.querySelectorAll('.strip .cell')].map((cell) => cell.getAttribute('style'))`,
    );

  it('is dropped, folded after, shown above the sequence and drawn beside the prediction', async () => {
    await sequenceField(page).fill(`>alone\n${SEQUENCE}`);
    await resultOf('Fold');
    const alone = await colours();
    await page.goto(host.server.url);
    await sequenceField(page).fill(`>after\n${SEQUENCE}`);
    await drop('other.pdb', UNRELATED);
    await drop('5pti-a.pdb', TEMPLATE);
    expect(await sequenceField(page).inputValue()).toBe(`>after\n${SEQUENCE}`);
    await resultOf('Fold');
    const after = await colours();
    expect(after.filter((colour, i) => colour !== alone[i]).length).toBeGreaterThan(30);

    const marks = await page.locator('.strip .template').allTextContents();
    expect(marks).toHaveLength(SEQUENCE.length);
    expect(marks.join('')).toMatch(/^DFCLEPP(YT···|Y···T|···YT)GPC/);
    expect(await page.locator('.strip .cell').nth(9).getAttribute('aria-label')).toMatch(
      /no template$/,
    );
    expect(await page.locator('.strip .cell').nth(13).getAttribute('aria-label')).toMatch(
      /template P 13 of 5pti-a\.pdb chain A$/,
    );

    await page.getByRole('tab', { name: 'Templates' }).click();
    const panel = page.locator('.tab-body');
    await panel.getByText(/identical over 9\d % of the sequence, E \de-1\d/).waitFor();
    await panel.getByText(/^other\.pdb, chain A, E/).waitFor();
    await panel.getByRole('button', { name: 'Show it beside the prediction' }).click();
    await panel
      .getByText(/Compared: chain A of the prediction and chain A of 5pti-a\.pdb/)
      .waitFor();
    expect(await colours()).not.toEqual(after);
    await panel.getByRole('button', { name: 'Remove the reference' }).click();
    expect(await colours()).toEqual(after);
    expect(errors).toEqual([]);
  }, 120_000);

  it('is read in the browser where that folds', async () => {
    await sequenceField(page).fill(`>here\n${SEQUENCE}`);
    await drop('notes.pdb', 'no structure');
    await page.getByRole('button', { name: 'Fold in this browser' }).click();
    await expect
      .poll(() => page.locator('#fold-here-note').textContent())
      .toMatch(/notes\.pdb:1: /i);
    await page.getByRole('button', { name: 'Remove notes.pdb' }).click();
    await drop('5pti-a.pdb', TEMPLATE);
    await resultOf('Fold in this browser');
    await page.getByRole('tab', { name: 'Templates' }).click();
    await page.getByRole('button', { name: 'Show it beside the prediction' }).click();
    await page.getByText(/Compared: chain A of the prediction/).waitFor();
    expect(errors).toEqual([]);
  }, 120_000);

  it('that is no structure is refused by the server in words that name it', async () => {
    await sequenceField(page).fill(SEQUENCE);
    await drop('notes.pdb', 'no structure');
    await foldButton(page).click();
    await page.locator('.problem p').first().waitFor();
    expect(await page.locator('.problem').textContent()).toMatch(/notes\.pdb/i);
  });
});
