/** @file Pictures of the page for the README: `npx tsx --conditions=source web/screenshots.ts FOLDER`. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { startBrowser } from '../test/helpers/browser.js';
import { startFakeApi } from '../test/helpers/fake-api.js';
import { DONOR_SEQUENCE } from '../test/helpers/fake-fold.js';

/** Time for fonts, animations and the picture at rest. */
const SETTLE_MS = 4000;

interface Shot {
  readonly name: string;
  readonly options: Parameters<Browser['newPage']>[0];
  readonly tab?: string;
}

const DESKTOP = { width: 1440, height: 960 };
const SHOTS: readonly Shot[] = [
  { name: 'result', options: { viewport: DESKTOP } },
  { name: 'attention', options: { viewport: DESKTOP }, tab: 'Attention' },
  { name: 'dark', options: { viewport: DESKTOP, colorScheme: 'dark' } },
  { name: 'phone', options: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 } },
];

const folder = process.argv[2] ?? 'web/screenshots';
mkdirSync(folder, { recursive: true });
const [api, browser] = await Promise.all([startFakeApi(), startBrowser()]);
const form = await browser.newPage({ viewport: DESKTOP });
await form.goto(api.url);
await form.getByRole('button', { name: /Insulin gene/ }).click();
await form.waitForTimeout(500);
await form.screenshot({ path: join(folder, 'form.png') });
await form.getByLabel('Sequence', { exact: true }).fill(`>GFP\n${DONOR_SEQUENCE}`);
await form.getByRole('button', { name: 'Fold', exact: true }).click();
await form.locator('.result').waitFor();
for (const { name, options, tab } of SHOTS) {
  const page = await browser.newPage(options);
  await page.goto(form.url());
  await page.locator('.result').waitFor();
  if (tab !== undefined) await page.getByRole('tab', { name: tab }).click();
  await page.waitForTimeout(SETTLE_MS);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await page.close();
}
await browser.close();
await api.close();
