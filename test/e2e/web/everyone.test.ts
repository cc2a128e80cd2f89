import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeViolations, startBrowser } from '../../helpers/browser.js';
import { DONOR_SEQUENCE } from '../../helpers/fake-fold.js';
import {
  fold,
  foldButton,
  sequenceField,
  startPageHost,
  tabTo,
  type PageHost,
} from '../../helpers/page.js';

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
let host: PageHost;
beforeAll(async () => {
  host = await startPageHost();
}, 120_000);
afterAll(() => host.close());

describe('for everyone', () => {
  it('runs by keyboard alone, and says where it is', async () => {
    const page = await host.open();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter'); // skip link
    await tabTo(page, sequenceField(page));
    await page.keyboard.type(DONOR_SEQUENCE.slice(0, 60));
    await tabTo(page, foldButton(page));
    await page.keyboard.press('Enter');
    await page.locator('.result').waitFor();
    await tabTo(page, page.getByRole('application', { name: /^3D view/ }));
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    const said = page.locator('#announcements');
    expect(await said.textContent()).toContain('A Lys 2, pLDDT');
    await page.keyboard.press('Shift+ArrowRight');
    expect(await said.textContent()).toContain('2 residues selected');
    await page.keyboard.press('m');
    expect(await said.textContent()).toMatch(/distance 3\.\d\d Å/);
    for (const kind of [/angle \d+\.\d°/, /dihedral -?\d+\.\d°/]) {
      await page.keyboard.press('Shift+ArrowRight');
      await page.keyboard.press('m');
      expect(await said.textContent()).toMatch(kind);
    }
    await page.keyboard.press('Escape');
    expect(await page.locator('.strip [aria-selected=true]').count()).toBe(0);
    await tabTo(page, page.getByRole('tab', { name: 'Confidence' }));
    for (let step = 0; step < 3; step++) await page.keyboard.press('ArrowRight');
    await page.locator('.table-frame').waitFor();
    await tabTo(page, page.locator('tbody input').nth(1));
    await page.keyboard.press('Space');
    expect(await page.locator('.chosen').textContent()).toContain('A Lys 2');
    await page.close();
  });

  it('lets arrow keys walk through a map, which screen readers must not keep for themselves', async () => {
    const page = await host.open();
    await fold(page, DONOR_SEQUENCE.slice(0, 60));
    await page.getByRole('application', { name: /^PAE/ }).press('ArrowDown');
    expect(await page.locator('#announcements').textContent()).toContain('A Lys 2 × A Ser 1');
    await page.close();
  });

  it.each([
    ['light', { colorScheme: 'light' }],
    ['dark', { colorScheme: 'dark' }],
    ['light on a phone', { ...PHONE, colorScheme: 'light' }],
    ['dark on a phone', { ...PHONE, colorScheme: 'dark' }],
  ] as const)('has no axe violations in %s', async (_, options) => {
    const page = await host.open(options);
    await page.getByRole('button', { name: /Insulin gene/ }).click();
    expect(await axeViolations(page)).toEqual([]);
    await sequenceField(page).fill('MKV4');
    expect(await axeViolations(page)).toEqual([]);
    await fold(page, DONOR_SEQUENCE.slice(0, 80));
    for (const tab of await page.getByRole('tab').all()) {
      await tab.click();
      expect(await axeViolations(page), (await tab.textContent()) ?? '').toEqual([]);
    }
    await page.getByRole('button', { name: 'Keys and gestures' }).click();
    expect(await axeViolations(page)).toEqual([]);
    await page.close();
  });

  it('fits a phone without scrolling sideways', async () => {
    const page = await host.open(PHONE);
    const overflow = (): Promise<number> =>
      page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    expect(await overflow()).toBeLessThanOrEqual(0);
    await page.getByRole('button', { name: /Insulin gene/ }).click();
    expect(await overflow()).toBeLessThanOrEqual(0);
    await fold(page, DONOR_SEQUENCE.slice(0, 80));
    for (const tab of await page.getByRole('tab').all()) {
      await tab.click();
      expect(await overflow(), (await tab.textContent()) ?? '').toBeLessThanOrEqual(0);
    }
    await page.close();
  });

  it('works without WebGL, except for the 3D view', async () => {
    const plain = await startBrowser(['--disable-3d-apis']);
    const page = await plain.newPage();
    await page.goto(host.server.url);
    await sequenceField(page).fill('MKVLAWRRNDCQEGHILK');
    await foldButton(page).click();
    await page.getByText(/needs WebGL 2/).waitFor();
    await page.locator('[data-residue="3"]').click();
    expect(await page.locator('.chosen').textContent()).toContain('A Leu 4');
    await plain.close();
  });
});
