import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { collectErrors } from '../../helpers/browser.js';
import { DONOR_SEQUENCE } from '../../helpers/fake-fold.js';
import { fold, paintedShare, startPageHost, type PageHost } from '../../helpers/page.js';
import { decodePng } from '../../helpers/png.js';

let host: PageHost;
beforeAll(async () => {
  host = await startPageHost();
}, 120_000);
afterAll(() => host.close());

/** Mean red, green and blue of what is clearly coloured in the 3D view. */
async function meanColour(page: Page): Promise<number[]> {
  const { data, channels } = decodePng(await page.locator('.stage').screenshot());
  const sum = [0, 0, 0];
  let count = 0;
  for (let at = 0; at < data.length; at += channels) {
    const rgb = [...data.subarray(at, at + 3)];
    if (Math.max(...rgb) - Math.min(...rgb) < 25) continue;
    rgb.forEach((value, i) => (sum[i]! += value));
    count++;
  }
  return sum.map((value) => value / count);
}

describe('the picture of the built page', () => {
  let page: Page;
  beforeEach(async () => {
    page = await host.open();
    const errors = collectErrors(page);
    await fold(page, DONOR_SEQUENCE);
    await expect.poll(() => paintedShare(page)).toBeGreaterThan(0.02);
    return async () => {
      await page.close();
      expect(errors).toEqual([]);
    };
  });

  it('fades what is not selected into the background', async () => {
    await page.getByLabel('Show as').selectOption('spheres');
    await page.getByLabel('Colour by').selectOption('chain');
    const [red, green] = await meanColour(page);
    await page.locator('[data-residue="4"]').click();
    await expect.poll(async () => (await meanColour(page))[0]! - red!).toBeGreaterThan(20);
    expect((await meanColour(page))[1]! - green!).toBeGreaterThan(20);
  });

  it('is printed with the verdict on one page, light whatever the theme is', async () => {
    await page.getByRole('button', { name: 'Switch between light and dark' }).click();
    const pdf = (await page.pdf({ format: 'A4', printBackground: false })).toString('latin1');
    expect(pdf.match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
    await page.emulateMedia({ media: 'print' });
    await page.evaluate(`dispatchEvent(new Event('beforeprint'))`);
    const picture = page.getByRole('img', { name: 'The predicted structure' });
    const { data, channels } = decodePng(await picture.screenshot());
    expect([...data.subarray(0, 3)]).toEqual([255, 255, 255]);
    const coloured = data.filter((value, i) => i % channels === 0 && value < 200).length;
    expect(coloured / (data.length / channels)).toBeGreaterThan(0.02);
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(await page.getByRole('tab').first().isVisible()).toBe(false);
    await page.evaluate(`dispatchEvent(new Event('afterprint'))`);
    await page.emulateMedia({ media: 'screen' });
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
  });

  it('comes back after the browser took the graphics card away', async () => {
    const context = `document.querySelector('.stage canvas').getContext('webgl2').getExtension('WEBGL_lose_context')`;
    await page.evaluate(`void (globalThis.taken = ${context}).loseContext()`);
    await expect.poll(() => paintedShare(page)).toBeLessThan(0.005);
    await page.evaluate('void globalThis.taken.restoreContext()');
    await expect.poll(() => paintedShare(page)).toBeGreaterThan(0.02);
  });

  it('closes the list of downloads by Escape and by a click elsewhere', async () => {
    const button = page.getByText('Download', { exact: true });
    const entry = page.getByRole('link', { name: /^PDB/ });
    await button.click();
    await entry.waitFor();
    await page.keyboard.press('Escape');
    expect(await entry.isVisible()).toBe(false);
    expect(await page.evaluate('document.activeElement.localName')).toBe('summary');
    await button.click();
    await entry.waitFor();
    await page.mouse.click(5, 200);
    await expect.poll(() => entry.isVisible()).toBe(false);
  });

  it('has its styles in the page that is kept', async () => {
    await page.getByText('Download', { exact: true }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: /Offline page/ }).click(),
    ]);
    const file = join(mkdtempSync(join(tmpdir(), 'codonfold-')), 'result.html');
    await download.saveAs(file);
    const kept = await host.browser.newPage({ viewport: { width: 1280, height: 860 } });
    await kept.context().setOffline(true);
    await kept.goto(`file://${file}`);
    await kept.locator('.stage canvas').waitFor();
    await expect.poll(() => paintedShare(kept)).toBeGreaterThan(0.02);
    const stage = (view: Page) => view.locator('.stage').boundingBox();
    expect((await stage(kept))?.width).toBeCloseTo((await stage(page))!.width, -1);
    await kept.close();
  });
});
