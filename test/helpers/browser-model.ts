/** @file Models that a page opens from disk. */
import type { Page } from 'playwright-core';
import { sequenceField } from './page.js';

/** Opens a model by the page's own picker, and waits until it is chosen. */
export async function openModelHere(page: Page, files: readonly string[]): Promise<void> {
  const panel = page.locator('.models');
  if ((await panel.getAttribute('open')) === null) await panel.locator('> summary').click();
  await page.getByLabel('Files of a model').setInputFiles([...files]);
  await panel
    .locator('li:has(input:checked)')
    .getByText(/opened from this computer/i)
    .waitFor();
}

/** Presses the button that folds in the browser. */
export async function foldInBrowser(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Fold in this browser' }).click();
}

/** Fills in the form. */
export async function fillForm(
  page: Page,
  { text, numRecycles }: { readonly text: string; readonly numRecycles: number },
): Promise<void> {
  await sequenceField(page).fill(text);
  await page.getByText('Options', { exact: true }).click();
  await page.getByLabel('Recycles').fill(String(numRecycles));
}
