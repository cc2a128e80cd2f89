import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import type { Download, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseStructure } from '#bio-pdb/parse-structure';
import { residuesFromStructure } from '#structure/from-bio-pdb';
import { collectErrors } from '../../helpers/browser.js';
import { DONOR_SEQUENCE } from '../../helpers/fake-fold.js';
import { dropFile, fold, paintedShare, startPageHost, type PageHost } from '../../helpers/page.js';
import { colouredShare, decodePng, type Pixels } from '../../helpers/png.js';

const REFERENCE = 'test/fixtures/web/1ema-a.pdb';
/** A canvas as code sees it that runs in the page. */
interface HTMLCanvas {
  readonly width: number;
  readonly height: number;
  getContext(kind: '2d'): {
    getImageData(...box: [number, number, number, number]): { readonly data: Uint8Array };
  };
}

let host: PageHost;
beforeAll(async () => {
  host = await startPageHost();
}, 120_000);
afterAll(() => host.close());

const alphaAt = ({ width, data }: Pixels, x: number, y: number): number =>
  data[4 * (y * width + x) + 3]!;

/** What a click on something saves. */
async function saved(
  page: Page,
  name: RegExp,
  role: 'link' | 'button' = 'link',
): Promise<Download> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole(role, { name }).click(),
  ]);
  return download;
}

describe('a result', () => {
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

  it('links all panels by one selection', async () => {
    await fold(page, DONOR_SEQUENCE);
    await page.locator('[data-residue="4"]').click();
    await page.locator('[data-residue="9"]').click({ modifiers: ['Shift'] });
    expect(await page.locator('.chosen').textContent()).toContain('A 5–10 · 6 residues');
    expect(await page.locator('.plot .selected rect').count()).toBe(1);
    await page.getByRole('tab', { name: 'Residues' }).click();
    expect(await page.locator('tbody input:checked').count()).toBe(6);
    await page.getByRole('checkbox', { name: /A Ser 1,/ }).check();
    expect(await page.locator('.strip [aria-selected=true]').count()).toBe(7);
    await page.getByRole('tab', { name: 'Confidence' }).click();
    const box = (await page.locator('.matrix canvas').boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.3);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.4, box.y + box.height * 0.7);
    await page.mouse.up();
    expect(await page.locator('.chosen').textContent()).toMatch(/A \d+–\d+/);
    expect(await page.locator('.strip [aria-selected=true]').count()).toBeGreaterThan(50);
  });

  it('names what is hovered and selects what is clicked in 3D', async () => {
    await fold(page, DONOR_SEQUENCE);
    await page.getByLabel('Show as').selectOption('surface');
    await expect.poll(() => paintedShare(page)).toBeGreaterThan(0.1);
    const box = (await page.locator('.stage').boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    const tip = page.locator('.stage-frame').getByText(/^A [A-Z][a-z]{2} \d+, pLDDT \d+/);
    await tip.waitFor();
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    expect(await page.locator('.strip [aria-selected=true]').count()).toBe(1);
    await page.mouse.click(box.x + 8, box.y + 8);
    expect(await page.locator('.strip [aria-selected=true]').count()).toBe(0);
  });

  it('draws every representation and colour', async () => {
    await fold(page, 'MKVLAWRRNDCQEGHILKMFPSTWYV:GSHMKVLAW');
    for (const label of ['Show as', 'Colour by']) {
      const choice = page.getByLabel(label);
      for (const option of await choice.locator('option').all()) {
        const value = (await option.getAttribute('value'))!;
        await choice.selectOption(value);
        await expect.poll(() => paintedShare(page), { message: value }).toBeGreaterThan(0.002);
      }
    }
  });

  it('saves a picture of the size asked for, on a transparent ground', async () => {
    await fold(page, DONOR_SEQUENCE);
    await expect.poll(() => paintedShare(page)).toBeGreaterThan(0.02);
    await page.getByRole('button', { name: 'Save picture' }).click();
    await page.getByLabel('Width, pixels').fill('900');
    await page.getByLabel('Height, pixels').fill('640');
    const download = await saved(page, /^Save$/, 'button');
    const picture = decodePng(readFileSync(await download.path()));
    expect([picture.width, picture.height, picture.channels]).toEqual([900, 640, 4]);
    const corners = [0, 899].flatMap((x) => [0, 639].map((y) => alphaAt(picture, x, y)));
    expect(corners).toEqual([0, 0, 0, 0]);
    expect(colouredShare(picture)).toBeGreaterThan(0.02);
  });

  it('compares with a dropped reference and refuses files that are none', async () => {
    await fold(page, DONOR_SEQUENCE);
    await page.getByRole('tab', { name: 'Compare' }).click();
    const zone = page.locator('.dropzone');
    await dropFile(zone, { name: '1ema.pdb', content: readFileSync(REFERENCE, 'utf8') });
    const scores = page.locator('.panels .scores');
    await expect.poll(() => scores.textContent()).toContain('TM-score1.000');
    expect(await scores.textContent()).toContain('0.00 Å');
    expect(await scores.textContent()).toContain('Coverage100 %');
    expect(await page.locator('.legend-title').textContent()).toBe('lDDT');
    const strip = page.locator('.strip-card');
    expect(await strip.textContent()).toContain('Coloured by lDDT');
    const cell = strip.locator('[data-residue="20"]');
    expect(await cell.getAttribute('aria-label')).toMatch(/, lDDT 1\.00, pLDDT \d+/);
    await dropFile(zone, { name: 'junk.cif', content: 'data_x\nloop_\n_atom_site.id\n' });
    await page.locator('.panels [role=alert]').waitFor();
    expect(await page.locator('.legend-title').textContent()).not.toBe('lDDT');
    await dropFile(zone, { name: 'junk.pdb', content: '\u0000\u0001\u0002' });
    await page.locator('.panels [role=alert]').waitFor();
    const file = join(mkdtempSync(join(tmpdir(), 'codonfold-')), 'junk.pdb.gz');
    writeFileSync(file, Uint8Array.of(0x1f, 0x8b, 8, 0, 1, 2, 3));
    await page.locator('.dropzone input').setInputFiles(file);
    await page.locator('.panels [role=alert]').waitFor();
  });

  it('shows all of a reference that is larger, and lets its chains be chosen', async () => {
    await fold(page, DONOR_SEQUENCE);
    await page.getByRole('tab', { name: 'Compare' }).click();
    const atoms = readFileSync(REFERENCE, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('ATOM'));
    const moved = (shift: number, number: number, chain: string): string[] =>
      atoms.map((line) => {
        const residue = String(Number(line.slice(22, 26)) + number).padStart(4);
        const x = (Number(line.slice(30, 38)) + shift).toFixed(3).padStart(8);
        return `${line.slice(0, 21)}${chain}${residue}${line.slice(26, 30)}${x}${line.slice(38)}`;
      });
    const content = [...atoms, ...moved(70, 400, 'A'), 'TER', ...moved(0, 0, 'B'), 'TER'].join(
      '\n',
    );
    await dropFile(page.locator('.dropzone'), { name: 'large.pdb', content });
    const outcome = page.locator('.panels');
    await expect.poll(() => outcome.textContent()).toContain('chain B of large.pdb');
    await page.getByLabel('Chain of the reference').selectOption('chain A');
    await expect.poll(() => outcome.textContent()).toContain('chain A of large.pdb');
    expect(await outcome.locator('.warnings').textContent()).toContain("50 % of the reference's");
    await page.getByRole('button', { name: 'Save picture' }).click();
    await page.getByLabel('Width, pixels').fill('500');
    await page.getByLabel('Height, pixels').fill('400');
    const download = await saved(page, /^Save$/, 'button');
    const picture = decodePng(readFileSync(await download.path()));
    const border = Array.from({ length: 400 }, (_, y) =>
      [0, 499].map((x) => alphaAt(picture, x, y)),
    );
    expect(Math.max(...border.flat())).toBe(0);
    expect(colouredShare(picture)).toBeGreaterThan(0);
  });

  it('finds the neighbours on the server that resemble it, and superposes one', async () => {
    const sequence = DONOR_SEQUENCE.slice(0, 60);
    await fold(page, `>distant\n${'MKWWP'.repeat(9)}`);
    await page.goto(host.server.url);
    await fold(page, `>twin\n${sequence.slice(0, 59)}`);
    await page.goto(host.server.url);
    await fold(page, `>this one\n${sequence}`);
    await page.getByRole('tab', { name: 'Compare' }).click();
    const names = page.locator('.neighbours b');
    await expect.poll(() => names.allTextContents()).toEqual(['twin']);
    await page.getByRole('button', { name: 'Superpose twin' }).click();
    await expect.poll(() => page.locator('.panels .scores').textContent()).toContain('0.00 Å');
    await page.locator('.neighbours a').first().click();
    await page.getByRole('heading', { name: 'twin' }).waitFor();
  });

  it('shows attention beside the contacts, and its strongest links in 3D', async () => {
    await fold(page, DONOR_SEQUENCE);
    await page.getByRole('tab', { name: 'Attention' }).click();
    const share = page.locator('.panels').getByText(/strongest long-range pairs, (\d+) %/);
    const percent = async (): Promise<number> =>
      Number(/(\d+) %/.exec((await share.textContent())!)![1]);
    expect(await percent()).toBeGreaterThan(60);
    const withLinks = await page.locator('.stage').screenshot();
    await page.getByLabel('Links in 3D').fill('0');
    await expect
      .poll(async () => withLinks.equals(await page.locator('.stage').screenshot()))
      .toBe(false);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    const head = page.getByRole('button', { name: 'Trunk, block 4, head 2' });
    await head.click();
    await expect.poll(percent).toBeLessThan(60);
    expect(await head.getAttribute('aria-pressed')).toBe('true');
    expect(asked).toHaveLength(1);
  });

  it('shows all heads as thumbnails, and says who was taught contacts', async () => {
    await fold(page, DONOR_SEQUENCE);
    await page.getByRole('tab', { name: 'Attention' }).click();
    const heads = page.locator('.thumbnails button');
    await heads.first().waitFor();
    expect(await heads.count()).toBe(2 * 5 + 4 * 3);
    // of the fake model even heads follow contacts, odd ones neighbours
    const dark = await heads.evaluateAll((buttons) =>
      buttons.map((button) => {
        const canvas = (button as unknown as { firstChild: HTMLCanvas }).firstChild;
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        return data.reduce((sum, value, i) => sum + (i % 4 === 0 ? 255 - value : 0), 0);
      }),
    );
    expect(Math.min(...dark)).toBeGreaterThan(0);
    expect(dark[10]!).toBeGreaterThan(dark[11]!);
    await page.getByText('The trunk was trained on structures').waitFor();
    await page.getByRole('button', { name: 'Language model, layer 2, head 5' }).click();
    await page.getByText('The language model of codonfold-small was trained').waitFor();
  });

  it('judges heads by an experiment that was opened', async () => {
    await fold(page, DONOR_SEQUENCE);
    await page.getByRole('tab', { name: 'Compare' }).click();
    await page.getByLabel('Reference structure').setInputFiles('test/fixtures/web/1ema-a.pdb');
    await page.getByText('of 1ema-a.pdb.').waitFor();
    await page.getByRole('tab', { name: 'Attention' }).click();
    const judge = page.getByLabel('Judged by the contacts of');
    await judge.waitFor();
    expect(await judge.locator('option').allTextContents()).toEqual([
      '1ema-a.pdb',
      'this prediction',
    ]);
    await page
      .locator('.panels')
      .getByText(/strongest long-range pairs, \d+ %/)
      .waitFor();
    await judge.selectOption('prediction');
  });

  it('offers files that programs can read', async () => {
    await fold(page, DONOR_SEQUENCE);
    await page.getByText('Download', { exact: true }).click();
    const length = DONOR_SEQUENCE.length;
    for (const name of [/^PDB/, /^mmCIF/]) {
      const text = readFileSync(await (await saved(page, name)).path(), 'utf8');
      expect(residuesFromStructure(parseStructure(text)).aatype).toHaveLength(length);
    }
    const json = async (name: RegExp): Promise<unknown> =>
      JSON.parse(readFileSync(await (await saved(page, name)).path(), 'utf8'));
    const [pae] = (await json(/^PAE/)) as [{ predicted_aligned_error: number[][] }];
    expect(pae.predicted_aligned_error.map((row) => row.length)).toEqual(
      Array(length).fill(length),
    );
    const { numResidues } = (await json(/^Confidence/)) as { numResidues: number };
    expect(numResidues).toBe(length);
    const entries = unzipSync(readFileSync(await (await saved(page, /^Everything/)).path()));
    expect(Object.keys(entries).map((entry) => entry.split('/')[1])).toEqual([
      'sequence-1.pdb',
      'sequence-1.cif',
      'sequence-1.confidence.json',
      'sequence-1_predicted_aligned_error_v1.json',
    ]);
  });

  it('offers no PDB file for more chains than the format has names for', async () => {
    await fold(page, Array(63).fill('MK').join(':'));
    await page.getByText('Download', { exact: true }).click();
    await page.getByRole('link', { name: /^mmCIF/ }).waitFor();
    expect(await page.getByRole('link', { name: /^PDB/ }).count()).toBe(0);
  });

  it('can be kept as one page that opens offline', async () => {
    await fold(page, DONOR_SEQUENCE);
    await page.getByText('Download', { exact: true }).click();
    const offline = await saved(page, /Offline page/, 'button');
    const file = join(mkdtempSync(join(tmpdir(), 'codonfold-')), 'result.html');
    await offline.saveAs(file);
    const alone = await host.browser.newPage();
    const aloneErrors = collectErrors(alone);
    await alone.context().setOffline(true);
    await alone.goto(`file://${file}`);
    await alone.locator('.stage canvas').waitFor();
    await expect.poll(() => paintedShare(alone)).toBeGreaterThan(0.02);
    expect(await alone.locator('.strip [role=option]').count()).toBe(DONOR_SEQUENCE.length);
    const back = alone.getByRole('link', { name: 'Go on in codonfold' });
    expect(await back.getAttribute('href')).toBe(page.url());
    expect(await alone.getByRole('button', { name: 'Already known?' }).count()).toBe(0);
    await alone.getByRole('tab', { name: 'Compare' }).click();
    expect(await alone.locator('.neighbours').count()).toBe(0);
    expect(aloneErrors).toEqual([]);
    await alone.close();
  });
});
