/** @file Templates on the page: dropped beside a sequence, and seen in the result. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { forkedPredictor } from '#predict/node/forked-predictor';
import { DEFAULT_MODEL } from '#predict/node/load-model';
import { collectErrors } from '../../helpers/browser.js';
import {
  buildInhibitorLibrary,
  INHIBITOR,
  INHIBITOR_SEQUENCE,
  inhibitorEntry,
  RELATIVE,
  UNRELATED,
} from '../../helpers/inhibitor-library.js';
import {
  dropFile,
  foldButton,
  sequenceField,
  startPageHost,
  type PageHost,
} from '../../helpers/page.js';
import { hits, sends, startPdbService } from '../../helpers/pdb-service.js';
import { temporaryFolder } from '../../helpers/services.js';

/** The Kunitz domain of the amyloid precursor protein, three residues inserted in its first loop. */
const SEQUENCE = 'EVCSEQAETGGSGPCRAMISRWYFDVTEGKCAPFFYGGCGGNRNNFDTEEYCMAVCGSA';

let host: PageHost;
beforeAll(async () => {
  host = await startPageHost(forkedPredictor(DEFAULT_MODEL, { numThreads: 1 }));
}, 120_000);
afterAll(() => host.close());

describe('templates on a server that searches', () => {
  it('are found in its library or in the PDB, and a known structure opens beside the prediction', async () => {
    const pdb = await startPdbService([hits('5PTI_1')], { '5PTI': sends(inhibitorEntry()) });
    vi.stubEnv('CODONFOLD_CACHE', temporaryFolder('page-templates'));
    for (const [name, value] of Object.entries(pdb.environment)) vi.stubEnv(name, value);
    const TEMPLATE_LIBRARY = await buildInhibitorLibrary(temporaryFolder('page-library'));
    const searching = await startPageHost(forkedPredictor(DEFAULT_MODEL, { numThreads: 1 }), {
      settings: { TEMPLATE_LIBRARY, TEMPLATES_FROM_PDB: '1' },
    });
    const page = await searching.open();
    const errors = collectErrors(page);
    const here = page.getByRole('button', { name: 'Fold in this browser' });
    const fill = async (name: string, sequence: string, place: RegExp) => {
      await page.goto(searching.server.url);
      await sequenceField(page).fill(`>${name}\n${sequence}`);
      await page.getByRole('radio', { name: place }).check();
      await expect.poll(() => here.isDisabled()).toBe(true);
    };
    const result = async () => {
      await foldButton(page).click();
      await page.locator('.result').waitFor({ timeout: 90_000 });
    };
    await fill('known', INHIBITOR_SEQUENCE, /this server’s library of 2 chains/);
    expect(await page.getByRole('button', { name: 'Open files…' }).isVisible()).toBe(false);
    await result();
    await page.getByText('The structure of this very sequence is known: 5PTI, chain A.').waitFor();
    await page.getByRole('button', { name: 'Compare with what is known' }).click();
    await page.getByText(/Compared: chain A of the prediction and chain A of 5PTI/).waitFor();

    const { host: address } = new URL(pdb.environment['CODONFOLD_PDB_SEARCH']!);
    await fill('relative', RELATIVE, /Search the PDB/);
    await page.getByText(`leave this server for ${address}`).waitFor();
    expect(pdb.requests).toEqual([]);
    await result();
    expect(pdb.lines()).toEqual(['POST /query', 'GET /files/5PTI.cif.gz']);
    await page.getByRole('button', { name: 'Already known?' }).waitFor();
    await page.getByRole('tab', { name: 'Templates' }).click();
    await page.getByRole('heading', { name: '5PTI, chain A' }).waitFor();
    expect(errors).toEqual([]);
    await searching.close();
    await pdb.close();
    vi.unstubAllEnvs();
  }, 240_000);
});

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
    await drop('5pti-a.pdb', INHIBITOR);
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
    await drop('5pti-a.pdb', INHIBITOR);
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
