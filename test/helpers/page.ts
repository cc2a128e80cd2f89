/** @file The page as a user meets it: built, served by the real server, open in a real browser. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { build } from 'vite';
import type { PredictionRequest, Predictor } from '#predict/prediction';
import type { ServerOptions } from '#server/server';
import { startBrowser } from './browser.js';
import { fakeAttention, fakeFold } from './fake-fold.js';
import { fakePredictor } from './fake-predictor.js';
import { colouredShare, decodePng } from './png.js';
import { startTestServer, type TestServer } from './server.js';
import { temporaryFolder } from './services.js';

/** Folds everything into green fluorescent protein. */
export function donorPredictor(
  durationMs: number | ((request: PredictionRequest) => number) = 500,
): Predictor {
  const name = 'codonfold-small';
  return fakePredictor({ name, durationMs, fold: fakeFold, attend: fakeAttention });
}

/** Server and browser of one test file. */
export interface PageHost {
  readonly server: TestServer;
  readonly browser: Browser;
  /** A fresh browser profile on the form. */
  open(options?: Parameters<Browser['newPage']>[0]): Promise<Page>;
  close(): Promise<void>;
}

/** What a server is started with besides its model. */
interface HostOptions {
  /** Environment variables. */
  readonly settings?: Record<string, string>;
  readonly openModel?: ServerOptions['openModel'];
  /** Further flags of the browser. */
  readonly flags?: readonly string[];
}

/**
 * Builds the page, serves it and starts a browser.
 *
 * @param predictor by default {@link donorPredictor}
 */
export async function startPageHost(
  predictor = donorPredictor(),
  { settings = {}, openModel, flags }: HostOptions = {},
): Promise<PageHost> {
  const folder = temporaryFolder('page');
  const outDir = join(folder, 'web');
  const built = { logLevel: 'error', build: { outDir } } as const;
  await build({ configFile: 'web/vite.config.ts', ...built });
  await build({ configFile: 'web/vite.offline.config.ts', ...built });
  const [server, browser] = await Promise.all([
    startTestServer({ WEB_DIR: outDir, ...settings }, [predictor], openModel),
    startBrowser(flags),
  ]);
  return {
    server,
    browser,
    async open(options = {}) {
      const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, ...options });
      await page.goto(server.url);
      return page;
    },
    async close() {
      await browser.close();
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The form's text. */
export function sequenceField(page: Page): Locator {
  return page.getByLabel('Sequence', { exact: true });
}

/** The button that sends the form. */
export function foldButton(page: Page): Locator {
  return page.getByRole('button', { name: 'Fold', exact: true });
}

/** Folds a text and waits for its result. */
export async function fold(page: Page, text: string): Promise<void> {
  await sequenceField(page).fill(text);
  await foldButton(page).click();
  await page.locator('.result').waitFor();
  await page.locator('.stage canvas').waitFor();
}

/** How much of the 3D view is drawn on, from the pixels that the browser shows. */
export async function paintedShare(page: Page): Promise<number> {
  return colouredShare(decodePng(await page.locator('.stage').screenshot()));
}

/** Presses Tab until an element has the focus. */
export async function tabTo(page: Page, element: Locator): Promise<void> {
  while ((await element.and(page.locator(':focus')).count()) === 0)
    await page.keyboard.press('Tab');
}

/** Drops a file on an element. */
export async function dropFile(
  target: Locator,
  file: { readonly name: string; readonly content: string },
): Promise<void> {
  const transfer = await target.page().evaluateHandle(
    `(() => {
      const transfer = new DataTransfer();
      const { name, content } = ${JSON.stringify(file)};
      transfer.items.add(new File([content], name));
      return transfer;
    })()`,
  );
  await target.dispatchEvent('drop', { dataTransfer: transfer });
}
