/** @file Pictures of the page for the README, of a real prediction by the real server: `npm run build && npm run pictures`. */
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { forkedPredictor } from '#predict/node/forked-predictor';
import { DEFAULT_MODEL } from '#predict/node/load-model';
import { readSettings } from '#server/settings';
import { startServer } from '#server/server';
import { startBrowser } from '../test/helpers/browser.js';

/** A busy machine folds slowly. */
const PATIENCE_MS = 240_000;
/** Time for fonts, animations and the picture at rest. */
const SETTLE_MS = 4000;

interface Shot {
  readonly name: string;
  readonly options: Parameters<Browser['newPage']>[0];
  readonly prepare?: (page: Page) => Promise<unknown>;
}

const DESKTOP = { width: 1440, height: 900 };
const LAPTOP = { width: 1366, height: 768 };
const SHOTS: readonly Shot[] = [
  { name: 'prediction', options: { viewport: DESKTOP } },
  { name: 'laptop', options: { viewport: LAPTOP } },
  { name: 'large', options: { viewport: { width: 3840, height: 2160 } } },
  {
    name: 'dark',
    options: { viewport: LAPTOP, colorScheme: 'dark' },
    prepare: async (page) => {
      await page.getByLabel('Colour by').selectOption('rainbow');
      await page.getByRole('tab', { name: 'Attention' }).click();
    },
  },
  { name: 'phone', options: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 } },
];

const folder = process.argv[2] ?? 'web/pictures';
mkdirSync(folder, { recursive: true });
const settings = {
  PORT: '0',
  DATA_DIR: mkdtempSync(join(tmpdir(), 'codonfold-pictures-')),
  LOG_LEVEL: 'error',
};
const [server, browser] = await Promise.all([
  startServer(readSettings(settings), [forkedPredictor(DEFAULT_MODEL)]),
  startBrowser(),
]);
const form = await browser.newPage({ viewport: DESKTOP });
await form.goto(server.url);
await form.getByRole('button', { name: /Insulin gene/ }).click();
await form.waitForTimeout(500);
await form.screenshot({ path: join(folder, 'form.png') });
const gallery = await browser.newPage({ viewport: DESKTOP });
await gallery.goto(`${server.url}/?gallery=template`);
await gallery.locator('.stage canvas').waitFor();
await gallery.waitForTimeout(SETTLE_MS);
await gallery.screenshot({ path: join(folder, 'gallery.png') });
await gallery.close();
await form.getByRole('button', { name: 'Fold', exact: true }).click();
await form.locator('.result').waitFor({ timeout: PATIENCE_MS });
for (const { name, options, prepare } of SHOTS) {
  const page = await browser.newPage(options);
  await page.goto(form.url());
  await page.locator('.result').waitFor({ timeout: PATIENCE_MS });
  await prepare?.(page);
  await page.waitForTimeout(SETTLE_MS);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await page.close();
}
await browser.close();
await server.close();
