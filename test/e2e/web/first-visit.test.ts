import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FoldError } from '#errors';
import { collectErrors } from '../../helpers/browser.js';
import { DONOR_SEQUENCE, fakeAttention, fakeFold } from '../../helpers/fake-fold.js';
import { fakePredictor } from '../../helpers/fake-predictor.js';
import {
  fold,
  foldButton,
  sequenceField,
  startPageHost,
  type PageHost,
} from '../../helpers/page.js';

const NUM_POOR = 100;
/** Its prediction fails. */
const DOOMED = 'MKVLAWWWWWW';
/** Green fluorescent protein whose first residues are predicted badly. */
const halfTrusted = fakePredictor({
  name: 'codonfold-small',
  durationMs: 300,
  readsTemplates: true,
  onStart: ({ chains }) => {
    if (chains[0]!.sequence === DOOMED)
      throw new FoldError('RESULT_NOT_FINITE', 'the structure is not finite', { hint: 'try less' });
  },
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

  it('leads to the form, filled in', async () => {
    await fold(page, `>donor\n${DONOR_SEQUENCE}`);
    await page.getByRole('link', { name: 'Edit and fold again' }).click();
    expect(sequenceOf(await sequenceField(page).inputValue())).toBe(DONOR_SEQUENCE);
  });

  it('leads to the part of the form that makes for a better fold', async () => {
    await fold(page, `>donor\n${DONOR_SEQUENCE}`);
    await page.getByRole('link', { name: 'Fold with another model' }).click();
    await page.locator('details.models[open]').waitFor();
    expect(sequenceOf(await sequenceField(page).inputValue())).toBe(DONOR_SEQUENCE);
    await page.goBack();
    await page.getByRole('link', { name: 'Add a template' }).click();
    const open = page.getByLabel('Templates', { exact: true }).getByText('Open files…');
    await open.and(page.locator(':focus')).waitFor();
  });
});

/** The sequence in a query of RCSB's search. */
function sequenceSearched(query: string): string {
  const { query: node } = JSON.parse(query) as { query: { parameters: { value: string } } };
  return node.parameters.value;
}

/** Answers as AlphaFold DB and RCSB PDB do, with one structure for all entries. */
async function startDatabases(cif: string) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://localhost');
    const query = searchParams.get('json');
    const searched = query === null ? '' : sequenceSearched(query);
    asked.push(pathname + (searchParams.get('id') ?? searched));
    const json = (value: unknown): void => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    };
    const file = 'https://alphafold.ebi.ac.uk/files/AF-P42212-F1-model_v6.cif';
    if (pathname === '/api/prediction/P42212')
      json([{ entryId: 'AF-P42212-F1', uniprotDescription: 'Fluorescent protein', cifUrl: file }]);
    else if (pathname === '/api/sequence/summary' && searchParams.get('type') === 'sequence')
      json({ structures: [{ summary: { model_identifier: 'AF-P42212-F1', model_url: file } }] });
    else if (pathname === '/rcsbsearch/v2/query')
      json({ total_count: 1, result_set: [{ identifier: '1EMA', score: 1 }] });
    else if (/^\/(files\/AF-|download\/1EMA\.cif)/.test(pathname)) response.end(cif);
    else response.writeHead(404).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe('a known structure', () => {
  it('is looked up only by a click, and opens beside the prediction, superposed', async () => {
    await fold(page, `>donor\n${DONOR_SEQUENCE}`);
    const id = new URL(page.url()).searchParams.get('prediction')!;
    const own = await fetch(`${host.server.url}/api/v1/predictions/${id}/structure.cif`);
    const cif = await own.text();
    const databases = await startDatabases(cif);
    await page.route(
      /^https:\/\/(alphafold\.ebi\.ac\.uk|(files|search)\.rcsb\.org)\//,
      async (route) => {
        const { pathname, search } = new URL(route.request().url());
        const answer = await fetch(databases.url + pathname + search);
        await route.fulfill({
          status: answer.status,
          body: Buffer.from(await answer.arrayBuffer()),
          headers: { 'access-control-allow-origin': '*' },
        });
      },
    );
    await page.getByRole('button', { name: 'Already known?' }).click();
    const score = page.locator('.scores').filter({ hasText: 'TM-score' }).last();
    const fetchEntry = async (accession: string): Promise<void> => {
      await page.getByLabel('PDB entry or UniProt accession').fill(accession);
      await page.getByRole('button', { name: 'Fetch it' }).click();
    };
    expect(databases.asked).toEqual([]);
    await fetchEntry('p42212');
    await page.getByText('of AF-P42212-F1 (Fluorescent protein).').waitFor();
    expect(await score.textContent()).toMatch(/TM-score1\.000/);
    await fetchEntry('1EMA');
    await page.getByText('of 1EMA.').waitFor();
    expect(databases.asked.join(' ')).not.toContain(DONOR_SEQUENCE);
    await page.getByRole('button', { name: 'Find this sequence in AlphaFold DB' }).click();
    await page.getByText('of AF-P42212-F1.').waitFor();
    expect(databases.asked).toContain(`/api/sequence/summary${DONOR_SEQUENCE}`);
    await page.getByRole('button', { name: 'Find similar sequences in the PDB' }).click();
    await page.getByRole('button', { name: 'Superpose 1EMA' }).click();
    await page.getByText('of 1EMA.').waitFor();
    expect(databases.asked.filter((asked) => asked === '/download/1EMA.cif')).toHaveLength(2);
    expect(databases.asked).toContain(`/rcsbsearch/v2/query${DONOR_SEQUENCE}`);
    const form = await host.open();
    await form.route('https://files.rcsb.org/download/1EMA.cif', (route) =>
      route.fulfill({ body: cif, headers: { 'access-control-allow-origin': '*' } }),
    );
    await sequenceField(form).fill('1ema');
    await form.getByText('1ema is an entry of the PDB, not a sequence', { exact: true }).waitFor();
    expect(await form.locator('#problem').textContent()).not.toContain('looks nothing up');
    await form.getByRole('button', { name: 'Get its sequence from the PDB' }).click();
    await expect
      .poll(async () => sequenceOf(await sequenceField(form).inputValue()))
      .toBe(DONOR_SEQUENCE);
    await form.close();
    await fetchEntry('9XYZ');
    await page.getByText('The PDB has no entry 9XYZ.').waitFor();
    await fetchEntry('green');
    await page.getByText('This is neither a PDB entry').waitFor();
    errors.splice(0, errors.length, ...errors.filter((text) => !text.includes('404')));
    databases.server.close();
  });
});

describe('a mutant', () => {
  it('is folded as the wild type was, and opens beside it', async () => {
    await fold(page, `>donor\n${DONOR_SEQUENCE}`);
    await page.locator('.strip [data-residue="4"]').click();
    const before = DONOR_SEQUENCE.charAt(4);
    const after = before === 'W' ? 'A' : 'W';
    await page.getByLabel(`Replace ${before}5 by`).selectOption(after);
    await page.getByRole('heading', { name: `donor_${before}5${after}`, exact: true }).waitFor();
    const changes = page.getByRole('region', { name: 'Mutant beside wild type' });
    await changes.waitFor();
    // the model of this test gives the same coordinates to every sequence
    expect(await changes.textContent()).toContain('Mean pLDDT +0.0');
    expect(await changes.locator('tbody tr').first().textContent()).toContain('0.00 Å');
    const strip = page.locator('.strip [data-residue="4"]');
    expect(await strip.textContent()).toContain(after);
    const score = page.getByRole('region', { name: 'Score of the language model' });
    await expect
      .poll(() => score.textContent(), { timeout: 20_000 })
      .toMatch(
        new RegExp(
          `${before}5${after}: [−+]\\d+\\.\\d\\d\\. .*model codonfold-small finds ${after}`,
        ),
      );
    expect(await score.textContent()).toContain('models pull esm2_t33_650M_UR50D');
  });

  it('of one chain of a complex is compared with that chain', async () => {
    const partner = DONOR_SEQUENCE.slice(0, 20);
    await fold(page, `>pair\n${partner}:${DONOR_SEQUENCE}`);
    await page.locator('.strip [data-residue="22"]').click();
    const before = DONOR_SEQUENCE.charAt(2);
    const after = before === 'W' ? 'A' : 'W';
    await page.getByLabel(`Replace ${before}3 by`).selectOption(after);
    await page.getByRole('heading', { name: `pair_B_${before}3${after}`, exact: true }).waitFor();
    await page.getByText('Compared: chain B of the prediction and chain B').waitFor();
    // templates are read for one chain alone
    expect(await page.getByRole('link', { name: 'Add a template' }).count()).toBe(0);
    const changes = page.getByRole('region', { name: 'Mutant beside wild type' });
    expect(await changes.locator('tbody tr').count()).toBe(8);
    await page.getByText(`${before}3${after}: `).waitFor();
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

it('says why a prediction failed, and lets it be changed and sent again', async () => {
  await sequenceField(page).fill(`>doomed\n${DOOMED}`);
  await foldButton(page).click();
  await page.getByText('The structure is not finite').waitFor();
  await page.getByRole('link', { name: 'Edit and fold again' }).click();
  expect(sequenceOf(await sequenceField(page).inputValue())).toBe(DOOMED);
});

describe.each([
  [1366, 768],
  [1440, 900],
  [3840, 2160],
])('a window of %d × %d', (width, height) => {
  it('holds the button that folds, and molecule, legend and sequence at once, whatever tab is open', async () => {
    await page.setViewportSize({ width, height });
    await sequenceField(page).fill(DONOR_SEQUENCE);
    const button = await foldButton(page).boundingBox();
    expect(button!.y + button!.height).toBeLessThanOrEqual(height);
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
  await page.getByRole('tab', { name: 'Compare' }).click();
  await page.getByLabel('Reference structure').setInputFiles('test/fixtures/web/1ema-a.pdb');
  const scores = page.locator('.panels .scores > div');
  await scores.first().waitFor();
  for (const score of await scores.all()) {
    const box = await score.boundingBox();
    expect(box!.x).toBeGreaterThanOrEqual(0);
    expect(box!.x + box!.width).toBeLessThanOrEqual(390);
  }
  expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(390);
});

it('says so where an address leads nowhere', async () => {
  await page.goto(`${host.server.url}/results/1`);
  await page.getByRole('heading', { name: 'No such page' }).waitFor();
  expect(await page.getByRole('alert').textContent()).toBe('Nothing is at /results/1.');
  errors.length = 0; // the browser reports the 404 itself
});
